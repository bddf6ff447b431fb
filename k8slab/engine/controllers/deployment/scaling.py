"""A change of size: in proportion while a rollout is half done (sync.go, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, Objs, annotations_of
from . import progress, revisions
from .rollout import DESIRED, MAX, Rollout, active, counted, size, total_size


def is_wanted(rollout: Rollout) -> bool:
    """Whether an active ReplicaSet was last sized for another number of replicas."""
    revisions.sync(rollout, create=False)
    return any(
        annotated.isdecimal() and int(annotated) != rollout.wanted
        for it in active(rollout.all)
        if (annotated := annotations_of(it).get(DESIRED, ""))
    )


def carry_out(rollout: Rollout) -> int | None:
    """Scale, and report; a paused Deployment does this and nothing else."""
    revisions.sync(rollout, create=False)
    rollout.world.compare("replicas", rollout.wanted, total_size(rollout.all))
    _scale(rollout)
    if rollout.paused:
        revisions.clean_up(rollout)
    return progress.write_status(rollout)


def _scale(rollout: Rollout) -> None:
    only = _active_or_latest(rollout)
    if only is not None:
        rollout.scale(only, rollout.wanted)
        return
    if _is_saturated(rollout):
        for old in active(rollout.old):
            rollout.scale(old, 0)
    elif rollout.strategy == "RollingUpdate":
        _scale_in_proportion(rollout)


def _active_or_latest(rollout: Rollout) -> Obj | None:
    """The only active ReplicaSet; where none is, the new one or the latest."""
    running = active(rollout.all)
    if len(running) > 1:
        return None
    if running:
        return running[0]
    return rollout.new or (rollout.old[-1] if rollout.old else None)


def _is_saturated(rollout: Rollout) -> bool:
    new = rollout.new
    return (
        new is not None
        and size(new) == rollout.wanted
        and annotations_of(new).get(DESIRED) == str(rollout.wanted)
        and counted(new, "availableReplicas") == rollout.wanted
    )


def _scale_in_proportion(rollout: Rollout) -> None:
    """Each active ReplicaSet takes its share of the change; the largest takes what is left over."""
    allowed = rollout.wanted + rollout.surge if rollout.wanted > 0 else 0
    replica_sets = active(rollout.all)
    change = allowed - total_size(replica_sets)
    replica_sets = _largest_first(replica_sets, newer_first=change > 0)
    shares: list[int] = []
    for replica_set in replica_sets:
        left = change - sum(shares)
        share = _share(rollout, replica_set) if left else 0
        shares.append(min(share, left) if change > 0 else max(share, left))
    for place, (replica_set, share) in enumerate(zip(replica_sets, shares, strict=True)):
        over = change - sum(shares) if place == 0 else 0
        rollout.set_size(replica_set, max(0, size(replica_set) + share + over))


def _largest_first(replica_sets: Objs, *, newer_first: bool) -> Objs:
    by_age = list(reversed(replica_sets)) if newer_first else replica_sets
    return sorted(by_age, key=size, reverse=True)


def _share(rollout: Rollout, replica_set: Obj) -> int:
    """How much this ReplicaSet changes if all keep their proportion of the allowed total."""
    if rollout.wanted == 0:
        return -size(replica_set)
    before = int(annotations_of(replica_set).get(MAX) or rollout.status.get("replicas") or 0)
    if not before:
        return 0
    share = size(replica_set) * (rollout.wanted + rollout.surge) / before
    return int(share + 0.5) - size(replica_set)
