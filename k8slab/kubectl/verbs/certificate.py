"""kubectl certificate approve and deny: the administrator's answer to a signing request."""

from __future__ import annotations

from functools import partial

from k8slab.engine.base.objects import get_in, set_in
from k8slab.engine.base.times import rfc3339

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found, kind_of
from ..session import Session
from . import options


def _decide(decision: str, session: Session, parsed: Parsed) -> int | None:
    kind = kind_of("certificatesigningrequests")
    names = parsed.arguments
    if options.names_files(parsed):
        names = [item.name for item in options.manifests(session, parsed) if item.kind == kind]
    if not names:
        raise failure("one or more CSRs must be specified as <name> or -f <filename>")
    form = parsed.options["output"]
    for name in names:
        csr = session.get(kind, "", name)
        known = get_in(csr, "status", "conditions", default=[])
        if any(it["type"] == decision for it in known) and not parsed.options["force"]:
            print_one(session, form, Found(kind, csr), decision.lower())
            continue
        now = rfc3339(session.now_unix_ms)
        condition = {
            "type": decision,
            "status": "True",
            "reason": f"Kubectl{'Approve' if decision == 'Approved' else 'Deny'}",
            "message": f"This CSR was {decision.lower()} by kubectl certificate "
            f"{'approve' if decision == 'Approved' else 'deny'}.",
            "lastUpdateTime": now,
        }
        body = set_in(csr, ("status", "conditions"), [*known, condition])
        csr = session.request("update", kind, "", name, body=body, subresource="approval")
        print_one(session, form, Found(kind, csr), decision.lower())
    return None


_FLAGS = (
    options.FILENAME,
    options.KUSTOMIZE,
    options.RECURSIVE,
    options.OUTPUT,
    Flag("force", "bool", default=False, hint="Decide again, whatever was decided"),
)
VERB = Verb(
    name="certificate",
    summary="Modify certificate resources",
    section="Cluster Management Commands",
    help_code=0,
    children={
        "approve": Verb(
            name="approve",
            summary="Approve a certificate signing request",
            run=partial(_decide, "Approved"),
            usage="NAME ...",
            flags=_FLAGS,
        ),
        "deny": Verb(
            name="deny",
            summary="Deny a certificate signing request",
            run=partial(_decide, "Denied"),
            usage="NAME ...",
            flags=_FLAGS,
        ),
    },
)
