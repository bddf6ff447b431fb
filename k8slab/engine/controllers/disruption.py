"""The disruption controller: how many pods of a budget may go (pkg/controller/disruption, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.conditions import conditions_of, find, replaced
from ..base.intstr import scaled
from ..base.objects import (
    Key,
    Obj,
    Objs,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    labels_of,
    uid_of,
)
from ..base.pods import pod_is_ready
from ..base.selectors import matcher
from ..base.times import parse_rfc3339
from ..control import World
from ..control.loop import Watch

SOURCE = "controllermanager"
DELETION_TIMEOUT_MS = 120_000
"""An evicted pod that has not gone by then counts as healthy again."""
_SCALED = ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")


class Disruption:
    """Keeps the status of PodDisruptionBudgets, which evictions are allowed by."""

    name = "disruption"
    lag_ms = 7

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "PodDisruptionBudget": _itself,
            "Pod": _budgets_of,
            "Deployment": _budgets_near,
            "ReplicaSet": _budgets_near,
            "StatefulSet": _budgets_near,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        budget = world.store.get(key)
        if budget is None:
            return None
        matches = matcher(budget["spec"].get("selector"))
        pods = [
            pod
            for pod in world.store.by("Pod", "namespace", key.namespace)
            if matches(labels_of(pod))
        ]
        if not pods:
            world.event(budget, "Normal", "NoPods", "No matching pods found", SOURCE)
        expected, desired = _wanted(world, budget, pods)
        disrupted, again_ms = _still_disrupted(world, budget, pods)
        healthy = [pod for pod in pods if _is_healthy(pod, disrupted)]
        world.compare("healthy pods", f"at least {desired}", len(healthy))
        allowed = max(0, len(healthy) - desired) if expected > 0 else 0
        counts = {
            "disruptionsAllowed": allowed,
            "currentHealthy": len(healthy),
            "desiredHealthy": desired,
            "expectedPods": expected,
        }
        world.api.update_status(budget, _status(world, budget, counts, disrupted))
        return again_ms


def _wanted(world: World, budget: Obj, pods: Objs) -> tuple[int, int]:
    """How many pods there should be, and how many of them healthy."""
    spec = budget["spec"]
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is not None:
        expected = _expected_scale(world, pods)
        return expected, max(0, expected - scaled(most, expected, round_up=True))
    if isinstance(least, str):
        expected = _expected_scale(world, pods)
        return expected, scaled(least, expected, round_up=True)
    return len(pods), least or 0


def _expected_scale(world: World, pods: Objs) -> int:
    """The sum of the replicas that the pods' controllers are to have."""
    owners = {uid_of(it): it for it in (_scaled_owner(world, pod) for pod in pods) if it}
    return sum(int(owner["spec"].get("replicas", 1)) for owner in owners.values())


def _scaled_owner(world: World, obj: Obj) -> Obj | None:
    """The topmost controller that has a size."""
    reference = controller_of(obj)
    if reference is None or reference["kind"] not in _SCALED:
        return None
    namespace = obj["metadata"]["namespace"]
    owner = world.store.get(Key(reference["kind"], namespace, reference["name"]))
    return None if owner is None else _scaled_owner(world, owner) or owner


def _still_disrupted(world: World, budget: Obj, pods: Objs) -> tuple[dict[str, str], int | None]:
    """Evicted pods whose deletion has yet to be seen, and when the first of them is given up."""
    evicted: dict[str, str] = get_in(budget, "status", "disruptedPods", default={})
    kept: dict[str, str] = {}
    waits: list[int] = []
    for pod in pods:
        since = evicted.get(pod["metadata"]["name"])
        if since is None or is_deleting(pod):
            continue
        left_ms = parse_rfc3339(since) + DELETION_TIMEOUT_MS - world.unix_ms
        if left_ms > 0:
            kept[pod["metadata"]["name"]] = since
            waits.append(int(left_ms))
    return kept, min(waits, default=None)


def _is_healthy(pod: Obj, disrupted: dict[str, str]) -> bool:
    going = is_deleting(pod) or pod["metadata"]["name"] in disrupted
    return not going and pod_is_ready(pod)


def _status(
    world: World, budget: Obj, counts: dict[str, int], disrupted: dict[str, str]
) -> dict[str, Any]:
    status: dict[str, Any] = {
        **counts,
        "observedGeneration": budget["metadata"]["generation"],
        "conditions": replaced(conditions_of(budget), _allowed(world, budget, counts)),
    }
    return {**status, "disruptedPods": disrupted} if disrupted else status


def _allowed(world: World, budget: Obj, counts: dict[str, int]) -> Obj:
    enough = counts["disruptionsAllowed"] > 0
    status = "True" if enough else "False"
    old = find(conditions_of(budget), "DisruptionAllowed")
    same = old is not None and old["status"] == status
    return {
        "type": "DisruptionAllowed",
        "status": status,
        "reason": "SufficientPods" if enough else "InsufficientPods",
        "message": "",
        "lastTransitionTime": old["lastTransitionTime"] if old and same else world.timestamp(),
        "observedGeneration": budget["metadata"]["generation"],
    }


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _budgets_of(world: World, pod: Obj) -> Iterable[Key]:
    for budget in world.store.list("PodDisruptionBudget", pod["metadata"]["namespace"]):
        if matcher(budget["spec"].get("selector"))(labels_of(pod)):
            yield key_of(budget)


def _budgets_near(world: World, owner: Obj) -> Iterable[Key]:
    """A change of size changes what a percentage means."""
    template = get_in(owner, "spec", "template", default={})
    yield from _budgets_of(
        world, {"metadata": {**template.get("metadata", {}), **_namespace(owner)}}
    )


def _namespace(obj: Obj) -> dict[str, str]:
    return {"namespace": obj["metadata"]["namespace"]}
