"""The disruption controller: how many pods of a budget may go (pkg/controller/disruption, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..api.errors import ApiError
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
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: %s) were found to be unmanaged. As a "
    "result, the status of the PDB cannot be calculated correctly, which may result in undefined "
    'behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an '
    "integer value."
)


class Uncountable(Exception):
    """How many pods there should be can't be told: a pod's controller has no size."""


class Disruption:
    """Keeps the status of PodDisruptionBudgets, which evictions are allowed by."""

    name = "disruption"
    lag_ms = 7

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"PodDisruptionBudget": _itself, "Pod": _budgets_of}

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
        try:
            expected, desired = _wanted(world, budget, pods)
        except Uncountable as why:
            _fail_safe(world, budget, str(why))
            return None
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
    """How many pods there should be, and how many of them healthy. Raises Uncountable."""
    spec = budget["spec"]
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is None and not isinstance(least, str):
        return len(pods), least or 0
    if any(controller_of(pod) is None for pod in pods):
        message = _UNMANAGED % _written(spec.get("selector"))
        world.event(budget, "Warning", "UnmanagedPods", message, SOURCE)
    expected = _expected_scale(world, pods)
    if most is not None:
        return expected, max(0, expected - scaled(most, expected, round_up=True))
    return expected, scaled(least, expected, round_up=True)


def _expected_scale(world: World, pods: Objs) -> int:
    """The sum of the replicas that the pods' controllers are to have."""
    sizes: dict[str, int] = {}
    for pod in pods:
        reference = controller_of(pod)
        if reference is not None and reference["uid"] not in sizes:
            owner = _with_size(world, pod, reference)
            sizes[reference["uid"]] = 0
            sizes[uid_of(owner)] = int(owner["spec"].get("replicas", 1))
    return sum(sizes.values())


def _with_size(world: World, pod: Obj, reference: Obj) -> Obj:
    """The controller of a pod, or of its ReplicaSet, that has a size. Raises Uncountable."""
    owner = _referred(world, pod, reference)
    try:
        kind = world.api.discovery.named(reference["kind"])
    except ApiError:
        what = f'kind "{reference["kind"]}" in version "{reference["apiVersion"]}"'
        raise Uncountable(f"no matches for {what}") from None
    if not kind.scale:
        plural = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
        raise Uncountable(f"{plural} does not implement the scale subresource")
    if owner is None:
        raise Uncountable(f'found no controllers for pod "{pod["metadata"]["name"]}"')
    above = controller_of(owner)
    if above is None or (reference["kind"], above["kind"]) != ("ReplicaSet", "Deployment"):
        return owner
    return _referred(world, owner, above) or owner


def _referred(world: World, obj: Obj, reference: Obj) -> Obj | None:
    namespace = obj["metadata"]["namespace"]
    owner = world.store.get(Key(reference["kind"], namespace, reference["name"]))
    return owner if owner is not None and uid_of(owner) == reference["uid"] else None


def _written(selector: Obj | None) -> str:
    """A LabelSelector as Go prints it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{k}: {v}," for k, v in sorted((selector.get("matchLabels") or {}).items()))
    terms = "".join(
        f"LabelSelectorRequirement{{Key:{it['key']},Operator:{it['operator']},"
        f"Values:[{' '.join(it.get('values') or ())}],}},"
        for it in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


def _fail_safe(world: World, budget: Obj, why: str) -> None:
    """Where nothing can be counted nothing may go."""
    message = f"Failed to calculate the number of expected pods: {why}"
    world.event(budget, "Warning", "CalculateExpectedPodCountFailed", message, SOURCE)
    status = budget.get("status") or {}
    seen = status.get("observedGeneration", 0)
    condition = _condition(world, budget, "False", "SyncFailed", why, seen)
    conditions = replaced(conditions_of(budget), condition)
    new = {**status, "disruptionsAllowed": 0, "conditions": conditions}
    world.api.update_status(budget, new)


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
        if left_ms <= 0:
            where = f"{pod['metadata']['namespace']}/{pod['metadata']['namespace']}"
            message = f"Pod was expected by PDB {where} to be deleted but it wasn't"
            world.event(pod, "Warning", "NotDeleted", message, SOURCE)
        else:
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
    status, reason = ("True", "SufficientPods") if enough else ("False", "InsufficientPods")
    return _condition(world, budget, status, reason, "", budget["metadata"]["generation"])


def _condition(
    world: World, budget: Obj, status: str, reason: str, message: str, generation: int
) -> Obj:
    """The condition DisruptionAllowed."""
    old = find(conditions_of(budget), "DisruptionAllowed")
    same = old is not None and old["status"] == status
    return {
        "type": "DisruptionAllowed",
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": old["lastTransitionTime"] if old and same else world.timestamp(),
        "observedGeneration": generation,
    }


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _budgets_of(world: World, pod: Obj) -> Iterable[Key]:
    for budget in world.store.list("PodDisruptionBudget", pod["metadata"]["namespace"]):
        if matcher(budget["spec"].get("selector"))(labels_of(pod)):
            yield key_of(budget)
