"""HorizontalPodAutoscalers where no metrics are served (pkg/controller/podautoscaler, 1.36).

Every 15 s each is looked at: bounds are enforced by themselves, and for each metric it says that
none can be had. With a metrics-server there is no autoscaling by load yet: bounds alone hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..api.errors import ApiError, not_found
from ..base.conditions import conditions_of, find, replaced
from ..base.objects import Key, Obj, Objs, get_in, is_deleting, key_of, set_in, uid_of
from ..control import World
from ..control.loop import Watch

SOURCE = "horizontal-pod-autoscaler"
PERIOD_MS = 15_000
_METRICS_SERVER = Key("Addon", "", "metrics-server")
_ABSENT = (
    "unable to get metrics for resource {0}: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)
_UNABLE = "the HPA was unable to compute the replica count: "


class _Verdict(NamedTuple):
    """How many replicas there should be, and why; ``conditions`` and ``metrics`` of the status."""

    replicas: int
    reason: str
    conditions: Objs
    metrics: Objs
    error: str = ""


class HorizontalPodAutoscalers:
    """Looks every 15 s from creation on, while there is something to do or to complain of."""

    name = "horizontal-pod-autoscaler"
    lag_ms = 55

    @property
    def watches(self) -> Mapping[str, Watch]:
        targets = dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet"), _of_target)
        return {"HorizontalPodAutoscaler": _itself, **targets}

    def reconcile(self, world: World, key: Key) -> int | None:
        hpa = world.store.get(key)
        if hpa is None or is_deleting(hpa):
            world.set_note(self.name, key, None)
            return None
        note = world.note(self.name, key)
        if note is None or note["uid"] != uid_of(hpa):
            world.set_note(self.name, key, {"uid": uid_of(hpa), "since_ms": world.now_ms})
            return PERIOD_MS
        to_wait_ms = -(world.now_ms - note["since_ms"]) % PERIOD_MS
        if to_wait_ms:
            return int(to_wait_ms)
        return PERIOD_MS if _look(world, hpa) else None


def _itself(world: World, hpa: Obj) -> Iterable[Key]:
    yield key_of(hpa)


def _of_target(world: World, target: Obj) -> Iterable[Key]:
    if not world.store.count("HorizontalPodAutoscaler"):
        return
    metadata = target["metadata"]
    for hpa in world.store.list("HorizontalPodAutoscaler", metadata["namespace"]):
        reference = hpa["spec"]["scaleTargetRef"]
        if (reference["kind"], reference["name"]) == (target["kind"], metadata["name"]):
            yield key_of(hpa)


def _look(world: World, hpa: Obj) -> bool:
    """One look; whether the next would say or do something again."""
    try:
        target = _target(world, hpa)
    except ApiError as error:
        world.event(hpa, "Warning", "FailedGetScale", error.message, SOURCE)
        why = f"the HPA controller was unable to get the target's current scale: {error.message}"
        conditions = _with(world, hpa, conditions_of(hpa), "AbleToScale", "FailedGetScale", why)
        world.api.update_status(hpa, {**_status(hpa), "conditions": conditions})
        return True
    current = get_in(target, "spec", "replicas", default=0)
    verdict = _judge(world, hpa, current)
    world.compare("replicas", verdict.replicas, current)
    if verdict.error:
        world.event(hpa, "Warning", "FailedComputeMetricsReplicas", verdict.error, SOURCE)
    status = {**_status(hpa), "currentReplicas": current, "conditions": verdict.conditions}
    if verdict.metrics:
        status["currentMetrics"] = verdict.metrics
    if not verdict.error:
        status["desiredReplicas"] = verdict.replicas
    if verdict.reason:
        _rescale(world, hpa, target, verdict, status)
    world.api.update_status(hpa, status)
    return bool(verdict.error or verdict.reason)


def _status(hpa: Obj) -> Obj:
    return {"currentReplicas": 0, "desiredReplicas": 0, **(hpa.get("status") or {})}


def _target(world: World, hpa: Obj) -> Obj:
    """The object that is scaled; ApiError NotFound."""
    reference = hpa["spec"]["scaleTargetRef"]
    kind = world.api.discovery.named(reference["kind"])
    target = world.store.get(Key(kind.kind, hpa["metadata"]["namespace"], reference["name"]))
    if target is None:
        raise not_found(kind.plural, kind.group, reference["name"])
    return target


def _judge(world: World, hpa: Obj, current: int) -> _Verdict:
    """Bounds first; then the metrics, none of which can be had."""
    spec = hpa["spec"]
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    said = "the HPA controller was able to get the target's current scale"
    conditions = _with(
        world, hpa, conditions_of(hpa), "AbleToScale", "SucceededGetScale", said, holds=True
    )
    if current == 0 and least != 0:
        why = "scaling is disabled since the replica count of the target is zero"
        off = _with(world, hpa, conditions, "ScalingActive", "ScalingDisabled", why)
        return _Verdict(0, "", off, [])
    if current > most:
        return _Verdict(most, "Current number of replicas above Spec.MaxReplicas", conditions, [])
    if current < least:
        return _Verdict(least, "Current number of replicas below Spec.MinReplicas", conditions, [])
    if world.note("addon", _METRICS_SERVER, world.settings.metrics_server):
        return _Verdict(current, "", conditions, [])
    return _without_metrics(world, hpa, current, conditions)


def _without_metrics(world: World, hpa: Obj, current: int, conditions: Objs) -> _Verdict:
    """An Event for each metric; the condition and the error are about the first."""
    metrics = hpa["spec"].get("metrics") or []
    for metric in metrics:
        world.event(hpa, "Warning", _reason(metric), _failure(metric), SOURCE)
    first = metrics[0]
    conditions = _with(
        world, hpa, conditions, "ScalingActive", _reason(first), _UNABLE + _failure(first)
    )
    resource = _resource(first)
    error = (
        f"invalid metrics ({len(metrics)} invalid out of {len(metrics)}), first error is: "
        f"failed to get {resource['name']} resource metric value: {_failure(first)}"
    )
    return _Verdict(current, "", conditions, [{"type": ""} for _ in metrics], error)


def _resource(metric: Obj) -> Obj:
    """The resource of a metric (other types are not told apart: no API serves them either)."""
    found: Obj = (
        metric.get("resource") or metric.get("containerResource") or {"name": "", "target": {}}
    )
    return found


def _reason(metric: Obj) -> str:
    return f"FailedGet{metric['type']}Metric"


def _failure(metric: Obj) -> str:
    resource = _resource(metric)
    what = "utilization" if "averageUtilization" in resource["target"] else "usage"
    return f"failed to get {resource['name']} {what}: {_ABSENT.format(resource['name'])}"


def _rescale(world: World, hpa: Obj, target: Obj, verdict: _Verdict, status: Obj) -> None:
    """Write the target's replicas; ``status`` tells of it."""
    world.api.update(set_in(target, ("spec", "replicas"), verdict.replicas))
    why = f"the HPA controller was able to update the target scale to {verdict.replicas}"
    status["conditions"] = _with(
        world, hpa, verdict.conditions, "AbleToScale", "SucceededRescale", why, holds=True
    )
    status["lastScaleTime"] = world.timestamp()
    said = f"New size: {verdict.replicas}; reason: {verdict.reason}"
    world.event(hpa, "Normal", "SuccessfulRescale", said, SOURCE)


def _with(
    world: World, hpa: Obj, conditions: Objs, type_: str, reason: str, why: str, *,
    holds: bool = False,
) -> Objs:  # fmt: skip
    """``conditions`` with one of them set."""
    status = "True" if holds else "False"
    old = find(conditions_of(hpa), type_)
    same = old is not None and old["status"] == status
    since = old["lastTransitionTime"] if old is not None and same else world.timestamp()
    new = {"type": type_, "status": status, "lastTransitionTime": since, "reason": reason}
    return replaced(conditions, {**new, "message": why})
