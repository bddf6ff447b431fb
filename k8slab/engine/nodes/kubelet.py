"""The kubelet: makes the containers of the pods that are bound to its node be as their specs say.

One actor plays every node's kubelet; a pod is looked at by the kubelet of its node alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..api.errors import ApiError
from ..base.objects import Key, Obj, get_in, is_deleting, key_of
from ..base.pods import node_of
from ..control import World
from . import addresses, admission, disks, ending, mounts
from .lifecycle import ALIVE
from .machine import has_network, machine
from .node_status import NO_NETWORK
from .order import earliest, run_all, stop_all, stop_for_resize
from .resize import resized
from .runs import OWNER
from .status import pod_status
from .usage import remember_life

SANDBOX_MS = 340  # volumes and network of a new pod (truth 11-realkubelet-pod-lifecycle)
CLEANUP_MS = 1_000  # from the end of the last container to the pod's removal (same)
MOUNT_RETRY_MS, MOUNT_RETRY_MAX_MS = 500, 122_000  # volume operations' exponential back-off


class Kubelet:
    """The actor. Its memory of a pod is described at ``runs.memory``."""

    name = OWNER
    lag_ms = 20

    @property
    def watches(self) -> dict[str, Any]:
        return {
            "Pod": _pod,
            "ConfigMap": _users_of_config,
            "Secret": _users_of_config,
            "VolumeAttachment": disks.users,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        """Bring one pod as far as it can go now."""
        pod = world.store.get(key)
        memory = world.note(OWNER, key)
        if pod is None or (memory is not None and memory["uid"] != pod["metadata"]["uid"]):
            _kill_what_runs(world, key, memory)
            _forget(world, key, memory)
            memory = None
        if pod is None or not node_of(pod) or not machine(world, node_of(pod))["up"]:
            return None
        if memory is None:
            if get_in(pod, "status", "phase") in ("Succeeded", "Failed"):
                if is_deleting(pod):
                    _finish(world, pod)
                return None
            refused = admission.refusal(world, pod)
            if refused is not None:
                admission.reject(world, pod, refused)
                return None
            memory = _admit(world, pod)
        memory, again_ms = _sync(world, pod, memory)
        world.set_note(OWNER, key, memory)
        _report(world, pod, memory)
        return None if again_ms is None else max(1, again_ms - world.now_ms)


def _pod(world: World, pod: Obj) -> Iterable[Key]:
    """A pod of a node, unless it is the kubelet itself that is writing its status."""
    cause = world.api.cause
    if node_of(pod) and (cause is None or cause.actor != OWNER or is_deleting(pod)):
        yield key_of(pod)


def _users_of_config(world: World, config: Obj) -> Iterable[Key]:
    """Pods that wait for a ConfigMap or Secret of this namespace, or have it mounted."""
    kind, name = config["kind"], config["metadata"]["name"]
    for pod in world.store.list("Pod", config["metadata"]["namespace"]):
        memory = world.note(OWNER, key_of(pod))
        if memory is None:
            continue
        if memory.get("mount_retry_ms") or ("mounts" in memory and mounts.uses(pod, kind, name)):
            yield key_of(pod)


def _admit(world: World, pod: Obj) -> dict[str, Any]:
    now_ms, node = world.now_ms, node_of(pod)
    return {
        "uid": pod["metadata"]["uid"],
        "node": node,
        "admitted_ms": now_ms,
        "sandbox_ms": now_ms + SANDBOX_MS,
        "worker_ms": 0,
        "ip": "",
        "host_ip": addresses.node_address(world, node),
        "containers": {},
    }


def _kill_what_runs(world: World, key: Key, memory: dict[str, Any] | None) -> None:
    """The pod was deleted by force: its containers are stopped all the same."""
    if memory is None or not machine(world, memory["node"])["up"]:
        return
    named = {"name": key.name, "namespace": key.namespace, "uid": memory["uid"]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": named}
    for name, record in memory["containers"].items():
        if record["state"] in ALIVE:
            text, part = f"Stopping container {name}", f"spec.containers{{{name}}}"
            world.event(
                pod, "Normal", "Killing", text, "kubelet", host=memory["node"], field_path=part
            )


def _forget(world: World, key: Key, memory: dict[str, Any] | None) -> None:
    if memory is None:
        return
    if memory["ip"]:
        addresses.release(world, memory["node"], memory["ip"])
    for owner in (OWNER, "hang", "kill", "oom", "rps", "lives", "files", ending.OWNER):
        world.set_note(owner, key, None)


def _sync(world: World, pod: Obj, memory: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    memory = _after_reboot(world, pod, memory)
    memory = ending.heed(world, pod, memory)
    memory, deadline_ms = ending.at_deadline(world, pod, memory)
    if is_deleting(pod) or "over" in memory:
        return _terminate(world, pod, memory)
    memory, again_ms = _begin_or_go_on(world, pod, memory)
    return memory, earliest([again_ms, deadline_ms])


def _begin_or_go_on(
    world: World, pod: Obj, memory: dict[str, Any]
) -> tuple[dict[str, Any], int | None]:
    if not memory["ip"]:
        if not pod["spec"].get("hostNetwork") and not has_network(world, memory["node"]):
            return _without_network(world, pod, memory), None
        memory, ready_ms = _sandbox(world, pod, memory)
        if ready_ms is not None:
            return memory, ready_ms
    memory, remount_ms = mounts.refreshed(world, pod, memory)
    memory, restarted, resize_ms = resized(world, pod, memory)
    if restarted:
        memory = stop_for_resize(world, pod, memory, restarted)
    memory, again_ms = run_all(world, pod, memory)
    return memory, earliest([remount_ms, resize_ms, again_ms])


def _without_network(world: World, pod: Obj, memory: dict[str, Any]) -> dict[str, Any]:
    """No sandbox can be made: the pod waits, and is told so once."""
    if not memory.get("network_missing"):
        text = f"network is not ready: {NO_NETWORK}"
        world.event(pod, "Warning", "NetworkNotReady", text, "kubelet", host=memory["node"])
    return {**memory, "network_missing": True}


def _sandbox(world: World, pod: Obj, memory: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Volumes, then the sandbox with its address; a time where it takes until then."""
    memory, attached_ms = disks.wait(world, pod, memory)
    if attached_ms is not None:
        return memory, attached_ms
    missing = mounts.first_failure(world, pod)
    if missing:
        if world.now_ms < memory.get("mount_due_ms", 0):
            return memory, memory["mount_due_ms"]
        retry_ms = min(2 * memory.get("mount_retry_ms", 0), MOUNT_RETRY_MAX_MS) or MOUNT_RETRY_MS
        world.event(pod, "Warning", "FailedMount", missing, "kubelet", host=memory["node"])
        due_ms = world.now_ms + retry_ms
        return {**memory, "mount_retry_ms": retry_ms, "mount_due_ms": due_ms}, due_ms
    if world.now_ms < memory["sandbox_ms"]:
        return memory, memory["sandbox_ms"]
    host_network = pod["spec"].get("hostNetwork")
    ip = memory["host_ip"] if host_network else addresses.take(world, memory["node"], key_of(pod))
    changes = {"ip": ip, "worker_ms": world.now_ms, "mount_retry_ms": 0}
    written = memory.get("mounts") or mounts.mounted(world, pod, ip)
    return {**memory, **changes, **({"mounts": written} if written else {})}, None


def _terminate(world: World, pod: Obj, memory: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Stop what runs; when all has ended, remove the pod."""
    memory, again_ms = stop_all(world, pod, memory, ending.grace_s(pod, memory))
    if any(record["state"] in ALIVE for record in memory["containers"].values()):
        return memory, again_ms
    if "stopped_ms" not in memory:
        memory = {**memory, "stopped_ms": world.now_ms}
    due_ms = memory["stopped_ms"] + CLEANUP_MS
    return memory, due_ms if world.now_ms < due_ms else None


def _after_reboot(world: World, pod: Obj, memory: dict[str, Any]) -> dict[str, Any]:
    """A node that started anew has none of the processes from before: the pod begins again."""
    booted_ms = machine(world, memory["node"]).get("booted_ms", 0)
    if booted_ms <= memory["admitted_ms"] or memory.get("booted_ms") == booted_ms:
        return memory
    memory = {**memory, "booted_ms": booted_ms}
    if not memory["ip"]:
        return memory
    addresses.release(world, memory["node"], memory["ip"])
    for name, record in memory["containers"].items():
        if record["state"] in ALIVE:
            remember_life(world, pod, name, record)
    ended = {"state": "ended", "finished_ms": booted_ms, "code": 255, "why": "Unknown"}
    containers = {
        name: {**record, **ended, "stop": None} if record["state"] in ALIVE else record
        for name, record in memory["containers"].items()
    }
    if not is_deleting(pod):
        text = "Pod sandbox changed, it will be killed and re-created."
        world.event(pod, "Normal", "SandboxChanged", text, "kubelet", host=memory["node"])
    sandbox_ms = world.now_ms + SANDBOX_MS
    return {**memory, "ip": "", "sandbox_ms": sandbox_ms, "containers": containers}


def _report(world: World, pod: Obj, memory: dict[str, Any]) -> None:
    """Write the status where it changed, and remove a pod that has stopped."""
    status = pod_status(world, pod, memory)
    if status != pod.get("status"):
        pod = world.api.update_status(pod, status)
    cleaned_ms = memory.get("stopped_ms", world.now_ms) + CLEANUP_MS
    if is_deleting(pod) and world.now_ms >= cleaned_ms:
        _finish(world, pod)


def _finish(world: World, pod: Obj) -> None:
    try:
        world.api.delete(key_of(pod), grace_s=0, uid=pod["metadata"]["uid"])
    except ApiError as refusal:
        if refusal.code != 404:
            raise
