"""The status that a kubelet writes on a pod (kubelet status manager and convertStatus, 1.36)."""

from __future__ import annotations

from typing import Any

from ..apps.catalogue import canonical
from ..base.chance import digest
from ..base.conditions import condition_of
from ..base.objects import Obj, Objs, get_in, is_deleting
from ..base.pods import phase_of, pod_is_terminal
from ..control import World
from . import ending
from .lifecycle import ALIVE, NEW, Record
from .restarting import restarts_after

WAITING = {
    "pull-failed": "ErrImagePull",
    "pull-back-off": "ImagePullBackOff",
    "never-pulled": "ErrImageNeverPull",
    "misnamed": "InvalidImageName",
    "config-error": "CreateContainerConfigError",
    "crash-back-off": "CrashLoopBackOff",
}
EPOCH = "1970-01-01T00:00:00Z"
RESTARTING = frozenset({"waiting", "pulling", "starting", "hooking"})
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
RESIZE_PENDING = "PodResizePending"
OWN_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")


def pod_status(world: World, pod: Obj, memory: dict[str, Any]) -> Obj:
    """The status of a pod from what its kubelet knows (``runs.memory``)."""
    records, spec = memory["containers"], pod["spec"]
    inits = spec.get("initContainers") or []
    initialized = has_begun(pod, records) or all(_init_done(each, records) for each in inits)
    waiting = "ContainerCreating" if initialized and not inits else "PodInitializing"
    statuses = [_container(world, pod, each, records, waiting) for each in spec["containers"]]
    phase = _phase(pod, records, initialized)
    if "over" in memory:
        phase = ending.phase_of_ended(memory, phase)
    if pod_is_terminal(pod):  # a phase that is final in the API is never left
        phase = phase_of(pod)
    conditions = _conditions(world, pod, memory, statuses, initialized, phase)
    if "deletionTimestamp" in pod["metadata"] and phase == "Failed" and _was_initialized(pod):
        statuses = [each if "terminated" in each["state"] else _lost(each) for each in statuses]
    status = {
        **(pod.get("status") or {}),
        "conditions": conditions,
        "containerStatuses": statuses,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": phase,
        "resources": {},
        "startTime": world.timestamp(memory["admitted_ms"]),
    }
    status.setdefault("qosClass", "BestEffort")
    if inits:
        status["initContainerStatuses"] = [
            _init_container(world, pod, each, records) for each in inits
        ]
    if spec.get("ephemeralContainers"):
        status["ephemeralContainerStatuses"] = [
            _ephemeral(world, pod, each, records) for each in spec["ephemeralContainers"]
        ]
    if memory["host_ip"]:
        status["hostIP"] = memory["host_ip"]
        status["hostIPs"] = [{"ip": memory["host_ip"]}]
    if memory["ip"]:
        status["podIP"] = memory["ip"]
        status["podIPs"] = [{"ip": memory["ip"]}]
    for name in _STATUSES if "allocated" in memory else ():
        if name in status:
            status[name] = [_as_allocated(memory, each) for each in status[name]]
    return ending.status_of_ended(world, pod, memory, status) if "over" in memory else status


def _resources(has: Obj) -> Obj:
    """What a container has been given, as its status tells it."""
    granted = {"allocatedResources": has["requests"]} if has.get("requests") else {}
    return {**granted, "resources": has}


def _as_allocated(memory: dict[str, Any], status: Obj) -> Obj:
    """The status of a container that waits for other resources than it has."""
    has = memory["allocated"].get(status["name"])
    return status if has is None else {**status, **_resources(has)}


def is_sidecar(container: Obj) -> bool:
    """Whether an init container goes on beside the others."""
    return container.get("restartPolicy") == "Always"


def has_begun(pod: Obj, records: dict[str, Record]) -> bool:
    """Whether a container other than the init containers has ever run: initialization is over."""
    names = (container["name"] for container in pod["spec"]["containers"])
    return any(records.get(name, NEW).get("number", -1) >= 0 for name in names)


def _init_done(container: Obj, records: dict[str, Record]) -> bool:
    record = records.get(container["name"], NEW)
    if is_sidecar(container):
        return is_started(container, record)
    return bool(record["state"] == "ended" and record["code"] == 0)


def is_ready(container: Obj, record: Record) -> bool:
    """Whether a container counts as ready: started, and its readiness probe (if any) passes."""
    if not is_started(container, record):
        return False
    if "readinessProbe" not in container:
        return True
    return get_in(record, "probes", "readiness", "ok") is True


def is_started(container: Obj, record: Record) -> bool:
    """Whether a container has passed its startup probe (or has none)."""
    if record["state"] not in ALIVE or record["state"] == "hooking":
        return False
    if "startupProbe" not in container:
        return True
    return get_in(record, "probes", "startup", "ok") is True


def _container(
    world: World, pod: Obj, container: Obj, records: dict[str, Record], waiting: str
) -> Obj:
    record = records.get(container["name"], NEW)
    number = record.get("number", -1)
    runs = number >= 0
    ending = record["state"] == "stopping" and record.get("hook_told")
    if ending or (record["state"] in RESTARTING and (runs or record.get("pull_wait_ms"))):
        kept = {**_reported(pod, container["name"]), "ready": False, "started": False}
        if "running" in kept["state"] and record["last"] and record["last"]["by_itself"]:
            kept["state"] = {"terminated": _terminated(world, pod, container, record["last"])}
        return kept
    status: Obj = {
        "image": container["image"],
        "imageID": _image_id(container["image"]) if runs else "",
        "lastState": {},
        "name": container["name"],
        "ready": is_ready(container, record),
        "restartCount": max(0, number),
        "started": is_started(container, record),
        "state": _state(world, pod, container, record, waiting),
    }
    if record["last"]:
        status["lastState"] = {"terminated": _terminated(world, pod, container, record["last"])}
    if "terminated" in status["state"] and _is_tried_again(pod, container, record):
        failed = "PostStartHookError" if record.get("hook_told") else "RunContainerError"
        why = {"message": record.get("hook_told") or record["told"], "reason": failed}
        status |= {"lastState": status["state"], "state": {"waiting": why}}
    if runs:
        status["containerID"] = _container_id(world, pod, container, number)
        status |= _resources(container.get("resources") or {})
        if container.get("volumeMounts"):
            status["volumeMounts"] = [_mount(each) for each in container["volumeMounts"]]
    return status


def _init_container(world: World, pod: Obj, container: Obj, records: dict[str, Record]) -> Obj:
    """An init container is ready once it has done its work, a sidecar as any other container."""
    status = _container(world, pod, container, records, "PodInitializing")
    if is_sidecar(container):
        return status
    return {**status, "ready": _init_done(container, records)}


def _ephemeral(world: World, pod: Obj, container: Obj, records: dict[str, Record]) -> Obj:
    """An ephemeral container is never ready and never started: nothing waits for it."""
    status = _container(world, pod, container, records, "ContainerCreating")
    return {**{name: it for name, it in status.items() if name != "started"}, "ready": False}


def _reported(pod: Obj, name: str) -> Obj:
    """What was last reported of a container: a restart, or a pull, shows when it has happened."""
    status = pod["status"]
    every = [each for field in _STATUSES for each in status.get(field, ())]
    return next(each for each in every if each["name"] == name)


def _mount(mount: Obj) -> Obj:
    """A mount as the status repeats it (RecursiveReadOnlyMounts)."""
    told = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if not mount.get("readOnly"):
        return told
    recursive = mount.get("recursiveReadOnly", "Disabled")
    return {**told, "readOnly": True, "recursiveReadOnly": recursive}


def _state(world: World, pod: Obj, container: Obj, record: Record, waiting: str) -> Obj:
    state = record["state"]
    if state in ALIVE:
        return {"running": {"startedAt": world.timestamp(record["started_ms"])}}
    if state == "ended":
        return {"terminated": _terminated(world, pod, container, record)}
    if state in WAITING:
        return {"waiting": {"message": record.get("message", ""), "reason": WAITING[state]}}
    return {"waiting": {"reason": waiting}}


def _terminated(world: World, pod: Obj, container: Obj, record: Record) -> Obj:
    never = record["why"] == "StartError"
    ended = {
        "containerID": _container_id(world, pod, container, record["number"]),
        "exitCode": record["code"],
        "finishedAt": world.timestamp(record["finished_ms"]),
        "reason": record["why"],
        "startedAt": EPOCH if never else world.timestamp(record["started_ms"]),
    }
    return {**ended, "message": record["told"]} if record.get("told") else ended


def _is_tried_again(pod: Obj, container: Obj, record: Record) -> bool:
    """Whether a container that could not be started, or its hook, is to be started anew."""
    failed = record["why"] == "StartError" or record.get("hook_told")
    return bool(failed) and not is_deleting(pod) and restarts_after(pod, container, record["code"])


def _was_initialized(pod: Obj) -> bool:
    condition = condition_of(pod, "Initialized")
    return condition is not None and condition["status"] == "True"


def _lost(status: Obj) -> Obj:
    """A container of which nothing is known at the end of its pod (TerminatePod)."""
    ended = {
        "exitCode": 137,
        "finishedAt": None,
        "message": "The container could not be located when the pod was terminated",
        "reason": "ContainerStatusUnknown",
        "startedAt": None,
    }
    return {**status, "state": {"terminated": ended}}


def _container_id(world: World, pod: Obj, container: Obj, number: int) -> str:
    uid = pod["metadata"]["uid"]
    return f"{world.settings.runtime}://" + _hex64("container", uid, container["name"], number)


def _image_id(image: str) -> str:
    name = canonical(image)
    return f"{name.rpartition(':')[0]}@sha256:{_hex64('image', name)}"


def _hex64(*where: object) -> str:
    return "".join(f"{digest(part, *where):016x}" for part in range(4))


def _phase(pod: Obj, records: dict[str, Record], initialized: bool) -> str:
    """kubelet getPhase. A pod with sidecars is Running until they have ended too."""
    deleting = "deletionTimestamp" in pod["metadata"]
    inits = [(each, records.get(each["name"], NEW)) for each in _inits(pod)]
    mine = [records.get(each["name"], NEW) for each in pod["spec"]["containers"]]
    lingers = any(each["state"] in ALIVE for _, each in inits)
    if not initialized:
        ended = [(init, each["code"]) for init, each in inits if each["state"] == "ended"]
        ends = deleting or any(code and not restarts_after(pod, it, code) for it, code in ended)
        return "Failed" if ends and not lingers else "Pending"
    if not deleting and any(_has_not_begun(each) for each in mine):
        return "Pending"
    if any(each["state"] in ALIVE for each in mine):
        return "Running"
    if all(each["state"] == "ended" for each in mine):
        codes = [each["code"] for each in mine]
        pairs = zip(pod["spec"]["containers"], codes, strict=True)
        goes_on = any(restarts_after(pod, container, code) for container, code in pairs)
        if lingers or (goes_on and not deleting):
            return "Running"
        return "Failed" if any(codes) else "Succeeded"
    if deleting and not lingers:
        return "Failed"
    return "Running" if any(each.get("number", -1) >= 0 for each in mine) else "Pending"


def _has_not_begun(record: Record) -> bool:
    first = record["last"] is None
    return record.get("number", -1) < 0 or (first and record["state"] == "hooking")


def _inits(pod: Obj) -> Objs:
    return pod["spec"].get("initContainers") or []


def _conditions(
    world: World, pod: Obj, memory: dict[str, Any], statuses: Objs, initialized: bool, phase: str
) -> Objs:
    """The kubelet's four conditions, then those that others wrote; times only move on a change."""
    sidecars = (each for each in _inits(pod) if is_sidecar(each))
    records = memory["containers"]
    unready = [c["name"] for c in sidecars if not is_ready(c, records.get(c["name"], NEW))]
    unready += [each["name"] for each in statuses if not each["ready"]]
    why: dict[str, str] = {}
    if unready:
        why = {
            "reason": "ContainersNotReady",
            "message": f"containers with unready status: [{' '.join(unready)}]",
        }
        if phase == "Succeeded":
            why = {"reason": "PodCompleted"}
        elif phase == "Failed":
            why = {"reason": "PodFailed"} if _all_ended(memory, pod) else why
    incomplete = {} if initialized else _incomplete(pod, memory)
    if phase == "Succeeded":
        incomplete = {"reason": "PodCompleted"}
    closed = _closed_gates(pod)
    sandbox = bool(memory["ip"]) and phase not in ("Succeeded", "Failed")
    verdicts: list[tuple[str, bool, dict[str, str]]] = [
        ("PodReadyToStartContainers", sandbox, {}),
        ("Initialized", initialized or phase == "Succeeded", incomplete),
        ("Ready", not (unready or closed), why or closed),
        ("ContainersReady", not unready, why),
    ]
    old = {each["type"]: each for each in get_in(pod, "status", "conditions", default=[])}
    if "PodScheduled" not in old:  # the pod names its node
        verdicts.append(("PodScheduled", True, {}))
    own = [_condition(world, pod, old, *verdict) for verdict in verdicts]
    if "resize" in memory:
        reason, message = memory["resize"]
        why = {"reason": reason, "message": message}
        own.insert(0, _condition(world, pod, old, RESIZE_PENDING, True, why))
    known = (*OWN_CONDITIONS, RESIZE_PENDING)
    others = [each for type_, each in old.items() if type_ not in known]
    return [*own, *(_seen(pod, each) for each in others)]


def _closed_gates(pod: Obj) -> dict[str, str]:
    """Why the pod's readiness gates keep it from being ready; {} where all are open."""
    gates = pod["spec"].get("readinessGates")
    if not gates:
        return {}
    told = {
        each["type"]: each["status"] for each in get_in(pod, "status", "conditions", default=[])
    }
    said = []
    for gate in gates:
        name = gate["conditionType"]
        if name not in told:
            said.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif told[name] != "True":
            said.append(
                f'the status of pod readiness gate "{name}" is not "True", but {told[name]}'
            )
    return {"reason": "ReadinessGatesNotReady", "message": ", ".join(said)} if said else {}


def _seen(pod: Obj, condition: Obj) -> Obj:
    """The scheduler's condition bears the generation that the kubelet has seen."""
    if condition["type"] != "PodScheduled":
        return condition
    return {**condition, "observedGeneration": pod["metadata"].get("generation", 1)}


def _all_ended(memory: dict[str, Any], pod: Obj) -> bool:
    records = memory["containers"]
    return all(records.get(c["name"], NEW)["state"] == "ended" for c in pod["spec"]["containers"])


def _incomplete(pod: Obj, memory: dict[str, Any]) -> dict[str, str]:
    records = memory["containers"]
    names = [c["name"] for c in pod["spec"]["initContainers"] if not _init_done(c, records)]
    message = f"containers with incomplete status: [{' '.join(names)}]"
    return {"reason": "ContainersNotInitialized", "message": message}


def _condition(
    world: World, pod: Obj, old: dict[str, Obj], type_: str, holds: bool, why: dict[str, str]
) -> Obj:
    status = "True" if holds else "False"
    before = old.get(type_)
    same = before is not None and before["status"] == status
    changed = before["lastTransitionTime"] if same and before else world.timestamp()
    return {
        "lastProbeTime": None,
        "lastTransitionTime": changed,
        **why,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "status": status,
        "type": type_,
    }
