"""kubectl set selector, serviceaccount and subject."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, set_in
from k8slab.engine.base.selectors import parse_selector

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...printers.output import print_one
from ...resources import Found, need_resources
from ...session import Session
from .. import options
from . import templates

_RBAC = "rbac.authorization.k8s.io"


def selector(session: Session, parsed: Parsed) -> int | None:
    """Replace a Service's selector."""
    *resources, text = parsed.arguments or [""]
    if not resources:
        need_resources(resources)
    if len(resources) == 1 and "/" not in resources[0] and not parsed.options["all"]:
        raise failure("resource(s) were provided, but no name was specified")
    wanted = _pairs(text)
    for item in templates.found(session, parsed, resources):
        if item.kind.kind != "Service":
            raise failure("setting a selector is only supported for Services")
        old = item.obj["spec"].get("selector") or {}
        change = {**dict.fromkeys(old), **wanted}
        changed = set_in(item.obj, ("spec", "selector"), wanted)
        _store(session, parsed, item, {"spec": {"selector": change}}, changed, "selector updated")
    return None


def _pairs(text: str) -> dict[str, str]:
    """A selector of plain equalities."""
    try:
        parse_selector(text)
    except ValueError as error:
        raise failure(str(error)) from None
    pairs = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals or " " in part.strip() or key.endswith("!"):
            words = part.replace("(", " ").replace(")", " ").split()
            name, operator, *values = [*words, "", ""][: max(2, len(words))]
            shown = f"{{{name} {operator.capitalize()} [{' '.join(values)}]}}"
            raise failure(f"match expression [{shown}] not supported on this object")
        pairs[key.strip()] = value.lstrip("=").strip()
    return pairs


def service_account(session: Session, parsed: Parsed) -> int | None:
    """The ServiceAccount that the pods of a template run as."""
    *resources, name = parsed.arguments or [""]
    need_resources(resources)
    for item in templates.found(session, parsed, resources):
        templates.pod_spec(item)
        body = {"serviceAccountName": name}
        what = "failed to patch ServiceAccountName"
        done = "serviceaccount updated"
        templates.change(session, parsed, item, body, done=done, what=what, always=True)
    return None


def subject(session: Session, parsed: Parsed) -> int | None:
    """Add users, groups and ServiceAccounts to a binding."""
    wanted = _subjects(session, parsed)
    if not wanted:
        raise failure("you must specify at least one value of user, group or serviceaccount")
    for item in templates.found(session, parsed, parsed.arguments):
        if item.kind.group != _RBAC or not item.kind.kind.endswith("Binding"):
            raise failure("setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        old: Objs = item.obj.get("subjects") or []
        new = [*old, *(each for each in wanted if each not in old)]
        if new == old:
            continue
        changed = {**item.obj, "subjects": new}
        _store(session, parsed, item, {"subjects": new}, changed, "subjects updated")
    return None


def _subjects(session: Session, parsed: Parsed) -> Objs:
    found: Objs = [
        {"apiGroup": _RBAC, "kind": kind, "name": name}
        for flag, kind in (("user", "User"), ("group", "Group"))
        for name in parsed.options[flag]
    ]
    for text in parsed.options["serviceaccount"]:
        namespace, colon, name = text.partition(":")
        if not colon or not name:
            raise failure("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return found


def _store(
    session: Session, parsed: Parsed, item: Found, body: Obj, changed: Obj, done: str
) -> None:
    strategy = options.dry_run(parsed)
    if strategy != "client":
        changed = templates.send(session, parsed, item, body, "failed to patch:", "merge")
    found = Found(item.kind, changed)
    print_one(session, parsed.options["output"], found, options.done(done, strategy))


SELECTOR = Verb(
    name="selector",
    summary="Set the selector on a resource",
    run=selector,
    usage="(-f FILENAME | TYPE NAME) EXPRESSIONS",
    example="kubectl set selector service web app=web,tier=front",
    flags=tuple(flag for flag in templates.FLAGS if flag is not options.SELECTOR),
)
SERVICE_ACCOUNT = Verb(
    name="serviceaccount",
    aliases=("sa",),
    summary="Update the service account of a resource",
    run=service_account,
    usage="(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    example="kubectl set serviceaccount deployment web builder",
    flags=templates.FLAGS,
)
SUBJECT = Verb(
    name="subject",
    summary="Update the user, group, or service account in a role binding or cluster role binding",
    run=subject,
    usage="(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname]",
    example="kubectl set subject rolebinding readers --user=jane",
    flags=(
        *templates.FLAGS,
        Flag("user", "strings", default=(), hint="A user to add"),
        Flag("group", "strings", default=(), hint="A group to add"),
        Flag("serviceaccount", "strings", default=(), hint="NAMESPACE:NAME to add"),
    ),
)
