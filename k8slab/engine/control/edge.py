"""Edge-triggered actors: what Kubernetes' own are not. They act on each event, not on the state.

What has been heard waits in a note, {"heard": [[due at ms, event], ...]}; an event is a JSON value
of the actor's own. One that is lost on its way is lost for good: nobody will look again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from ..base.objects import Key, Obj
from ..store import Change
from .watching import Delivery
from .world import World


class EdgeTriggered(ABC):
    """``hears`` are kinds; ``event`` makes of a change what is to be done, and ``act`` does it."""

    name: str
    lag_ms: int
    hears: frozenset[str]

    @property
    def watches(self) -> Mapping[str, Any]:
        """Nothing: such an actor never looks at what is."""
        return {}

    @abstractmethod
    def event(self, world: World, change: Change) -> tuple[Key, Obj] | None:
        """Whom a change concerns and what it says to do, or None."""

    @abstractmethod
    def act(self, world: World, key: Key, event: Obj) -> None:
        """Do what one event says."""

    def hear(self, world: World, key: Key, event: Obj, delivery: Delivery) -> None:
        """Take an event, as often and as late as the watch delivers it."""
        in_ms = self.lag_ms + delivery.late_ms
        memory = world.note(self.name, key, {"heard": []})
        heard = [*memory["heard"], *([[world.now_ms + in_ms, event]] * delivery.times)]
        world.set_note(self.name, key, {"heard": heard} if heard else None)
        world.wake(self.name, key, in_ms)

    def reconcile(self, world: World, key: Key) -> int | None:
        """Act once on each event whose time has come."""
        heard = world.note(self.name, key, {"heard": []})["heard"]
        later = [[due_ms, event] for due_ms, event in heard if due_ms > world.now_ms]
        world.set_note(self.name, key, {"heard": later} if later else None)
        for due_ms, event in heard:
            if due_ms <= world.now_ms:
                self.act(world, key, event)
        return min((due_ms for due_ms, _ in later), default=world.now_ms) - world.now_ms or None
