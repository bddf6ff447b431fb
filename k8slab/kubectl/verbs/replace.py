"""kubectl replace: an object as a whole, by what a file says."""

from __future__ import annotations

from contextlib import suppress

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, annotations_of, set_in, uid_of

from ..command import Verb
from ..errors import Failure, failure, with_source
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.output import print_one
from ..resources import Found, qualified_kind
from ..session import Session
from . import options
from .create import LAST_APPLIED, create, with_last_applied
from .raw import send_raw

MANAGER = "kubectl-replace"
WAIT_MS = 15 * 60_000


def run(session: Session, parsed: Parsed) -> int | None:
    """Store each object of the files in place of the one that is there."""
    _check(parsed)
    if parsed.options["raw"]:
        send_raw(session, parsed, "update")
        return None
    manifests = options.manifests(session, parsed)
    if parsed.options["force"]:
        _make_way(session, parsed, manifests)
    for manifest in manifests:
        try:
            _replace(session, parsed, manifest)
        except ApiError as error:
            session.fail(with_source("replacing", manifest.source, error))
        except Failure as refused:
            session.fail(refused)
    return None


def _check(parsed: Parsed) -> None:
    """Failure for flags that contradict each other (cmd/replace Validate)."""
    flags = parsed.options
    options.propagation(parsed)
    if not options.names_files(parsed):
        raise failure("must specify one of -f and -k")
    if flags["grace-period"] >= 0 and not flags["force"]:
        raise failure("--grace-period must have --force specified")
    if flags["timeout"] and not flags["force"]:
        raise failure("--timeout must have --force specified")
    if flags["force"] and options.dry_run(parsed) != "none":
        raise failure("--dry-run can not be used when --force is set")


def _replace(session: Session, parsed: Parsed, manifest: Manifest) -> None:
    strategy = options.dry_run(parsed)
    asked = options.request_options(parsed, MANAGER)
    if not manifest.name:
        why = f'error when replacing "{manifest.source}": resource name may not be empty'
        raise failure(why)
    obj = manifest.obj
    if parsed.options["save-config"] or LAST_APPLIED in annotations_of(obj):
        obj = with_last_applied(obj)
    if parsed.options["force"]:
        obj = create(session, manifest, obj, asked)
    elif strategy != "client":
        obj = _put(session, manifest, obj, asked, parsed.options["subresource"])
    done = options.done("replaced", strategy)
    if parsed.options["subresource"] == "scale" and not parsed.options["output"]:
        session.print(f"scale.autoscaling/{manifest.name} {done}")
    else:
        print_one(session, parsed.options["output"], Found(manifest.kind, obj), done)


def _put(session: Session, manifest: Manifest, obj: Obj, asked: Obj, subresource: str = "") -> Obj:
    """The object as stored. Without a version it replaces whatever is there now."""
    if not obj["metadata"].get("resourceVersion"):
        with suppress(ApiError):
            live = session.get(manifest.kind, manifest.namespace, manifest.name)
            version = live["metadata"]["resourceVersion"]
            obj = set_in(obj, ("metadata", "resourceVersion"), version)
    more = {"subresource": subresource} if subresource else {}
    return session.request(
        "update", manifest.kind, manifest.namespace, manifest.name, body=obj, options=asked, **more
    )


def _make_way(session: Session, parsed: Parsed, manifests: list[Manifest]) -> None:
    """Delete what is there, and wait until it is gone."""
    going = []
    for manifest in manifests:
        obj = session.find(manifest.kind, manifest.namespace, manifest.name)
        if obj is None:
            continue
        asked: Obj = {"propagation": options.propagation(parsed)}
        if parsed.options["grace-period"] >= 0:
            asked["grace_s"] = parsed.options["grace-period"]
        session.request("delete", manifest.kind, manifest.namespace, manifest.name, options=asked)
        where = f" from {manifest.namespace} namespace" if manifest.namespace else ""
        session.print(f'{qualified_kind(manifest.kind)} "{manifest.name}" deleted{where}')
        going.append((manifest, uid_of(obj)))

    def are_gone() -> bool:
        left = (
            (session.find(manifest.kind, manifest.namespace, manifest.name), uid)
            for manifest, uid in going
        )
        return all(obj is None or uid_of(obj) != uid for obj, uid in left)

    if not session.wait(are_gone, parsed.options["timeout"] or WAIT_MS):
        raise failure("timed out waiting for the condition")


VERB = Verb(
    name="replace",
    summary="Replace a resource by file name or stdin",
    run=run,
    section="Advanced Commands",
    usage="-f FILENAME",
    example="kubectl get configmap web -o yaml > web.yaml\nkubectl replace -f web.yaml",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        options.VALIDATE,
        options.FIELD_MANAGER,
        Flag("force", "bool", default=False, hint="Delete it first, then create it anew"),
        Flag("grace-period", "int", default=-1, hint="With --force: seconds to end in"),
        Flag("save-config", "bool", default=False, hint="Keep the file for kubectl apply"),
        options.CASCADE,
        Flag("wait", "bool", default=False, hint="With --force: it always waits"),
        Flag("raw", hint="PUT the file to this path of the server"),
        Flag("subresource", hint="Replace a part of its own: status, scale, resize"),
        Flag("timeout", "duration", default=0, hint="With --force: how long to wait"),
    ),
)
