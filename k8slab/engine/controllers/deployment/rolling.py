"""RollingUpdate: up within maxSurge, down within maxUnavailable (rolling.go, 1.36)."""

from __future__ import annotations

from ...base.objects import Objs
from . import progress, revisions
from .rollout import Rollout, active, counted, size, total, total_size


def roll(rollout: Rollout) -> int | None:
    """One step: the new ReplicaSet grows; only a look that leaves it alone shrinks old ones."""
    revisions.sync(rollout, create=True)
    moved = _scale_new(rollout) or _scale_old(rollout)
    if not moved and progress.is_complete(rollout, rollout.status):
        revisions.clean_up(rollout)
    return progress.write_rollout_status(rollout)


def _scale_new(rollout: Rollout) -> bool:
    new = rollout.new
    if new is None or size(new) == rollout.wanted:
        return False
    if size(new) > rollout.wanted:
        return rollout.scale(new, rollout.wanted)
    target = size(new) + rollout.room_for_new(size(new))
    rollout.world.compare("pods of the new ReplicaSet", rollout.wanted, size(new))
    return rollout.scale(new, target)


def _scale_old(rollout: Rollout) -> bool:
    old, new = active(rollout.old), rollout.new
    if not old or new is None:
        return False
    floor = rollout.wanted - rollout.unavailable
    new_unavailable = size(new) - counted(new, "availableReplicas")
    serving = total_size(rollout.all) - new_unavailable
    most = serving - floor
    rollout.world.compare("pods to keep serving", f"at least {floor}", serving)
    if most <= 0:
        return False
    if any(counted(it, "availableReplicas") > size(it) for it in old):
        return False  # a ReplicaSet has yet to carry out its last size; its counts are old
    names = [it["metadata"]["name"] for it in old]
    cleaned = _clean_up_unhealthy(rollout, old, most)
    old = [it for it in rollout.old if it["metadata"]["name"] in names]
    return _scale_down_available(rollout, old, floor) + cleaned > 0


def _clean_up_unhealthy(rollout: Rollout, old: Objs, most: int) -> int:
    """Pods that are not available cost nothing, so they go first."""
    done = 0
    for replica_set in old:
        if done >= most:
            break
        unhealthy = size(replica_set) - counted(replica_set, "availableReplicas")
        if unhealthy == 0:
            continue
        count = min(most - done, unhealthy)
        rollout.scale(replica_set, size(replica_set) - count)
        done += count
    return done


def _scale_down_available(rollout: Rollout, old: Objs, floor: int) -> int:
    newest = [rollout.new] if rollout.new is not None else []
    available = total([*old, *newest], "availableReplicas")
    rollout.world.compare("available pods", f"at least {floor}", available)
    done, most = 0, available - floor
    for replica_set in old:
        if done >= most:
            break
        if size(replica_set) == 0:
            continue
        count = min(size(replica_set), most - done)
        rollout.scale(replica_set, size(replica_set) - count)
        done += count
    return done
