"""The columns of ``kubectl get pods`` (printers/internalversion printPod, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .base import Column
from .columns import AGE, NAME, NONE, age


def restartable(container: Obj) -> bool:
    """Whether an init container is a sidecar."""
    return container.get("restartPolicy") == "Always"


def pod_status(pod: Obj) -> str:
    """The STATUS cell: the phase, or the most telling reason of a container."""
    status = pod.get("status") or {}
    reason = status.get("reason") or status.get("phase") or "Unknown"
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            reason = "SchedulingGated"
    initializing = _init_reason(pod)
    if initializing:
        reason = initializing
    if not initializing or _condition(pod, "Initialized"):
        reason = _container_reason(pod, reason)
    if "deletionTimestamp" in pod["metadata"]:
        if status.get("reason") == "NodeLost":
            return "Unknown"
        if status.get("phase") not in ("Succeeded", "Failed"):
            return "Terminating"
    return str(reason)


def _condition(pod: Obj, kind: str) -> bool:
    conditions = get_in(pod, "status", "conditions", default=[])
    return any(it["type"] == kind and it["status"] == "True" for it in conditions)


def _terminated(state: Obj, prefix: str = "") -> str:
    if state.get("reason"):
        return f"{prefix}{state['reason']}"
    if state.get("signal"):
        return f"{prefix}Signal:{state['signal']}"
    return f"{prefix}ExitCode:{state.get('exitCode', 0)}"


def _init_reason(pod: Obj) -> str:
    """``Init:0/1``, ``Init:Error`` ... of the first init container that is not done."""
    containers = {it["name"]: it for it in get_in(pod, "spec", "initContainers", default=[])}
    for index, status in enumerate(get_in(pod, "status", "initContainerStatuses", default=[])):
        state = status.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting")
        if terminated is not None and terminated.get("exitCode", 0) == 0:
            continue
        if restartable(containers.get(status["name"], {})) and status.get("started"):
            continue
        if terminated is not None:
            return _terminated(terminated, "Init:")
        if waiting and waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(containers)}"
    return ""


def _container_reason(pod: Obj, reason: str) -> str:
    running = False
    for status in reversed(get_in(pod, "status", "containerStatuses", default=[])):
        state = status.get("state") or {}
        waiting, terminated = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated is not None:
            reason = _terminated(terminated)
        elif status.get("ready") and state.get("running") is not None:
            running = True
    if reason == "Completed" and running:
        return "Running" if _condition(pod, "Ready") else "NotReady"
    return reason


def _counted(pod: Obj) -> list[Obj]:
    """The statuses that READY and RESTARTS count: containers and sidecars."""
    init = {it["name"]: it for it in get_in(pod, "spec", "initContainers", default=[])}
    sidecars = [
        status
        for status in get_in(pod, "status", "initContainerStatuses", default=[])
        if restartable(init.get(status["name"], {}))
    ]
    return [*sidecars, *get_in(pod, "status", "containerStatuses", default=[])]


def _ready(pod: Obj, now_unix_ms: int) -> str:
    sidecars = [it for it in get_in(pod, "spec", "initContainers", default=[]) if restartable(it)]
    total = len(get_in(pod, "spec", "containers", default=[])) + len(sidecars)
    ready = 0
    for status in _counted(pod):
        state = status.get("state") or {}
        ready += bool(status.get("ready") and state.get("running") is not None)
    return f"{ready}/{total}"


def _restarts(pod: Obj, now_unix_ms: int) -> str:
    """``3 (4s ago)``: while it initializes, the restarts of the init containers."""
    statuses = _counted(pod)
    if _init_reason(pod) and not _condition(pod, "Initialized"):
        statuses = get_in(pod, "status", "initContainerStatuses", default=[])
    restarts = sum(status.get("restartCount", 0) for status in statuses)
    ends = [get_in(it, "lastState", "terminated", "finishedAt", default="") for it in statuses]
    last = max(ends, default="")
    if not restarts or not last:
        return str(restarts)
    return f"{restarts} ({age(last, now_unix_ms)} ago)"


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
