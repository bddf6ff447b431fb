"""kubectl auth: can-i and whoami."""

from __future__ import annotations

from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj

from .. import rules
from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.json_text import to_json
from ..printers.output import check as check_format
from ..printers.output import print_value
from ..printers.table import Widths
from ..printers.yaml_text import to_yaml
from ..resources import kind_of
from ..session import Session
from . import options
from .auth_reconcile import RECONCILE

_VERBS = frozenset({"get", "list", "watch", "create", "update", "patch", "delete", "use", "bind",
                    "deletecollection", "impersonate", "escalate", "proxy", "approve", "sign",
                    "*"})  # fmt: skip
_OTHER_RESOURCES = ("users", "groups", "serviceaccounts", "userextras")
_HEADER = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]


def can_i(session: Session, parsed: Parsed) -> int | None:
    """Print yes or no (exit code 1), or with --list all that is allowed."""
    flags, words = parsed.options, parsed.arguments
    if flags["list"]:
        if words:
            raise failure("list option must be specified with no arguments")
        return _list(session, parsed)
    if flags["no-headers"]:
        raise failure("--no-headers cannot be set without --list specified")
    if len(words) != 2:
        raise failure(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    if words[1].startswith("/") and flags["subresource"]:
        raise failure("--subresource can not be used with NonResourceURL")
    spec = _path(words) if words[1].startswith("/") else _resource(session, parsed)
    review = _review(session, "SelfSubjectAccessReview", {"spec": spec})
    allowed = bool(review["status"]["allowed"])
    if not flags["quiet"]:
        session.print("yes" if allowed else "no")
    return 0 if allowed else 1


def _path(words: list[str]) -> Obj:
    return {"nonResourceAttributes": {"verb": words[0], "path": words[1]}}


def _resource(session: Session, parsed: Parsed) -> Obj:
    flags, (verb, what) = parsed.options, parsed.arguments
    if verb not in _VERBS:
        session.warn(f"Warning: '{verb}' is not a standard resource verb\n")
    name, _, of = what.partition("/")
    kind = session.discovery.resolve(name.lower())
    resource, group = _resource_of(session, kind, name)
    everywhere = flags["all-namespaces"]
    if kind is not None and not kind.namespaced and not everywhere:
        session.warn(f"Warning: resource '{resource}' is not namespace scoped\n")
    asked = {
        "namespace": "" if everywhere else session.namespace,
        "verb": verb,
        "group": group,
        "resource": resource,
        "subresource": flags["subresource"],
        "name": of,
    }
    return {"resourceAttributes": {field: value for field, value in asked.items() if value}}


def _resource_of(session: Session, kind: Kind | None, name: str) -> tuple[str, str]:
    """The plural and the group that are meant; an unknown one is asked for as it is written."""
    if kind is not None:
        return kind.plural, kind.group
    plural, _, group = name.partition(".")
    if name != "*" and name not in _OTHER_RESOURCES:
        where = f" in group '{group}'" if group else ""
        session.warn(f"Warning: the server doesn't have a resource type '{plural}'{where}\n")
    return plural, "*" if name == "*" else group


def _review(session: Session, kind: str, body: Obj) -> Obj:
    return session.request("create", kind_of(kind.lower()), body=body)


def _list(session: Session, parsed: Parsed) -> int | None:
    spec = {"spec": {"namespace": session.namespace}}
    status = _review(session, "SelfSubjectRulesReview", spec)["status"]
    found = rules.compact([*status["resourceRules"], *status["nonResourceRules"]])
    rows = [] if parsed.options["no-headers"] else [_HEADER]
    rows += [rules.row(rule) for rule in found]
    session.write(Widths().lay_out(rows))
    return None


def _typed(review: Obj) -> Obj:
    """A SelfSubjectReview with its fields as Go's struct has them."""
    head = {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"}
    return {**head, "metadata": review["metadata"], "status": review["status"]}


def whoami(session: Session, parsed: Parsed) -> int | None:
    """Print who the server takes the user for."""
    review = _review(session, "SelfSubjectReview", {})
    match parsed.options["output"]:
        case "":
            info = review["status"]["userInfo"]
            rows = [["ATTRIBUTE", "VALUE"], ["Username", info["username"]]]
            rows += [["UID", info["uid"]]] if info.get("uid") else []
            rows.append(["Groups", rules.bracketed(info["groups"])])
            session.write(Widths().lay_out(rows))
        case "json":
            session.print(to_json(_typed(review), sort_keys=False))
        case "yaml":
            session.write(to_yaml(review))
        case other:
            check_format(other)
            print_value(session, other, _typed(review))
    return None


_CAN_I = Verb(
    name="can-i",
    summary="Check whether an action is allowed",
    run=can_i,
    usage="VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    example="kubectl auth can-i create deployments -n shop\nkubectl auth can-i --list --as=jane",
    flags=(
        options.ALL_NAMESPACES,
        Flag("list", "bool", default=False, hint="All that is allowed"),
        Flag("quiet", "bool", short="q", default=False, hint="Only the exit code"),
        Flag("subresource", hint="Such as log or scale"),
        Flag("no-headers", "bool", default=False, hint="Rows without the headings"),
    ),
)
_WHOAMI = Verb(
    name="whoami",
    summary="Experimental: Check self subject attributes",
    run=whoami,
    flags=(options.TABLE_OUTPUT,),
)
VERB = Verb(
    name="auth",
    summary="Inspect authorization",
    section="Troubleshooting and Debugging Commands",
    usage="[flags]",
    children={verb.name: verb for verb in (_CAN_I, RECONCILE, _WHOAMI)},
)
