"""HorizontalPodAutoscalers: invariant 21."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, is_deleting
from k8slab.engine.controllers.horizontalpodautoscaler import PERIOD_MS
from k8slab.engine.store import Change

from ..view import View, actor_of

ACTOR = "horizontal-pod-autoscaler"


def _bounds(hpa: Obj) -> range:
    return range(hpa["spec"].get("minReplicas", 1), hpa["spec"]["maxReplicas"] + 1)


def _target(hpa: Obj) -> Key:
    reference = hpa["spec"]["scaleTargetRef"]
    return Key(reference["kind"], hpa["metadata"]["namespace"], reference["name"])


def rescales_stay_within_bounds(view: View, change: Change) -> Iterator[str]:
    """21. HPA within bounds, and not before its next look."""
    if actor_of(change) != ACTOR or "scale" in change.key.kind or change.previous is None:
        return
    hpas = [hpa for hpa in view.all("HorizontalPodAutoscaler") if _target(hpa) == change.key]
    if not hpas:
        return
    replicas = change.object["spec"]["replicas"]
    if not any(replicas in _bounds(hpa) for hpa in hpas):
        yield f"{change.key} was scaled to {replicas}, out of {list(map(_bounds, hpas))}"
    since = view.recall("rescaled", {})
    last_ms = since.get(change.key)
    since[change.key] = change.at_ms
    if len(hpas) == 1 and last_ms is not None and 0 < change.at_ms - last_ms < PERIOD_MS:
        yield f"{change.key} was scaled twice within {change.at_ms - last_ms} ms"


def targets_are_within_bounds(view: View, cluster: Cluster) -> Iterator[str]:
    """21. At rest, what is autoscaled has as many replicas as it may (or none: then it is off)."""
    for hpa in view.all("HorizontalPodAutoscaler"):
        target = view.get(_target(hpa))
        if target is None or is_deleting(target) or is_deleting(hpa) or view.is_ending(hpa):
            continue
        replicas = target["spec"]["replicas"]
        if replicas and replicas not in _bounds(hpa):
            yield f"{_target(hpa)} has {replicas} replicas, its bounds are {_bounds(hpa)}"
