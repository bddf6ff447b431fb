"""kubectl set selector, serviceaccount and subject."""

from __future__ import annotations

import re

from k8slab.engine.base.objects import Obj, Objs, set_in
from k8slab.engine.base.selectors import parse_requirements

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, need_resources
from ...session import Session
from .. import options
from . import templates

_RBAC = "rbac.authorization.k8s.io"


def selector(session: Session, parsed: Parsed) -> int | None:
    """Replace a Service's selector."""
    if not parsed.arguments:
        raise failure("one selector is required")
    *resources, text = parsed.arguments
    if not options.names_files(parsed):
        need_resources(resources)
    if len(resources) == 1 and "/" not in resources[0] and not parsed.options["all"]:
        raise failure("resource(s) were provided, but no name was specified")
    wanted = _pairs(text)
    templates.check(parsed)
    for item in templates.found(session, parsed, resources):
        if item.kind.kind != "Service":
            raise failure("setting a selector is only supported for Services")
        old = item.obj["spec"].get("selector") or {}
        body: Obj = {"spec": {"selector": {**dict.fromkeys(old), **wanted}}}
        if parsed.options["resource-version"]:
            body["metadata"] = {"resourceVersion": parsed.options["resource-version"]}
        changed = Found(item.kind, set_in(item.obj, ("spec", "selector"), wanted))
        done = "selector updated"
        templates.tell(session, parsed, changed, body, done=done, what="", how="merge")
    return None


def _pairs(text: str) -> dict[str, str]:
    """A selector of plain equalities."""
    try:
        requirements = parse_requirements(text)
    except ValueError as error:
        raise failure(f'couldn\'t parse the selector string "{text}": {error}') from None
    pairs = {}
    for each in requirements:
        sign = re.search(rf"(?<![\w./-]){re.escape(each['key'])}\s*(!?)=", text)
        if sign is None:
            values = " ".join(each.get("values") or ())
            shown = f"{{{each['key']} {each['operator']} [{values}]}}"
            raise failure(f"match expression [{shown}] not supported on this object")
        if sign[1]:
            raise failure('"!=" is not a valid label selector operator')
        pairs[each["key"]] = each["values"][0]
    return pairs


def service_account(session: Session, parsed: Parsed) -> int | None:
    """The ServiceAccount that the pods of a template run as."""
    if not parsed.arguments:
        raise failure("serviceaccount is required")
    *resources, name = parsed.arguments
    templates.check(parsed)
    named = [] if parsed.options["local"] else resources
    for item in templates.found(session, parsed, named):
        spec = {**templates.pod_spec(item), "serviceAccountName": name}
        what, done = "failed to patch ServiceAccountName", "serviceaccount updated"
        templates.change(session, parsed, item, spec, done=done, what=what, always=True)
    return None


def subject(session: Session, parsed: Parsed) -> int | None:
    """Add users, groups and ServiceAccounts to a binding."""
    templates.check(parsed)
    found = templates.found(session, parsed, parsed.arguments)
    wanted = _subjects(session, parsed)
    if not wanted:
        raise failure("you must specify at least one value of user, group or serviceaccount")
    for item in found:
        if item.kind.group != _RBAC or not item.kind.kind.endswith("Binding"):
            raise failure(
                f"{item.kind.plural}/{item.name} setting subjects is only supported for "
                "RoleBinding/ClusterRoleBinding"
            )
        old: Objs = item.obj.get("subjects") or []
        new = [*old, *(each for each in wanted if each not in old)]
        if new == old:
            continue
        changed, done = Found(item.kind, {**item.obj, "subjects": new}), "subjects updated"
        what = "failed to patch subjects to rolebinding:"
        templates.tell(
            session, parsed, changed, {"subjects": new}, done=done, what=what, how="merge"
        )
    return None


def _subjects(session: Session, parsed: Parsed) -> Objs:
    found: Objs = [
        {"apiGroup": _RBAC, "kind": kind, "name": name}
        for flag, kind in (("user", "User"), ("group", "Group"))
        for name in parsed.options[flag]
    ]
    for text in parsed.options["serviceaccount"]:
        namespace, colon, name = text.partition(":")
        if not colon or not name or ":" in name:
            raise failure("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return found


SELECTOR = Verb(
    name="selector",
    summary="Set the selector on a resource",
    run=selector,
    usage="(-f FILENAME | TYPE NAME) EXPRESSIONS",
    example="kubectl set selector service web app=web,tier=front",
    flags=(
        *(flag for flag in templates.FLAGS if flag is not options.SELECTOR),
        options.RECORD,
        Flag("resource-version", hint="Only if this is the object's version"),
    ),
)
SERVICE_ACCOUNT = Verb(
    name="serviceaccount",
    aliases=("sa",),
    summary="Update the service account of a resource",
    run=service_account,
    usage="(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    example="kubectl set serviceaccount deployment web builder",
    flags=(*(it for it in templates.FLAGS if it is not options.SELECTOR), options.RECORD),
)
SUBJECT = Verb(
    name="subject",
    summary="Update the user, group, or service account in a role binding or cluster role binding",
    run=subject,
    usage="(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname]",
    example="kubectl set subject rolebinding readers --user=jane",
    flags=(
        *templates.FLAGS,
        Flag("user", "array", default=(), hint="A user to add"),
        Flag("group", "array", default=(), hint="A group to add"),
        Flag("serviceaccount", "array", default=(), hint="NAMESPACE:NAME to add"),
    ),
)
