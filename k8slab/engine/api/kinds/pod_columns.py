"""The columns of ``kubectl get pods`` (printers/internalversion printPod, 1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.objects import Obj, Objs, get_in
from .base import Column
from .columns import AGE, NAME, NONE, age


def restartable(container: Obj) -> bool:
    """Whether an init container is a sidecar."""
    return container.get("restartPolicy") == "Always"


class Summary(NamedTuple):
    """STATUS, READY and RESTARTS, with when the last restart was ("" for never)."""

    reason: str
    ready: int
    total: int
    restarts: int
    last: str


def pod_status(pod: Obj) -> str:
    """The STATUS cell: the phase, or the most telling reason of a container."""
    return summary(pod).reason


def summary(pod: Obj) -> Summary:
    """What its containers' statuses come to: those that initialize, then, if done, the others."""
    status = pod.get("status") or {}
    reason = status.get("reason") or status.get("phase") or ""
    if any(
        it["type"] == "PodScheduled" and it.get("reason") == "SchedulingGated"
        for it in status.get("conditions") or ()
    ):
        reason = "SchedulingGated"
    first = {it["name"]: it for it in get_in(pod, "spec", "initContainers", default=[])}
    sidecars = {name for name, it in first.items() if restartable(it)}
    seen, initializing = _initializing(status, sidecars, len(first))
    ready = sum(bool(it.get("ready")) for it in seen if it["name"] in sidecars and _started(it))
    if initializing:
        reason = initializing
    if not initializing or _condition(pod, "Initialized"):
        boxes = status.get("containerStatuses") or []
        seen = [*(it for it in seen if it["name"] in sidecars), *boxes]
        ready += sum(map(_is_up, boxes))
        reason = _container_reason(pod, boxes, reason)
    if "deletionTimestamp" in pod["metadata"]:
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    total = len(get_in(pod, "spec", "containers", default=[])) + len(sidecars)
    restarts = sum(it.get("restartCount", 0) for it in seen)
    ends = [get_in(it, "lastState", "terminated", "finishedAt", default="") or "" for it in seen]
    return Summary(str(reason), ready, total, restarts, max(ends, default=""))


def _initializing(status: Obj, sidecars: set[str], count: int) -> tuple[Objs, str]:
    """The init containers' statuses up to the first that is not done, and what is with that."""
    seen: Objs = []
    for index, it in enumerate(status.get("initContainerStatuses") or ()):
        seen.append(it)
        state = it.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting") or {}
        if terminated is not None and terminated.get("exitCode", 0) == 0:
            continue
        if it["name"] in sidecars and _started(it):
            continue
        if terminated is not None:
            return seen, _terminated(terminated, "Init:")
        if waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return seen, f"Init:{waiting['reason']}"
        return seen, f"Init:{index}/{count}"
    return seen, ""


def _started(status: Obj) -> bool:
    """Whether an init container that has not ended well has started (a sidecar's startup probe)."""
    ended = get_in(status, "state", "terminated")
    return bool(status.get("started")) and not (ended and ended.get("exitCode", 0) == 0)


def _is_up(status: Obj) -> bool:
    state = status.get("state") or {}
    told = (state.get("waiting") or {}).get("reason") or state.get("terminated") is not None
    return bool(not told and status.get("ready") and state.get("running") is not None)


def _condition(pod: Obj, kind: str) -> bool:
    conditions = get_in(pod, "status", "conditions", default=[])
    return any(it["type"] == kind and it["status"] == "True" for it in conditions)


def _terminated(state: Obj, prefix: str = "") -> str:
    if state.get("reason"):
        return f"{prefix}{state['reason']}"
    if state.get("signal"):
        return f"{prefix}Signal:{state['signal']}"
    return f"{prefix}ExitCode:{state.get('exitCode', 0)}"


def _container_reason(pod: Obj, statuses: Objs, reason: str) -> str:
    """The first container's that is not simply running; else what was known before."""
    for status in reversed(statuses):
        state = status.get("state") or {}
        waiting, terminated = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated is not None:
            reason = _terminated(terminated)
    if reason == "Completed" and any(map(_is_up, statuses)):
        return "Running" if _condition(pod, "Ready") else "NotReady"
    return reason


def _ready(pod: Obj, now_unix_ms: int) -> str:
    found = summary(pod)
    return f"{found.ready}/{found.total}"


def _restarts(pod: Obj, now_unix_ms: int) -> str:
    """``3 (4s ago)``: while it initializes, the restarts of the init containers."""
    found = summary(pod)
    if not found.restarts or not found.last:
        return str(found.restarts)
    return f"{found.restarts} ({age(found.last, now_unix_ms)} ago)"


def _ip(pod: Obj, now_unix_ms: int) -> str:
    return str(get_in(pod, "status", "podIP", default="") or NONE)


def _node(pod: Obj, now_unix_ms: int) -> str:
    return str(get_in(pod, "spec", "nodeName", default="") or NONE)


def _nominated(pod: Obj, now_unix_ms: int) -> str:
    return str(get_in(pod, "status", "nominatedNodeName", default="") or NONE)


def _gates(pod: Obj, now_unix_ms: int) -> str:
    gates = get_in(pod, "spec", "readinessGates", default=[])
    if not gates:
        return NONE
    passed = sum(_condition(pod, gate["conditionType"]) for gate in gates)
    return f"{passed}/{len(gates)}"


COLUMNS = (
    NAME,
    Column("Ready", _ready),
    Column("Status", lambda pod, _: pod_status(pod)),
    Column("Restarts", _restarts),
    AGE,
    Column("IP", _ip, wide=True),
    Column("Node", _node, wide=True),
    Column("Nominated Node", _nominated, wide=True),
    Column("Readiness Gates", _gates, wide=True),
)
