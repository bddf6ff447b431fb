"""Recreate: nothing new before every old pod is gone (recreate.go, 1.36)."""

from __future__ import annotations

from ...base.objects import uid_of
from ...base.pods import pod_is_terminal
from . import progress, revisions
from .rollout import Rollout, active, total


def roll(rollout: Rollout) -> int | None:
    """Old ones to 0; wait for their pods; then the new ReplicaSet at full size."""
    revisions.sync(rollout, create=False)
    scaled = [rollout.scale(old, 0) for old in active(rollout.old)]
    if any(scaled) or _old_pods_run(rollout):
        return progress.write_rollout_status(rollout)
    if rollout.new is None:
        revisions.sync(rollout, create=True)
    if rollout.new is not None:
        rollout.scale(rollout.new, rollout.wanted)
    if progress.is_complete(rollout, rollout.status):
        revisions.clean_up(rollout)
    return progress.write_rollout_status(rollout)


def _old_pods_run(rollout: Rollout) -> bool:
    left = total(rollout.old, "replicas")
    if not left:
        left = sum(
            not pod_is_terminal(pod)
            for old in rollout.old
            for pod in rollout.world.store.by("Pod", "controller", uid_of(old))
        )
    rollout.world.compare("old pods still there", 0, left)
    return left > 0
