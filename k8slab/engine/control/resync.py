"""Informers' periodic resync: off unless a period is set (built-in controllers hardly use it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..base.objects import Key
from .watching import RESYNC
from .world import World


class Resync:
    """Has the actors look at every object of a kind again, changed or not."""

    name = RESYNC
    lag_ms = 0

    def __init__(self, wake_all: Callable[[str], None]) -> None:
        self._wake_all = wake_all

    @property
    def watches(self) -> Mapping[str, Any]:
        return {}

    def reconcile(self, world: World, key: Key) -> int | None:
        self._wake_all(key.kind)
        period_ms: int | None = world.note(RESYNC, key)
        return period_ms
