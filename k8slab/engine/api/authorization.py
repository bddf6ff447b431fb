"""Who may do what: users, and the RBAC authorizer (plugin/pkg/auth/authorizer/rbac, 1.36).

Controllers, kubelets and the scheduler work inside the engine and are not asked; what comes from
outside is. The learner is the cluster's administrator, and may act as anybody (``--as``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..base.objects import Key, Obj, Objs
from .errors import ApiError, forbidden
from .kinds.base import Kind

if TYPE_CHECKING:
    from .server import Api

LEARNER = "learner"
ADMINISTRATOR = "kubernetes-admin"
MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
ACCOUNT = "system:serviceaccount:"


class User(NamedTuple):
    """Who asks: a name, groups and a uid ("" without one), as authentication found them."""

    name: str
    groups: tuple[str, ...]
    uid: str = ""


class Attributes(NamedTuple):
    """What is asked: a verb on a resource (pods, pods/log) or on a ``path`` such as /healthz."""

    verb: str
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


def user_of(request: Obj) -> User:
    """The user of a request: ``user`` (the learner, if none is named), ``groups`` and ``uid``."""
    name = request.get("user") or LEARNER
    if name == LEARNER:
        return User(ADMINISTRATOR, (MASTERS, AUTHENTICATED))
    groups = *(request.get("groups") or ()), *_own_groups(name), AUTHENTICATED
    return User(name, groups, request.get("uid") or "")


def _own_groups(name: str) -> tuple[str, ...]:
    """The groups that each service account is in."""
    if not name.startswith(ACCOUNT):
        return ()
    namespace = name.removeprefix(ACCOUNT).partition(":")[0]
    return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")


def check(api: Api, kind: Kind, request: Obj) -> None:
    """ApiError Forbidden where the user of a request may not do what it asks."""
    user = user_of(request)
    if MASTERS in user.groups:
        return
    asked = _attributes(kind, request)
    if not allowed(api, user, asked):
        raise refusal(kind, user, asked)


def check_path(api: Api, request: Obj, path: str) -> None:
    """ApiError Forbidden where the user of a request may not ask for what is no resource."""
    user, verb = user_of(request), request["verb"]
    if not allowed(api, user, Attributes(verb, path=path)):
        why = f'forbidden: User "{user.name}" cannot {verb} path "{path}"'
        raise ApiError(403, "Forbidden", why, {})


def _attributes(kind: Kind, request: Obj) -> Attributes:
    verb, name = request["verb"], request.get("name") or ""
    namespace = (request.get("namespace") or "") if kind.namespaced else ""
    if kind.namespaced and not namespace and verb not in ("list", "watch"):
        namespace = "default"
    if kind.kind == "Namespace":
        namespace = name
    subresource = request.get("subresource") or ""
    resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
    if verb == "create" and not subresource:
        name = ""
    return Attributes(verb, kind.group, resource, namespace, name)


def refusal(kind: Kind, user: User, asked: Attributes) -> ApiError:
    """403, in the server's words."""
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    why = (
        f'User "{user.name}" cannot {asked.verb} resource "{asked.resource}" in API group '
        f'"{asked.group}" {where}'
    )
    return forbidden(kind.plural, kind.group, asked.name, why)


def explain(api: Api, request: Obj) -> Obj:
    """How the API server decides on a request, for the trace of an apply.

    {"user", "groups", "verb", "group", "resource", "namespace", "name", "allowed": bool, "reason",
    "looked_at": [{"binding", "role", "subject", "rules", "covers": bool}, ...]}: each binding that
    names the user, in the order in which they are asked, up to the one that allows it.
    """
    kind = api.discovery.named(request["kind"])
    user, asked = user_of(request), _attributes(kind, request)
    looked_at: Objs = []
    for binding, subject, rules in _bindings(api, user, asked.namespace):
        covers = any(_covers(rule, asked) for rule in rules)
        metadata, role = binding["metadata"], binding["roleRef"]
        looked_at.append(
            {
                "binding": f"{binding['kind']}/{metadata['name']}",
                "role": f"{role['kind']}/{role['name']}",
                "subject": f"{subject['kind']}/{subject['name']}",
                "rules": len(rules),
                "covers": covers,
            }
        )
        if covers:
            break
    reason = allowed(api, user, asked)
    told = {**asked._asdict(), "allowed": bool(reason), "reason": reason, "looked_at": looked_at}
    return {"user": user.name, "groups": list(user.groups), **told}


def allowed(api: Api, user: User, asked: Attributes) -> str:
    """Why the user may ("" where nothing lets it): the binding and role that say so."""
    if MASTERS in user.groups:
        return "system:masters may do anything"
    for binding, subject, rules in _bindings(api, user, asked.namespace):
        if any(_covers(rule, asked) for rule in rules):
            return _reason(binding, subject)
    return ""


def _reason(binding: Obj, subject: Obj) -> str:
    metadata, role = binding["metadata"], binding["roleRef"]
    name = metadata["name"]
    if "namespace" in metadata:
        name = f"{name}/{metadata['namespace']}"
    who = subject["name"]
    if subject["kind"] == "ServiceAccount":
        who = f"{who}/{subject['namespace']}"
    return (
        f'RBAC: allowed by {binding["kind"]} "{name}" of {role["kind"]} "{role["name"]}" to '
        f'{subject["kind"]} "{who}"'
    )


def rules_of(api: Api, user: User, namespace: str) -> Objs:
    """Every rule that holds for a user in a namespace, cluster-wide ones first."""
    return [rule for _, _, rules in _bindings(api, user, namespace) for rule in rules]


def _bindings(api: Api, user: User, namespace: str) -> Iterator[tuple[Obj, Obj, Objs]]:
    """(binding, subject, rules) of each binding that names the user, or a group of it."""
    found = api.store.list("ClusterRoleBinding")
    if namespace:
        found += api.store.list("RoleBinding", namespace)
    for binding in found:
        subject = next((it for it in binding.get("subjects") or () if _is(it, user)), None)
        if subject is not None:
            yield binding, subject, _rules(api, binding)


def _is(subject: Obj, user: User) -> bool:
    if subject["kind"] == "User":
        return bool(subject["name"] == user.name)
    if subject["kind"] == "Group":
        return subject["name"] in user.groups
    return f"{ACCOUNT}{subject.get('namespace', '')}:{subject['name']}" == user.name


def _rules(api: Api, binding: Obj) -> Objs:
    """The rules of the role that a binding refers to; a role that is not there grants nothing."""
    reference = binding["roleRef"]
    namespace = binding["metadata"].get("namespace", "") if reference["kind"] == "Role" else ""
    role = api.store.get(Key(reference["kind"], namespace, reference["name"]))
    return (role.get("rules") or []) if role is not None else []


def _covers(rule: Obj, asked: Attributes) -> bool:
    if not _in(asked.verb, rule.get("verbs")):
        return False
    if asked.path:
        return any(_matches_path(it, asked.path) for it in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames") or ()
    return (
        _in(asked.group, rule.get("apiGroups"))
        and _has_resource(asked.resource, rule.get("resources") or ())
        and (not names or asked.name in names)
    )


def covers_rule(held: Obj, wanted: Obj) -> bool:
    """Whether a held rule allows all that a rule of one verb and one resource or path does."""
    if not _in(wanted["verbs"][0], held.get("verbs")):
        return False
    if wanted.get("nonResourceURLs"):
        path = wanted["nonResourceURLs"][0]
        return any(_matches_path(it, path) for it in held.get("nonResourceURLs") or ())
    names, wanted_names = held.get("resourceNames"), wanted.get("resourceNames")
    return (
        _in(wanted["apiGroups"][0], held.get("apiGroups"))
        and _has_resource(wanted["resources"][0], held.get("resources") or ())
        and (not names or bool(wanted_names and wanted_names[0] in names))
    )


def _in(value: str, allowed_values: list[str] | None) -> bool:
    return value in (allowed_values or ()) or "*" in (allowed_values or ())


def _has_resource(resource: str, resources: list[str] | tuple[str, ...]) -> bool:
    _, slash, subresource = resource.partition("/")
    any_of_subresource = f"*/{subresource}" if slash else "*"
    return any(it in ("*", resource, any_of_subresource) for it in resources)


def _matches_path(pattern: str, path: str) -> bool:
    if pattern.endswith("*"):
        return path.startswith(pattern.rstrip("*"))
    return pattern in ("*", path)
