"""Pods that a kubelet ends by itself: evicted, or stopped before the node goes off.

Such a pod is Failed with a reason and stays, for whoever made it to replace (kubelet killPodNow).
The note ("end", Pod) is {"uid", "reason", "message", "grace_s", "disrupts"}; the kubelet keeps it
as ``memory["over"]``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.conditions import conditions_of, replaced
from ..base.objects import Obj, is_deleting, key_of, uid_of
from ..base.pods import pod_is_terminal
from ..control import World
from .lifecycle import ALIVE
from .runs import OWNER as KUBELET

OWNER = "end"
EXCEEDED = "DeadlineExceeded"
_TOO_LONG = "Pod was active on the node longer than the specified deadline"


class Ending(NamedTuple):
    """Why a pod ends, and the seconds that its processes have.

    ``disrupts`` says that it is no fault of its own: the pod gets the condition DisruptionTarget.
    """

    reason: str
    message: str
    grace_s: int
    disrupts: bool = True


def end_pod(world: World, pod: Obj, why: Ending) -> None:
    """Have the pod's kubelet end it."""
    world.set_note(OWNER, key_of(pod), {"uid": uid_of(pod), **why._asdict()})
    world.wake(KUBELET, key_of(pod))


def heed(world: World, pod: Obj, memory: dict[str, Any]) -> dict[str, Any]:
    """The kubelet's memory of a pod with the ending that was asked for, if any was."""
    note = world.note(OWNER, key_of(pod))
    if note is None or "over" in memory or note["uid"] != uid_of(pod):
        return memory
    return {**memory, "over": note}


def grace_s(pod: Obj, memory: dict[str, Any]) -> int:
    """How long the processes of a pod that ends have, the shorter of what is asked."""
    asked = []
    if is_deleting(pod):
        asked.append(int(pod["metadata"].get("deletionGracePeriodSeconds", 0)))
    if "over" in memory:
        asked.append(int(memory["over"]["grace_s"]))
    return min(asked)


def at_deadline(
    world: World, pod: Obj, memory: dict[str, Any]
) -> tuple[dict[str, Any], int | None]:
    """End a pod that was active for longer than it may be; else the ms when it will have been."""
    limit_s = pod["spec"].get("activeDeadlineSeconds")
    if limit_s is None or "over" in memory or is_deleting(pod) or pod_is_terminal(pod):
        return memory, None
    due_ms = memory["admitted_ms"] + int(limit_s) * 1000
    if world.now_ms < due_ms:
        return memory, due_ms
    world.event(pod, "Normal", EXCEEDED, _TOO_LONG, "kubelet", host=memory["node"])
    grace = int(pod["spec"].get("terminationGracePeriodSeconds", 30))
    return {**memory, "over": Ending(EXCEEDED, _TOO_LONG, grace, disrupts=False)._asdict()}, None


def phase_of_ended(memory: dict[str, Any], phase: str) -> str:
    """The phase of a pod that its kubelet ends: Failed once nothing of it runs."""
    alive = any(record["state"] in ALIVE for record in memory["containers"].values())
    return phase if alive else "Failed"


def status_of_ended(world: World, pod: Obj, memory: dict[str, Any], status: Obj) -> Obj:
    """``status`` as the kubelet reports it of a pod that it ends: why, once nothing of it runs."""
    over = memory["over"]
    if status["phase"] != "Failed":
        return status
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "TerminationByKubelet",
        "message": over["message"],
        "lastProbeTime": None,
        "lastTransitionTime": world.timestamp(),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    conditions = status["conditions"]
    known = {each["type"] for each in conditions_of(pod)}
    if over["disrupts"] and condition["type"] not in known:
        conditions = replaced(conditions, condition)
    return {
        **status,
        "reason": over["reason"],
        "message": over["message"],
        "conditions": conditions,
    }
