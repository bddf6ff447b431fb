"""Nobody grants what he has not got (pkg/registry/rbac: ConfirmNoEscalation, 1.36).

Who writes a role must hold all that it allows, or the verb ``escalate`` on it; who writes a binding
all that its role allows, or the verb ``bind``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from ..base.objects import Key, Obj, Objs, is_deleting
from .authorization import MASTERS, Attributes, User, allowed, covers_rule, rules_of
from .errors import forbidden, not_found
from .kinds.base import Kind

if TYPE_CHECKING:
    from .server import Api

GROUP = "rbac.authorization.k8s.io"
_FIELDS = (
    ("apiGroups", "APIGroups"),
    ("resources", "Resources"),
    ("nonResourceURLs", "NonResourceURLs"),
    ("resourceNames", "ResourceNames"),
    ("verbs", "Verbs"),
)


def check(api: Api, kind: Kind, obj: Obj, user: User) -> None:
    """ApiError Forbidden where ``obj``, a role or binding, gives more than ``user`` has."""
    if kind.group != GROUP or MASTERS in user.groups:
        return
    metadata = obj["metadata"]
    namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
    old = api.store.get(Key(kind.kind, namespace, name))
    if old is not None and (is_deleting(old) or _same(old, obj)):
        return
    if kind.kind in ("Role", "ClusterRole"):
        verb, role, rules = "escalate", (kind.plural, name), obj.get("rules") or []
    else:
        reference = obj.get("roleRef") or {}
        plural = f"{reference.get('kind', '').lower()}s"
        verb, role = "bind", (plural, reference.get("name", ""))
        rules = _rules_of_role(api, reference, namespace)
    if allowed(api, user, Attributes(verb, GROUP, role[0], namespace, role[1])):
        return
    missing = _missing(rules_of(api, user, namespace), rules)
    if missing:
        raise forbidden(kind.plural, GROUP, name, _words(user, missing))


def _same(old: Obj, new: Obj) -> bool:
    return all(old.get(name) == new.get(name) for name in ("rules", "roleRef", "subjects"))


def _rules_of_role(api: Api, reference: Obj, namespace: str) -> Objs:
    kind, name = reference.get("kind", ""), reference.get("name", "")
    role = api.store.get(Key(kind, namespace if kind == "Role" else "", name))
    if role is None:
        raise not_found(f"{kind.lower()}s", GROUP, name)
    return role.get("rules") or []


def _missing(held: Objs, wanted: Objs) -> Objs:
    """What of ``wanted`` no held rule covers, compact: the verbs of a resource together."""
    found: dict[tuple[str, ...], Obj] = {}
    for rule in (part for whole in wanted for part in _parts(whole)):
        if any(covers_rule(mine, rule) for mine in held):
            continue
        key = tuple(str(rule.get(field)) for field, _ in _FIELDS[:-1])
        before = found.get(key, {**rule, "verbs": []})
        found[key] = {**before, "verbs": [*before["verbs"], *rule["verbs"]]}
    return list(found.values())


def _parts(rule: Obj) -> Iterator[Obj]:
    """A rule as rules of one resource (or path) and one verb each."""
    verbs = rule.get("verbs") or ()
    for path, verb in product(rule.get("nonResourceURLs") or (), verbs):
        yield {"nonResourceURLs": [path], "verbs": [verb]}
    places = product(rule.get("apiGroups") or (), rule.get("resources") or (), verbs)
    for group, resource, verb in places:
        part = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        names = rule.get("resourceNames") or ()
        yield from [{**part, "resourceNames": [name]} for name in names] or [part]


def _words(user: User, missing: Objs) -> str:
    told = sorted(map(_compact, missing))
    stated = f'user "{user.name}" (groups={_quoted(user.groups)}) is attempting to grant RBAC'
    return "\n".join([f"{stated} permissions not currently held:", *told])


def _compact(rule: Obj) -> str:
    fields = (f"{go}:{_quoted(rule[name])}" for name, go in _FIELDS if rule.get(name))
    return f"{{{', '.join(fields)}}}"


def _quoted(values: list[str] | tuple[str, ...]) -> str:
    return "[" + " ".join(f'"{value}"' for value in values) + "]"
