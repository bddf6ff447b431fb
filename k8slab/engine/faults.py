"""What can be made to go wrong. To add a fault: a function, and its line in FAULTS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .control import World

FAULTS: dict[str, Callable[..., None]] = {}


def inject(world: World, fault: str, arguments: dict[str, Any]) -> None:
    """Carry out a fault; ValueError for one that does not exist."""
    if fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; there are: {', '.join(sorted(FAULTS))}")
    FAULTS[fault](world, **arguments)
