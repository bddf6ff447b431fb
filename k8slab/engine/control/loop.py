"""Who is woken by what, and the loop that runs them.

As in Kubernetes, actors meet only through the store: a write wakes whoever watches that kind, after
that actor's lag. An actor is given a key and never the event, so a missed, doubled or late wake
changes nothing but the time at which it looks.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from ..api.errors import ApiError
from ..base.clock import Clock, Wake
from ..base.objects import Key, Obj
from ..base.reason import Reason
from ..store import Change
from . import watching
from .edge import EdgeTriggered
from .resync import Resync
from .world import World

Watch = Callable[[World, Obj], Iterable[Key]]

ANY_KIND = "*"
REASONS_KEPT = 20_000
RETRY_BASE_MS = 5  # client-go DefaultTypedControllerRateLimiter: 5 ms, doubling, to 1000 s
RETRY_MAX_MS = 1_000_000


class Controller(Protocol):
    """A control loop: controllers, scheduler, kubelet and kube-proxy all have this form.

    ``watches`` maps a kind to the function that names the keys to look at when such an object
    changes; it is asked for the object as it is, and as it was where more than its status has
    changed. ``ANY_KIND`` stands for each kind that is not named. ``lag_ms`` is how long a change
    takes to reach the actor. ``reconcile`` reads all it needs, compares, writes the difference,
    and returns in how many milliseconds it wants to look again (None: only when woken).
    """

    name: str
    lag_ms: int

    @property
    def watches(self) -> Mapping[str, Watch]: ...

    def reconcile(self, world: World, key: Key) -> int | None: ...


class Loop:
    """The actors of one cluster and the running of them."""

    def __init__(self, world: World, actors: Iterable[Controller]) -> None:
        self.world = world
        self.actors: dict[str, Controller] = {
            actor.name: actor for actor in (*actors, Resync(self.resync))
        }
        self.reasons: deque[Reason] = deque(maxlen=REASONS_KEPT)
        self.reconciles = 0
        self.syncs: Counter[str] = Counter()
        self._watchers: dict[str, list[tuple[Controller, Watch]]] = {}
        self._edge = [actor for actor in self.actors.values() if isinstance(actor, EdgeTriggered)]
        world.store.listeners.append(self._on_change)

    @property
    def clock(self) -> Clock:
        return self.world.clock

    def run_until(self, at_ms: int, *, limit: int | None = None) -> bool:
        """Run what is due up to and including ``at_ms``; then it is ``at_ms``.

        With ``limit``, at most that many reconciles: False where more were due (time then stands
        at the last one that ran, and the caller asks again).
        """
        clock = self.clock
        done = 0
        while (due := clock.next_at()) is not None and due <= at_ms:
            if limit is not None and done >= limit:
                return False
            self.run(clock.pop())
            done += 1
        clock.now_ms = max(clock.now_ms, at_ms)
        return True

    def run(self, wake: Wake) -> Reason:
        """Let one actor look at one key."""
        actor = self.actors[wake.actor]
        self.reconciles += 1
        reason = Reason(self.reconciles, self.clock.now_ms, wake.actor, wake.key)
        if watching.is_stopped(self.world, wake.actor):
            watching.hold(self.world, wake)
            return reason
        self.syncs[wake.actor] += 1
        api = self.world.api
        api.cause, before = reason, api.cause
        try:
            again_ms = self._reconcile(actor, wake.key, reason)
        finally:
            api.cause = before
        if reason.did:
            self.reasons.append(reason)
        if again_ms is not None:
            self.clock.wake(self.clock.now_ms + again_ms, wake)
        return reason

    def _reconcile(self, actor: Controller, key: Key, reason: Reason) -> int | None:
        """One attempt; a refusal by the API is retried with the work queue's back-off."""
        world, memory = self.world, f"retry/{actor.name}"
        try:
            again_ms = actor.reconcile(world, key)
        except ApiError as refusal:
            failures = world.note(memory, key, 0)
            world.set_note(memory, key, failures + 1)
            reason.did.append(f"was refused: {refusal.message}")
            return int(min(RETRY_BASE_MS << min(failures, 30), RETRY_MAX_MS))
        if (memory, key) in world.notes:
            world.set_note(memory, key, None)
        return again_ms

    def resync(self, kind: str | None = None) -> None:
        """Wake every actor for every object (of a kind) that it watches, as informers' resyncs."""
        for each in self.world.store.kinds() if kind is None else [kind]:
            for obj in self.world.store.list(each):
                self._wake_watchers(each, obj)

    def _on_change(self, change: Change) -> None:
        kind, before = change.key.kind, change.previous
        if before is not None and _only_status(before, change.object):
            before = None
        if watching.FAULTS in self.world.notes:
            self._deliver_badly(kind, change.object, before)
        else:
            self._wake_watchers(kind, change.object)
            if before is not None:
                self._wake_watchers(kind, before)
        for listener in self._edge:
            if kind in listener.hears:
                self._tell(listener, change)

    def _wake_watchers(self, kind: str, obj: Obj) -> None:
        world, clock = self.world, self.clock
        now_ms = clock.now_ms
        for actor, watch in self.watchers(kind):
            for key in watch(world, obj):
                clock.wake(now_ms + actor.lag_ms, Wake(actor.name, key))

    def _deliver_badly(self, kind: str, obj: Obj, before: Obj | None) -> None:
        """Wake whom a change concerns, where some watches are faulty."""
        world, now_ms = self.world, self.clock.now_ms
        for actor, watch in self.watchers(kind):
            keys = [*watch(world, obj), *(watch(world, before) if before else ())]
            how = watching.delivery(world, actor.name, kind) if keys else watching.DELIVERED
            for key in keys * how.times:
                self.clock.wake(now_ms + actor.lag_ms + how.late_ms, Wake(actor.name, key))

    def _tell(self, listener: EdgeTriggered, change: Change) -> None:
        """Deliver an event to an actor that acts on it; while it is stopped nobody hears it."""
        told = listener.event(self.world, change)
        if told is not None and not watching.is_stopped(self.world, listener.name):
            how = watching.delivery(self.world, listener.name, change.key.kind)
            listener.hear(self.world, *told, how)

    def watchers(self, kind: str) -> list[tuple[Controller, Watch]]:
        """Who watches a kind, and how, in the actors' order."""
        found = self._watchers.get(kind)
        if found is None:
            found = self._watchers[kind] = [
                (actor, watch)
                for actor in self.actors.values()
                if (watch := actor.watches.get(kind) or actor.watches.get(ANY_KIND))
            ]
        return found


def _only_status(old: Obj, new: Obj) -> bool:
    """Whether what names an object's neighbours (spec, labels, owners) is the very same."""
    was, now = old["metadata"], new["metadata"]
    return (
        old.get("spec") is new.get("spec")
        and was.get("labels") is now.get("labels")
        and was.get("ownerReferences") is now.get("ownerReferences")
        and was.get("deletionTimestamp") is now.get("deletionTimestamp")
    )
