"""One learner's cluster in a few numbers, and what is wrong with it in words.

A tile is {"pods": {sign: count}, "nodes": [up, all], "passed", "tasks", "stuck": the first task
that does not hold, "held": for each check of the lesson in its order "1" where it holds, else "0",
"lesson", "wrong": signature of the wrong state, "failing": failed requests a second}.
Learners with equal ``wrong`` are stuck on the same thing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from k8slab.engine.base.objects import Obj
from k8slab.labs.live import LiveLab

TROUBLES = frozenset({"failed", "pending"})


def tile(lab: LiveLab) -> dict[str, Any]:
    """The tile of a lab that is in memory, read from what its own page shows."""
    state = lab.picture.state
    objects = state["objects"].values()
    pods = Counter(it["sign"] for it in objects if it["kind"] == "Pod")
    nodes = [it for it in objects if it["kind"] == "Node"]
    checks: dict[str, Obj] = state["checks"]
    stuck = next((it for it in checks.values() if it.get("ok") is not True), None)
    return {
        "pods": dict(sorted(pods.items())),
        "nodes": [sum(it["ready"] == "True" for it in nodes), len(nodes)],
        "passed": sum(it.get("ok") is True for it in checks.values()),
        "tasks": len(checks),
        "stuck": stuck["expects"] if stuck else "",
        "held": "".join("1" if it.get("ok") is True else "0" for it in checks.values()),
        "lesson": lab.lesson,
        "wrong": wrong(objects, stuck if _has_begun(lab) else None),
        "failing": failing(state["traffic"]),
    }


def _has_begun(lab: LiveLab) -> bool:
    """Whether anything was done in the lab: who reads is not stuck."""
    return len(lab.cluster.journal) > lab.start_commands


def wrong(objects: Any, stuck: Obj | None) -> str:
    """What is wrong, the same words for the same fault: pods' troubles, else what does not hold."""
    troubles = sorted(
        {it["text"] for it in objects if it["kind"] == "Pod" and it["sign"] in TROUBLES}
    )
    if troubles:
        return ", ".join(troubles)
    return f"{stuck['expects']}: {stuck['observes']}".replace("`", "") if stuck else ""


def failing(traffic: dict[str, Obj]) -> int:
    """Failed requests in the last second that is over, of all loads."""
    found = (
        load["series"][max(load["series"], key=int)] for load in traffic.values() if load["series"]
    )
    return sum(failed for _, failed, _ in found)
