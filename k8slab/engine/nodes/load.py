"""The requests that each pod gets, as traffic last said: now, and in the past.

The note ("rps", Pod) is {"rps": now, "steps": [[from_ms, rps], ...]}, the latest steps last.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from ..base.objects import Key, get_in
from ..control import World

OWNER, KERNEL = "rps", "kernel"
STEPS_MAX = 240
NONE: dict[str, Any] = {"rps": 0, "steps": []}


def rate_at(world: World, pod: Key, at_ms: int) -> float:
    """Requests a second that the pod got at ``at_ms``."""
    note = world.note(OWNER, pod, NONE)
    steps = note["steps"]
    if not steps or at_ms >= steps[-1][0]:
        return float(note["rps"])
    place = bisect_right(steps, at_ms, key=lambda step: step[0])
    return float(steps[place - 1][1]) if place else 0.0


def change_rate(world: World, pod: Key, by: float) -> None:
    """The pod gets ``by`` requests a second more (or less) from now on; its node's kernel looks."""
    note = world.note(OWNER, pod, NONE)
    rps = round(note["rps"] + by, 6)
    steps = [step for step in note["steps"][1 - STEPS_MAX :] if step[0] < world.now_ms]
    world.set_note(OWNER, pod, {"rps": rps, "steps": [*steps, [world.now_ms, rps]]})
    node = get_in(world.store.get(pod) or {}, "spec", "nodeName")
    if node:
        world.wake(KERNEL, Key("Node", "", node))


def steps_between(world: World, pod: Key, t0_ms: int, t1_ms: int) -> list[int]:
    """The moments in (t0, t1) at which the pod's load changed."""
    return [at for at, _ in world.note(OWNER, pod, NONE)["steps"] if t0_ms < at < t1_ms]
