"""The latest decisions, open to view: which nodes were dropped and why, and the scores."""

from __future__ import annotations

from typing import TypedDict

from ..base.objects import Key
from ..control import World
from .scheduler import DECISIONS
from .waiting import NAME


class Decision(TypedDict):
    """One attempt to place a pod.

    ``filters`` gives why a node was dropped, ``scores`` the weighted score of each other node by
    plugin; ``chosen`` is "" where no node would do. Of a large cluster the first nodes are kept.
    """

    pod: str
    at_ms: int
    filters: dict[str, list[str]]
    scores: dict[str, dict[str, int]]
    chosen: str


def decisions(world: World) -> list[Decision]:
    """The latest attempts, the oldest first."""
    kept: list[Decision] = world.note(NAME, DECISIONS) or []
    return kept


def decision_on(world: World, pod: Key) -> Decision | None:
    """The latest attempt to place a pod, if it is still remembered."""
    name = f"{pod.namespace}/{pod.name}"
    return next((each for each in reversed(decisions(world)) if each["pod"] == name), None)


def totals(decision: Decision) -> dict[str, int]:
    """The sum of each node's scores: the chosen node has the highest."""
    return {node: sum(row.values()) for node, row in decision["scores"].items()}
