"""kubectl create role and clusterrole."""

from __future__ import annotations

from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, Objs

from ...errors import Failure, failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator

VERBS = ("*", "get", "delete", "list", "create", "update", "patch", "watch")
MORE_VERBS = ("proxy", "deletecollection", "use", "bind", "escalate", "impersonate", "approve")
PATHS_ONLY = ("get", "post", "put", "patch", "delete", "head", "options", "*")


def _role(session: Session, parsed: Parsed, name: str) -> Obj:
    return {"rules": _rules(session, parsed)}


def _cluster_role(session: Session, parsed: Parsed, name: str) -> Obj:
    paths = list(parsed.options["non-resource-url"])
    if parsed.options["aggregation-rule"]:
        if any(parsed.options[flag.name] for flag in _FLAGS) or paths:
            raise failure(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or "
                "resourceNames"
            )
        pairs = (pair.partition("=") for pair in parsed.options["aggregation-rule"])
        selector = {"matchLabels": {label: value for label, _, value in pairs}}
        return {"aggregationRule": {"clusterRoleSelectors": [selector]}, "rules": None}
    if not paths:
        return {"rules": _rules(session, parsed)}
    verbs = _verbs(parsed)
    for verb in verbs:
        if verb not in PATHS_ONLY:
            raise failure(f"invalid verb: '{verb}' for nonResourceURL")
    for path in paths:
        if path != "*" and not path.startswith("/"):
            raise failure("nonResourceURL should start with /")
        if "*" in path[:-1]:
            raise failure("nonResourceURL only supports wildcard matches when '*' is at the end")
    rules = _rules(session, parsed) if parsed.options["resource"] else []
    return {"rules": [*rules, {"nonResourceURLs": paths, "verbs": verbs}]}


def _verbs(parsed: Parsed) -> list[str]:
    verbs = list(dict.fromkeys(verb.strip() for verb in parsed.options["verb"]))
    if not verbs:
        raise failure("at least one verb must be specified")
    return ["*"] if "*" in verbs else verbs


def _known(session: Session, verbs: list[str]) -> list[str]:
    """The verbs, with a warning of each that no resource is asked for."""
    for verb in () if verbs == ["*"] else verbs:
        if verb not in VERBS and verb not in MORE_VERBS:
            session.warn(f"Warning: '{verb}' is not a standard resource verb")
    return verbs


def _rules(session: Session, parsed: Parsed) -> Objs:
    """A rule for each API group of the resources."""
    wanted = list(dict.fromkeys(parsed.options["resource"]))
    names = list(dict.fromkeys(parsed.options["resource-name"]))
    if not parsed.options["verb"]:
        raise failure("at least one verb must be specified")
    if not wanted:
        raise failure("at least one resource must be specified")
    verbs = _known(session, _verbs(parsed))
    groups: dict[str, list[str]] = {}
    for resource in wanted:
        group, plural = _resolve(session, resource)
        groups.setdefault(group, []).append(plural)
    return [
        {
            "verbs": verbs,
            "apiGroups": [group],
            "resources": resources,
            **({"resourceNames": names} if names else {}),
        }
        for group, resources in sorted(groups.items())
    ]


def _resolve(session: Session, text: str) -> tuple[str, str]:
    """Group and plural of ``pods``, ``pods/log``, ``deployments.apps``, ``*``."""
    resource, _, subresource = text.partition("/")
    if resource == "*":
        return "", "*"
    kind: Kind | None = session.discovery.resolve(resource)
    if kind is None:
        name, dot, group = resource.partition(".")
        where = f' in group "{group}"' if dot else ""
        raise Failure(f'the server doesn\'t have a resource type "{name}"{where}')
    return kind.group, f"{kind.plural}/{subresource}" if subresource else kind.plural


_FLAGS = (
    Flag("verb", "strings", default=(), hint="What is allowed: get, list, ..."),
    Flag("resource", "strings", default=(), hint="On which resources: pods, deployments.apps"),
    Flag("resource-name", "array", default=(), hint="Only on the objects of this name"),
)
ROLE = generator(
    "Role",
    _role,
    *_FLAGS,
    example="kubectl create role reader --verb=get,list --resource=pods",
)
CLUSTERROLE = generator(
    "ClusterRole",
    _cluster_role,
    *_FLAGS,
    Flag("non-resource-url", "strings", default=(), hint="Paths such as /healthz"),
    Flag("aggregation-rule", "map", default=(), hint="Labels of the roles to combine"),
    example="kubectl create clusterrole reader --verb=get --resource=nodes",
)
