"""A lab that is in memory: its cluster, its terminal, and how its time follows the wall clock.

Nothing here blocks on anything but the engine, and nothing here is asynchronous: the host decides
on which thread and for how long a lab runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.kubectl import Say
from k8slab.shell import Shell

from . import quotas
from .checks import checks_of, tasks_passed
from .history import History
from .lines import Line
from .models import Lab, is_past
from .outbox import Outbox
from .picture import Picture, wall_start

log = logging.getLogger("k8slab.labs")
CLOSED = gettext_noop(
    "The time for this cluster is over. It stays as it was, and takes nothing more."
)


class Settings(NamedTuple):
    """What is saved of a lab beside its journal (as fields of its row), and when that was so."""

    fields: Obj
    now_ms: int


class LiveLab:
    """One lab in memory. ``lock`` is held by whoever runs a command; the ticker keeps off then.

    ``saved`` counts the commands that are in the database; ``viewing`` is the past that is shown
    instead of the present; ``error`` says why time stands: the engine failed, or all is over;
    ``line`` is the terminal line that runs; ``waiting`` counts the lines that may wait, those of
    API clients too; ``closes`` is when its time is over, if it ever is; ``step`` is the lab's turn
    among the host's; ``held`` says that a workshop's instructor holds its time;
    ``language`` is that of its owner's latest page; ``passed`` are the tasks whose checks held
    since it came, ``kept`` those in the database.
    """

    def __init__(self, record: Lab, cluster: Cluster) -> None:
        self.id = record.id
        self.lesson = record.lesson
        self.closes = record.closes
        self.lock = asyncio.Lock()
        self.watchers: set[Outbox] = set()
        self.seq = 0
        self.step = 0
        self.idle_since = 0.0
        self.line: Line | None = None
        self.waiting = 0
        self.held = False
        self.passed: set[str] = set()
        self.kept: set[str] = set()
        self.language = settings.LANGUAGE_CODE
        self.begin(record, cluster)

    def speak(self, language: str) -> None:
        """From the next frame on, checks are told in that language."""
        self.language, self._checked = language, 0.0

    def begin(self, record: Lab, cluster: Cluster) -> None:
        """Take up ``cluster`` as it was saved (again, after a reset)."""
        self.speed: float = record.speed
        self.paused: bool = record.paused
        self.cluster = cluster
        self.remembers = cluster.world.store.compacted == 0
        most = quotas.COMMANDS_A_LAB
        self.shell = Shell(cluster, files=record.files, pace=self._pace, journal_max=most)
        self.start_commands = record.start_commands
        self.saved = len(cluster.journal)
        self.saved_ms = record.now_ms
        self.history = History()
        self.history.note(cluster)
        self.viewing: Cluster | None = None
        self.error: str | None = None
        self._owed_ms = 0.0
        self._ticked: float | None = None
        self._checks: Obj = {}
        self._checked = 0.0
        self._drawn: Cluster | None = None
        self.picture: Picture
        self._snapshot: tuple[int, str] = (-1, "")

    def settings(self) -> Settings:
        """What is set now."""
        fields = {"speed": self.speed, "paused": self.paused, "files": dict(self.shell.files)}
        return Settings(fields, self.cluster.now_ms)

    def set(self, fields: Obj) -> None:
        """Set again what was."""
        self.speed, self.paused = fields["speed"], fields["paused"]
        self.shell.files = dict(fields["files"])

    def remember(self, cluster: Cluster) -> None:
        """Go on with ``cluster``, which knows its past, where this one may not."""
        self.cluster = self.shell.cluster = cluster
        self.remembers = True

    @property
    def shown(self) -> Cluster:
        """The cluster that State is of."""
        return self.viewing or self.cluster

    @property
    def moving(self) -> bool:
        """Whether virtual time passes as wall time does."""
        stands = self.paused or self.held or self.viewing is not None or self.error is not None
        return not stands

    @property
    def has_moved(self) -> bool:
        """Whether time stands elsewhere than in the database."""
        return self.cluster.now_ms != self.saved_ms

    # Time

    def _pace(self, done: Callable[[], bool], timeout_ms: int, say: Say) -> bool:
        """How a terminal line waits here: as time passes; at once where nobody would see it."""
        if self.line is not None:
            return self.line.pace(done, timeout_ms, say)
        return self.cluster.advance_until(lambda _: done(), timeout_ms / 1000)

    def owe(self, wall: float) -> None:
        """Owe the cluster the time that has passed since the last call, at the lab's speed.

        Once its own time is over, nothing any more.
        """
        if self.error is None and is_past(self.closes):
            with translation.override(self.language):
                self.error = gettext(CLOSED)
        if self._ticked is not None and self.moving:
            owed_ms = (wall - self._ticked) * 1000 * self.speed
            self._owed_ms = min(self._owed_ms + owed_ms, quotas.LAG_S * 1000 * self.speed)
        self._ticked = wall

    def stand(self) -> None:
        """Let the wall clock go on without the lab (nobody watches, or time is paused)."""
        self._ticked, self._owed_ms = None, 0.0

    def advance(self, slice_s: float) -> bool:
        """Pay back owed time for at most about ``slice_s``; whether all is paid."""
        started, cluster = perf_counter(), self.cluster
        goal_ms = cluster.now_ms + int(self._owed_ms)
        while self.moving and perf_counter() < started + slice_s:
            before_ms = cluster.now_ms
            done = cluster.run_until(goal_ms, limit=quotas.SLICE_RECONCILES)
            self._owed_ms -= cluster.now_ms - before_ms
            if done:
                self.history.note(cluster)
                return True
        return not self.moving

    def fail(self, error: Exception) -> None:
        """The engine broke: time stands, and the page says so. Other labs go on."""
        log.error("lab %s: the engine failed", self.id, exc_info=error)
        with translation.override(self.language):
            said = gettext("The simulation failed (%s). Reset the lab to go on.")
            self.error = said % type(error).__name__

    # Frames

    def publish(self, wall: float) -> None:
        """Send what has changed since the last frame to all who watch."""
        if wall >= self._checked + 1 and self.remembers:
            with translation.override(self.language):
                self._checks, self._checked = checks_of(self.lesson, self.cluster), wall
            self.passed |= tasks_passed(self._checks)
        if self._drawn is not self.shown:
            self._redraw()
            return
        changes = self.picture.update(self.shown, self._clock(), self._checks)
        if not any(changes):
            return
        self.seq += 1
        frame = {"type": "delta", "seq": self.seq, "drop": changes[1], "set": changes[0]}
        text = orjson.dumps(frame).decode()
        for outbox in self.watchers:
            outbox.put_frame(text)

    def snapshot_frame(self) -> str:
        """State as a whole, encoded once for all who need it."""
        if self._snapshot[0] != self.seq:
            frame = {"type": "snapshot", "seq": self.seq, "state": self.picture.state}
            self._snapshot = (self.seq, orjson.dumps(frame).decode())
        return self._snapshot[1]

    def _redraw(self) -> None:
        """Another cluster is shown from now on: everybody gets a snapshot."""
        self._drawn, self.picture = self.shown, Picture(self.shown)
        self.picture.update(self.shown, self._clock(), self._checks)
        self.seq += 1
        for outbox in self.watchers:
            outbox.start_afresh()

    def _clock(self) -> dict[str, Any]:
        return {
            "now_ms": self.cluster.now_ms,
            "wall_start": wall_start(self.cluster),
            "speed": self.speed,
            "paused": self.paused,
            "held": self.held,
            "viewing_ms": self.viewing.now_ms if self.viewing else None,
            "restless": self.cluster.restless(),
            "end_ms": self.cluster.now_ms,
            "error": self.error,
        }
