"""ClusterRoles that are the sum of others (pkg/controller/clusterroleaggregation, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, Objs, get_in, key_of, labels_of
from ..base.selectors import matcher
from ..control import World
from ..control.loop import Watch


class ClusterRoleAggregation:
    """Keeps the rules of a role with an aggregationRule those of the roles that it selects."""

    name = "clusterrole-aggregation"
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"ClusterRole": _aggregates}

    def reconcile(self, world: World, key: Key) -> int | None:
        role = world.store.get(key)
        if role is None or "aggregationRule" not in role:
            return None
        rules = _selected(world, role)
        world.compare(f"rules of {key.name}", len(rules), len(role.get("rules") or ()))
        if rules != (role.get("rules") or []):
            world.api.update({**role, "rules": rules})
        return None


def _aggregates(world: World, obj: Obj) -> Iterable[Key]:
    """Every role that may have to follow a changed one."""
    return (key_of(it) for it in world.store.list("ClusterRole") if "aggregationRule" in it)


def _selected(world: World, role: Obj) -> Objs:
    """The rules of the selected roles, by name, each rule once."""
    selectors = get_in(role, "aggregationRule", "clusterRoleSelectors", default=[])
    matches = [matcher(selector) for selector in selectors]
    rules: Objs = []
    for other in world.store.list("ClusterRole"):
        if key_of(other) == key_of(role) or not any(it(labels_of(other)) for it in matches):
            continue
        rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules
