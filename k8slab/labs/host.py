"""The labs of this process: which are in memory, whose turn it is, what is saved when.

One ticker moves all labs that are watched, each for at most a slice at a time, so that a costly lab
slows only itself. Commands run in a few threads with their lab's lock held. A lab that nobody
watches has no task, no thread and no timer; after a minute it is saved and leaves memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, close_old_connections
from django.utils.translation import gettext

from k8slab.accounts.visitors import known_visitors
from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.journal import Entry

from . import archive, quotas
from .commands import Refused, carry_out
from .lines import Line, Tell
from .live import CLOSED, LiveLab, Settings
from .models import Lab, is_past
from .outbox import Outbox
from .present import Sockets
from .shares import looked_at

log = logging.getLogger("k8slab.labs")
T = TypeVar("T")

PERIOD_S = 0.25
STEPS = 10
STEP_S = PERIOD_S / STEPS
SAVE_EVERY_S = 2.0
SAVED_AT_ONCE = 25  # clocks in one transaction, for which a learner's command may have to wait
PARK_AFTER_S = 60.0
THREADS = 4
LINES = 64  # terminal lines that may wait at a time; the next ones don't wait but skip the time
MOVED = 1012  # websocket close code: service restart


class Host:
    """The registry of live labs, and of open sockets, of one event loop."""

    def __init__(self) -> None:
        self.labs: dict[str, LiveLab] = {}
        self.sockets = Sockets()
        self._opening: dict[str, asyncio.Task[LiveLab]] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="labs")
        self._line_threads = ThreadPoolExecutor(LINES, thread_name_prefix="lines")
        self._lines = 0
        self._opened = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._remembering = asyncio.Lock()
        self._saved = 0.0

    async def in_thread(
        self,
        function: Callable[..., T],
        *arguments: Any,
        threads: ThreadPoolExecutor | None = None,
    ) -> T:
        """Run what blocks (the database, a long piece of engine work) beside the event loop."""

        def work() -> T:
            close_old_connections()
            return function(*arguments)

        pool = threads or self._threads
        context = copy_context()  # which knows the language of whoever asks
        return await asyncio.get_running_loop().run_in_executor(pool, context.run, work)

    # Who watches

    async def watch(self, record: Lab, outbox: Callable[[LiveLab], Outbox]) -> LiveLab:
        """The lab, in memory and watched by a new outbox from now on."""
        lab = await self._open(record)
        lab.watchers.add(outbox(lab))
        self.wake()
        return lab

    async def look(self, record: Lab, outbox: Callable[[LiveLab], Outbox]) -> LiveLab:
        """A shared moment, for one who looks: no tick moves it, and nothing of it is saved."""
        lab = await self.in_thread(looked_at, record)
        lab.publish(monotonic())
        lab.watchers.add(outbox(lab))
        return lab

    def unwatch(self, lab: LiveLab, outbox: Outbox) -> None:
        """That outbox has gone; the last one to go stops the lab's time."""
        lab.watchers.discard(outbox)
        if not lab.watchers:
            lab.stand()
            lab.idle_since = monotonic()

    async def _open(self, record: Lab) -> LiveLab:
        lab = self.labs.get(record.id)
        if lab is not None:
            return lab
        if record.id not in self._opening:
            self._opening[record.id] = asyncio.create_task(self._restore(record))
        return await asyncio.shield(self._opening[record.id])

    async def _restore(self, record: Lab) -> LiveLab:
        try:
            record, cluster = await self.in_thread(archive.restore, record.id)
            lab = LiveLab(record, cluster)
            lab.publish(monotonic())
            lab.step = self._opened = (self._opened + 1) % STEPS
            self.labs[record.id] = lab
            self._start(self._remember(lab))
            return lab
        finally:
            del self._opening[record.id]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _remember(self, lab: LiveLab) -> None:
        """Give a lab that came from a snapshot its past back, one lab at a time.

        A replay that ends elsewhere is of another engine: then the past stays closed.
        """
        while True:
            while lab.waiting:
                await asyncio.sleep(PERIOD_S)
            async with self._remembering, lab.lock:
                if lab.waiting:
                    continue
                past = await self.in_thread(_with_past, lab.cluster)
                if past is not None:
                    lab.remember(past)
                return

    # Commands

    async def run(self, lab: LiveLab, message: Obj, tell: Tell) -> Any:
        """Carry out a page's command, save it, and only then show its effect. Raises Refused.

        A terminal line may wait; ``tell`` shows what it has printed until then.
        """
        if message.get("do") != "line" or self._lines >= LINES:
            return await self.do(lab, partial(carry_out, message=message))
        if lab.line is not None:
            raise Refused(gettext("Another command is still running here; Ctrl+C ends it."))
        lab.line = self.line(lab, tell)
        try:
            return await self._waiting(lab, partial(carry_out, message=message))
        finally:
            lab.line = None

    def line(self, lab: LiveLab, tell: Tell, **options: str) -> Line:
        """A line that may wait in a lab; see ``Line``."""
        return Line(lab, tell, partial(self._save, lab, lab.settings()), **options)

    async def _waiting(self, lab: LiveLab, work: Callable[[LiveLab], T]) -> T:
        """Do what may wait, on a thread of its own; the lab's cluster stays the same meanwhile."""
        self._lines += 1
        lab.waiting += 1
        try:
            return await self._run(lab, work, self._line_threads)
        finally:
            self._lines -= 1
            lab.waiting -= 1

    async def visit(self, lab: LiveLab, work: Callable[[LiveLab], T]) -> T:
        """Do an API client's work that may wait (with a ``line``). Raises ApiError."""
        if self._lines >= LINES:
            raise ApiError(429, "TooManyRequests", "too many commands wait; try again later")
        try:
            return await self._waiting(lab, work)
        except Refused as refusal:
            raise ApiError(500, "InternalError", f"Internal error occurred: {refusal}") from refusal

    async def do(self, lab: LiveLab, work: Callable[[LiveLab], T]) -> T:
        """Do something with a lab as a command of its page is done. Raises Refused."""
        try:
            return await self._run(lab, work, self._threads)
        except ApiError as error:
            raise Refused(str(error)) from error

    async def request(self, lab: LiveLab, work: Callable[[LiveLab], T]) -> T:
        """Do an API client's work with a lab, save it, and only then show its effect.

        Raises ApiError as the engine does; a lab that cannot be saved is an ApiError 500.
        """
        try:
            return await self._run(lab, work, self._threads)
        except Refused as refusal:
            raise ApiError(500, "InternalError", f"Internal error occurred: {refusal}") from refusal

    async def _run(
        self, lab: LiveLab, work: Callable[[LiveLab], T], threads: ThreadPoolExecutor
    ) -> T:
        async with lab.lock:
            if is_past(lab.closes):
                raise Refused(gettext(CLOSED))
            before = lab.settings()
            try:
                return await self.in_thread(self._carry_out, lab, work, before, threads=threads)
            except IntegrityError:
                self._drop(lab, MOVED)
                raise Refused(gettext("This lab has moved on elsewhere; reconnecting.")) from None
            except DatabaseError as error:
                await self._take_back(lab, before, error)
                says = gettext("This could not be saved, so it was not done. Try again.")
                raise Refused(says) from error
            except (Refused, ApiError):
                raise
            except Exception as error:
                lab.fail(error)
                raise Refused(str(lab.error)) from error
            finally:
                self._publish(lab)

    def _carry_out(self, lab: LiveLab, work: Callable[[LiveLab], T], before: Settings) -> T:
        try:
            return work(lab)
        finally:
            self._save(lab, before)

    def _save(self, lab: LiveLab, before: Settings) -> None:
        """Append to the journal what a command has added, with what else it has changed.

        One that only looks is not saved: it does not need the database.
        """
        after = lab.settings()
        fields = {name: it for name, it in after.fields.items() if it != before.fields[name]}
        entries = [Entry(*entry) for entry in lab.cluster.journal[lab.saved :]]
        if entries or fields or after.now_ms != before.now_ms:
            archive.append(lab.id, lab.saved, entries, after.now_ms, **fields)
            lab.saved, lab.saved_ms = len(lab.cluster.journal), after.now_ms

    async def _take_back(self, lab: LiveLab, before: Settings, error: Exception) -> None:
        """Undo in memory what could not be saved: back to just before it, not to the last save."""
        log.warning("lab %s: not saved: %s", lab.id, error)
        lab.set(before.fields)
        journal, genesis = lab.cluster.journal, lab.cluster.genesis
        unsaved = journal[lab.saved :]
        at_ms = unsaved[0].at_ms if unsaved else before.now_ms
        if unsaved or at_ms != lab.cluster.now_ms:
            lab.remember(await self.in_thread(Cluster.replay, genesis, journal[: lab.saved], at_ms))

    def _publish(self, lab: LiveLab) -> None:
        try:
            lab.publish(monotonic())
        except Exception as error:
            lab.fail(error)

    def speak(self, lab: LiveLab, language: str) -> None:
        """Tell a lab's checks in the language of its owner's page, from the next frame on."""
        if lab.language != language:
            lab.speak(language)
            if not lab.lock.locked():
                self._publish(lab)

    def _drop(self, lab: LiveLab, code: int) -> None:
        """Forget a lab without saving it, and end its sockets."""
        self.labs.pop(lab.id, None)
        for outbox in lab.watchers:
            outbox.close(code)

    # Time

    def wake(self) -> None:
        """Let time go on, and look after sockets, as long as there are any."""
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        """Four updates a second for each lab, the labs' turns spread evenly over that time."""
        step, due = 0, monotonic()
        behind: dict[str, LiveLab] = {}
        while self.labs or self.sockets:
            started = monotonic()
            turn = [lab for lab in self.labs.values() if lab.step == step and lab.watchers]
            for lab in turn:
                lab.owe(started)
                behind[lab.id] = lab
            while behind and monotonic() < started + STEP_S * 0.8:
                for lab in list(behind.values()):
                    if await self._slice(lab):
                        del behind[lab.id]
            for lab in turn:
                if not lab.lock.locked():
                    self._publish(lab)
                    await asyncio.sleep(0)
            step = (step + 1) % STEPS
            if step == 0:
                self._keep_up(started)
            due = max(due + STEP_S, started)
            await asyncio.sleep(max(0.002, due - monotonic()))
        self._ticker = None

    async def _slice(self, lab: LiveLab) -> bool:
        """Let one lab run a little; whether it has caught up."""
        if lab.lock.locked():
            return True
        try:
            done = lab.advance(quotas.SLICE_S)
        except Exception as error:
            lab.fail(error)
            done = True
        await asyncio.sleep(0)
        return done

    def _keep_up(self, now: float) -> None:
        """Every two seconds: look after what is kept, beside the labs' time.

        Where the database is away, that takes long, and time goes on.
        """
        if now >= self._saved + SAVE_EVERY_S and (self._keeper is None or self._keeper.done()):
            self._saved = now
            self._keeper = asyncio.create_task(self._upkeep(now))

    async def _upkeep(self, now: float) -> None:
        """Save clocks and passes, park idle labs, end the deleted ones.

        Who was deleted, or has another id since a new password, loses their sockets too.
        """
        labs = dict(self.labs)
        moved = [lab for lab in labs.values() if lab.has_moved and not lab.lock.locked()]
        try:
            for first in range(0, len(moved), SAVED_AT_ONCE):
                await self._save_clocks(moved[first : first + SAVED_AT_ONCE])
            await self.in_thread(archive.checkpoint)
            await self._keep_passed(labs.values())
            there = await self.in_thread(archive.closings, list(labs))
            visitors = self.sockets.visitors()
            unknown = visitors - await self.in_thread(known_visitors, visitors)
            self.sockets.end(unknown, MOVED)
            for lab in labs.values():
                lab.closes = there.get(lab.id)
                if lab.id not in there:
                    self._drop(lab, 1008)
                elif not lab.watchers and now > lab.idle_since + PARK_AFTER_S:
                    await self.park(lab)
        except DatabaseError as error:
            log.warning("not saved: %s", error)

    async def _save_clocks(self, labs: Iterable[LiveLab]) -> None:
        clocks = {lab.id: (lab.saved_ms, lab.cluster.now_ms) for lab in labs}
        await self.in_thread(archive.save_clocks, clocks)
        for lab in labs:
            saved_ms, now_ms = clocks[lab.id]
            if lab.saved_ms == saved_ms:
                lab.saved_ms = now_ms

    async def _keep_passed(self, labs: Iterable[LiveLab]) -> None:
        passed = {lab.id: set(lab.passed) for lab in labs if lab.passed != lab.kept}
        if passed:
            await self.in_thread(archive.keep_passed, passed)
        for lab in labs:
            lab.kept |= passed.get(lab.id, set())

    async def park(self, lab: LiveLab) -> None:
        """Save a lab that nobody watches and let it leave memory."""
        async with lab.lock:
            await self.in_thread(archive.save_snapshot, lab.id, lab.cluster)
            await self._keep_passed([lab])
            if not lab.watchers:
                self.labs.pop(lab.id, None)

    async def close(self) -> None:
        """Save everything and end: the server stops."""
        if self._ticker is not None:
            self._ticker.cancel()
        if self._keeper is not None:
            self._keeper.cancel()
        for lab in list(self.labs.values()):
            if lab.line is not None:
                lab.line.interrupted = True
            await self.park(lab)
            self._drop(lab, MOVED)
        self._threads.shutdown()
        self._line_threads.shutdown()


def _with_past(cluster: Cluster) -> Cluster | None:
    """The same cluster by its journal, so with its log of changes; None where it differs."""
    past = Cluster.replay(cluster.genesis, cluster.journal, cluster.now_ms)
    return past if past.snapshot() == cluster.snapshot() else None
