"""A lab plays while API clients are there, as it does while a page shows it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import DatabaseError

from k8slab.labs.host import Host
from k8slab.labs.live import LiveLab
from k8slab.labs.models import Lab
from k8slab.labs.outbox import Outbox

from . import access

log = logging.getLogger("k8slab.kubeapi")
LINGER_S = 30.0
"""How long a lab goes on after its last request: the next kubectl line may come soon."""
LOOK_S = 0.1
LOOK_AT_KEYS_S = 3.0
"""How long streams go on at most after the last key of their lab was taken back or expired."""
REVOKED = 1008


class Presence(Outbox):
    """The API clients of one lab, as one watcher of it. Frames are of no use to them."""

    def __init__(self, lab: LiveLab) -> None:
        super().__init__(lab.snapshot_frame)
        self.lab = lab
        self.streams = 0
        self.seen = monotonic()
        self.moved = asyncio.Condition()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While a stream goes on, the lab is not left."""
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1
            self.seen = monotonic()

    async def wait(self, version: int, timeout_s: float) -> None:
        """Until the lab's cluster has another version than this, or for so long."""
        try:
            async with asyncio.timeout(timeout_s), self.moved:
                await self.moved.wait_for(
                    lambda: self.lab.cluster.version != version or self.closed is not None
                )
        except TimeoutError:
            pass

    async def stir(self) -> None:
        """Tell the streams at once that something was done."""
        async with self.moved:
            self.moved.notify_all()

    async def remembered(self, timeout_s: float) -> None:
        """Until the lab knows its past (``Host`` gives it back after a start), or for so long."""
        end = monotonic() + timeout_s
        while not self.lab.remembers and self.closed is None and monotonic() < end:
            await asyncio.sleep(LOOK_S)

    def put_frame(self, text: str) -> None:
        """Nothing: clients ask for what they want."""

    def start_afresh(self) -> None:
        """Nothing: a snapshot is of no use either."""


class Presences:
    """The labs that API clients of this process use."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._there: dict[str, Presence] = {}
        self._opening: dict[str, asyncio.Task[Presence]] = {}
        self._ticker: asyncio.Task[None] | None = None

    async def enter(self, record: Lab) -> Presence:
        """The presence of a lab, which is in memory and plays from now on."""
        presence = self._there.get(record.id)
        if presence is None or presence.closed is not None:
            if record.id not in self._opening:
                self._opening[record.id] = asyncio.create_task(self._open(record))
            presence = await asyncio.shield(self._opening[record.id])
        presence.seen = monotonic()
        return presence

    async def _open(self, record: Lab) -> Presence:
        made: list[Presence] = []

        def outbox(lab: LiveLab) -> Presence:
            made.append(Presence(lab))
            return made[0]

        try:
            await self.host.watch(record, outbox)
            self._there[record.id] = made[0]
            if self._ticker is None:
                self._ticker = asyncio.create_task(self._tick())
            return made[0]
        finally:
            del self._opening[record.id]

    async def _tick(self) -> None:
        """Tell streams that their lab has moved, and leave labs that nobody asks any more."""
        versions: dict[str, tuple[int, int]] = {}
        looked = monotonic()
        while self._there:
            if monotonic() > looked + LOOK_AT_KEYS_S:
                looked = monotonic()
                await self._look_at_keys()
            for lab_id, presence in list(self._there.items()):
                cluster = presence.lab.cluster
                state = (id(cluster), cluster.version)
                if versions.get(lab_id) != state or presence.closed is not None:
                    versions[lab_id] = state
                    await presence.stir()
                idle = not presence.streams and monotonic() > presence.seen + LINGER_S
                if idle or presence.closed is not None:
                    self.host.unwatch(presence.lab, presence)
                    del self._there[lab_id]
                    versions.pop(lab_id, None)
            await asyncio.sleep(LOOK_S)
        self._ticker = None

    async def _look_at_keys(self) -> None:
        """End the streams of labs that no key opens any more."""
        streaming = [lab_id for lab_id, presence in self._there.items() if presence.streams]
        if not streaming:
            return
        try:
            still = await self.host.in_thread(access.still_open, streaming)
        except DatabaseError as error:
            log.warning("keys not looked at: %s", error)
            return
        for lab_id in streaming:
            presence = self._there.get(lab_id)
            if lab_id not in still and presence is not None:
                presence.close(REVOKED)
                await presence.stir()
                self.host.unwatch(presence.lab, presence)
                del self._there[lab_id]
