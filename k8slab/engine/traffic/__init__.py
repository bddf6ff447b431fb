"""Load over an interval -> rate, errors, latency, and why."""

from __future__ import annotations

from ..base.objects import Obj
from ..control import World


def load(world: World, name: str, url: str, rps: float) -> None:
    """Start or change the load ``name``."""
    raise NotImplementedError


def unload(world: World, name: str) -> None:
    """Stop the load ``name``."""
    raise NotImplementedError


def samples(world: World, name: str, t0_ms: int, t1_ms: int) -> list[Obj]:
    """What the requests of an interval met, a Sample a second."""
    raise NotImplementedError
