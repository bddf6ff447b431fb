"""What an actor sees of the cluster, and the only hands it has to change it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..api.server import Api
from ..apps import Catalogue
from ..base import chance
from ..base.clock import Clock, Wake
from ..base.objects import Key, Obj
from ..base.reason import Reason
from ..base.times import rfc3339
from ..store import Store
from . import events, series
from .settings import Settings

T = TypeVar("T")
WORKED_OUT_MAX = 1_000


class World:
    """One cluster as its actors see it.

    ``store`` is for reading (an informer's cache that is never stale), ``api`` for writing.
    ``notes`` are the private memory of actors (a kubelet's containers, a back-off): JSON values by
    (owner, key) that are replaced and never mutated, so that snapshots share them too.
    """

    def __init__(
        self,
        *,
        store: Store,
        api: Api,
        clock: Clock,
        seed: int,
        settings: Settings,
        images: Catalogue,
    ) -> None:
        self.store = store
        self.api = api
        self.clock = clock
        self.seed = seed
        self.settings = settings
        self.images = images
        self.notes: dict[tuple[str, Key], Any] = {}
        self.notes_written = 0
        self._worked_out: dict[Hashable, tuple[tuple[int, int], int | None, Any]] = {}

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the cluster started."""
        return self.clock.now_ms

    @property
    def unix_ms(self) -> int:
        """The cluster's own wall clock, in Unix milliseconds."""
        return self.settings.start_unix_ms + self.clock.now_ms

    def timestamp(self, at_ms: int | None = None) -> str:
        """A metav1.Time for a virtual time (now, if none is given)."""
        return rfc3339(self.settings.start_unix_ms + (self.now_ms if at_ms is None else at_ms))

    def chance(self, *where: object) -> float:
        """A number in [0, 1) that depends on the seed and on ``where`` alone."""
        return chance.chance(self.seed, *where)

    def between(self, low: int, high: int, *where: object) -> int:
        """An integer in [low, high] that depends on the seed and on ``where`` alone."""
        return chance.between(self.seed, low, high, *where)

    def wake(self, actor: str, key: Key, in_ms: int = 0) -> None:
        """Have ``actor`` look at ``key``; at the earliest one millisecond from now."""
        self.clock.wake(self.now_ms + in_ms, Wake(actor, key))

    def note(self, owner: str, key: Key, default: Any = None) -> Any:
        """What ``owner`` remembers about ``key``."""
        return self.notes.get((owner, key), default)

    def set_note(self, owner: str, key: Key, value: Any) -> None:
        """Remember ``value``; None forgets."""
        self.notes_written += 1
        if value is None:
            self.notes.pop((owner, key), None)
        else:
            self.notes[(owner, key)] = value

    def once(self, what: Hashable, work_out: Callable[[], tuple[T, int | None]]) -> T:
        """What ``work_out`` gives, worked out again only after a write, or when its time is over.

        It returns the value and the virtual time until which that holds if nothing is written
        (None: for ever), and depends on nothing but objects, notes and settings. A shortcut that
        changes no result; snapshots and forks know nothing of it.
        """
        state = (self.store.version, self.notes_written)
        found = self._worked_out.get(what)
        if found is not None and found[0] == state and (found[1] is None or self.now_ms < found[1]):
            value: T = found[2]
            return value
        value, until_ms = work_out()
        if len(self._worked_out) >= WORKED_OUT_MAX:
            self._worked_out.clear()
        self._worked_out[what] = (state, until_ms, value)
        return value

    def event(
        self,
        obj: Obj,
        type: str,
        reason: str,
        message: str,
        source: str,
        *,
        host: str = "",
        field_path: str = "",
    ) -> None:
        """Record a core/v1 Event about ``obj`` (``control.events`` has the rules).

        ``source`` is the component ("kubelet"), ``host`` its node, ``field_path`` the part that
        the event is about ("spec.containers{app}").
        """
        entry = events.Entry(type, reason, message, source, host, field_path)
        events.record(self, obj, entry)

    def report(self, obj: Obj, report: series.Report, related: Obj | None = None) -> None:
        """Record an events.k8s.io/v1 Event about ``obj`` (``control.series`` has the rules)."""
        series.record(self, obj, report, related)

    # The reasoning of the reconcile that is running.

    @contextmanager
    def acting(self, reason: Reason) -> Iterator[None]:
        """Within, writes are caused by ``reason``."""
        previous, self.api.cause = self.api.cause, reason
        try:
            yield
        finally:
            self.api.cause = previous

    def read(self, phrase: str) -> None:
        """Say what the running reconcile has read ("5 pods of ReplicaSet web-7d9")."""
        if self.api.cause is not None:
            self.api.cause.read.append(phrase)

    def compare(self, what: str, want: Any, have: Any) -> None:
        """Say what the running reconcile has compared (("pods", 5, 3))."""
        if self.api.cause is not None:
            self.api.cause.compared.append((what, want, have))

    def did(self, phrase: str) -> None:
        """Say what the running reconcile did beside its writes, which are noted by themselves."""
        if self.api.cause is not None:
            self.api.cause.did.append(phrase)
