"""A Deployment's status, its conditions and its progress deadline (progress.go, sync.go, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.conditions import conditions_of, find, without
from ...base.objects import Obj, Objs
from ...base.times import parse_rfc3339
from .conditions import condition, has_deadline, with_condition
from .rollout import Rollout, total, total_size


def note_pause(rollout: Rollout) -> None:
    """Say in Progressing that the Deployment is paused or resumed (checkPausedConditions)."""
    conditions = conditions_of(rollout.deployment)
    current = find(conditions, "Progressing") or {}
    reason = current.get("reason")
    if not has_deadline(rollout.deployment) or reason == "ProgressDeadlineExceeded":
        return
    if rollout.paused == (reason == "DeploymentPaused"):
        return
    word = "Paused" if rollout.paused else "Resumed"
    message = f"Deployment is {word.lower()}"
    new = condition(rollout.world, "Progressing", "Unknown", f"Deployment{word}", message)
    rollout.write_status({**rollout.status, "conditions": with_condition(conditions, new)})


def write_status(rollout: Rollout) -> int | None:
    """The counts and Available, without judging progress."""
    rollout.write_status(_calculate(rollout))
    return None


def write_rollout_status(rollout: Rollout) -> int | None:
    """The counts, Available and Progressing; milliseconds until the deadline is to be looked at."""
    status = _calculate(rollout)
    conditions = _judged(rollout, status)
    failure = _failure(rollout)
    if failure is None:
        conditions = without(conditions, "ReplicaFailure")
    else:
        conditions = with_condition(conditions, failure)
    rollout.write_status({**status, "conditions": conditions})
    return _deadline_in_ms(rollout)


def is_complete(rollout: Rollout, status: Obj) -> bool:
    """All replicas are of the new template, and no others are left."""
    wanted = rollout.wanted
    counts = ("updatedReplicas", "replicas", "availableReplicas")
    generation = rollout.deployment["metadata"]["generation"]
    return (
        all(status.get(field, 0) == wanted for field in counts)
        and status.get("observedGeneration", 0) >= generation
    )


def _calculate(rollout: Rollout) -> dict[str, Any]:
    everything = rollout.all
    newest = [rollout.new] if rollout.new is not None else []
    available = total(everything, "availableReplicas")
    counts = {
        "replicas": total(everything, "replicas"),
        "updatedReplicas": total(newest, "replicas"),
        "readyReplicas": total(everything, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, total_size(everything) - available),
    }
    status: dict[str, Any] = {
        "observedGeneration": rollout.deployment["metadata"]["generation"],
        **{field: count for field, count in counts.items() if count},
    }
    if all("terminatingReplicas" in (it.get("status") or {}) for it in everything):
        status["terminatingReplicas"] = total(everything, "terminatingReplicas")
    if "collisionCount" in rollout.status:
        status["collisionCount"] = rollout.status["collisionCount"]
    status["conditions"] = with_condition(
        conditions_of(rollout.deployment), _availability(rollout, available)
    )
    return status


def _availability(rollout: Rollout, available: int) -> Obj:
    floor = rollout.wanted - rollout.unavailable
    if available >= floor:
        message = "Deployment has minimum availability."
        return condition(rollout.world, "Available", "True", "MinimumReplicasAvailable", message)
    message = "Deployment does not have minimum availability."
    return condition(rollout.world, "Available", "False", "MinimumReplicasUnavailable", message)


def _judged(rollout: Rollout, status: Obj) -> Objs:
    """The conditions with Progressing as this look finds it."""
    conditions: Objs = status["conditions"]
    if not has_deadline(rollout.deployment):
        return without(conditions, "Progressing")
    current = find(conditions, "Progressing")
    settled = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if settled and current is not None and current["reason"] == "NewReplicaSetAvailable":
        return conditions
    what = f'Deployment "{rollout.name}"'
    if rollout.new is not None:
        what = f'ReplicaSet "{rollout.new["metadata"]["name"]}"'
    world = rollout.world
    if is_complete(rollout, status):
        message = f"{what} has successfully progressed."
        new = condition(world, "Progressing", "True", "NewReplicaSetAvailable", message)
        return with_condition(conditions, new)
    if _has_progressed(rollout.status, status):
        message = f"{what} is progressing."
        new = condition(world, "Progressing", "True", "ReplicaSetUpdated", message)
        if current is not None and current["status"] == "True":
            new = {**new, "lastTransitionTime": current["lastTransitionTime"]}
        return [*without(conditions, "Progressing"), new]
    if _timed_out(rollout, current):
        message = f"{what} has timed out progressing."
        new = condition(world, "Progressing", "False", "ProgressDeadlineExceeded", message)
        return with_condition(conditions, new)
    return conditions


def _has_progressed(before: Obj, after: Obj) -> bool:
    """More updated, ready or available pods than at the last look, or fewer old ones."""

    def old(status: Obj) -> int:
        return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))

    grown = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old(after) < old(before) or any(
        after.get(field, 0) > before.get(field, 0) for field in grown
    )


def _timed_out(rollout: Rollout, current: Obj | None) -> bool:
    if current is None or current["reason"] == "NewReplicaSetAvailable":
        return False
    if current["reason"] == "ProgressDeadlineExceeded":
        return True
    deadline_ms = rollout.deployment["spec"]["progressDeadlineSeconds"] * 1000
    waited_ms = rollout.world.unix_ms - parse_rfc3339(current["lastUpdateTime"])
    rollout.world.compare("seconds without progress", deadline_ms // 1000, waited_ms // 1000)
    return bool(waited_ms > deadline_ms)


def _deadline_in_ms(rollout: Rollout) -> int | None:
    """When a stuck rollout is to be looked at again (requeueStuckDeployment adds a second)."""
    current = find(conditions_of(rollout.deployment), "Progressing")
    if not has_deadline(rollout.deployment) or current is None:
        return None
    settled = current["reason"] in ("ProgressDeadlineExceeded", "NewReplicaSetAvailable")
    if settled or is_complete(rollout, rollout.status):
        return None
    deadline_ms = rollout.deployment["spec"]["progressDeadlineSeconds"] * 1000
    due_ms = parse_rfc3339(current["lastUpdateTime"]) + deadline_ms
    return int(max(1, due_ms - rollout.world.unix_ms + 1000))


def _failure(rollout: Rollout) -> Obj | None:
    """ReplicaFailure of the new ReplicaSet, else of an old one, as the Deployment's own."""
    newest = [rollout.new] if rollout.new is not None else []
    for replica_set in [*newest, *rollout.all]:
        failure = find(conditions_of(replica_set), "ReplicaFailure")
        if failure is not None:
            return {**failure, "lastUpdateTime": failure["lastTransitionTime"]}
    return None
