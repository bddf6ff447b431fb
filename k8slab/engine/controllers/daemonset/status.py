"""The counts of a DaemonSet's status (daemon_controller.go updateDaemonSetStatus, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.objects import get_in
from .look import Look, oldest_first


def write(look: Look) -> int | None:
    """Count and write; milliseconds until a ready pod becomes available."""
    counts = dict.fromkeys(("current", "misscheduled", "desired", "ready", "updated"), 0)
    counts["available"] = 0
    waits: list[int] = []
    for node, (start, _) in look.places.items():
        pods = oldest_first(look.by_node.get(node, []))
        if not start:
            counts["misscheduled"] += bool(pods)
            continue
        counts["desired"] += 1
        if not pods:
            continue
        wait_ms = look.available_in_ms(pods[0])
        counts["current"] += 1
        counts["ready"] += wait_ms is not None
        counts["available"] += wait_ms == 0
        counts["updated"] += look.is_updated(pods[0])
        waits += [wait_ms] if wait_ms else []
    look.world.api.update_status(look.daemon_set, _status(look, counts))
    return min(waits, default=None)


def _status(look: Look, counts: dict[str, int]) -> dict[str, Any]:
    status: dict[str, Any] = {
        "currentNumberScheduled": counts["current"],
        "numberMisscheduled": counts["misscheduled"],
        "desiredNumberScheduled": counts["desired"],
        "numberReady": counts["ready"],
        "observedGeneration": look.daemon_set["metadata"]["generation"],
    }
    optional = {
        "updatedNumberScheduled": counts["updated"],
        "numberAvailable": counts["available"],
        "numberUnavailable": counts["desired"] - counts["available"],
        "collisionCount": get_in(look.daemon_set, "status", "collisionCount", default=0),
    }
    return {**status, **{name: count for name, count in optional.items() if count}}
