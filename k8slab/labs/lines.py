"""A terminal line that waits (``kubectl rollout status``) while its lab's time goes on.

The line runs in a thread of its own and holds the lab's lock, as every command does. Where it waits
it first saves what it has done, then lets go of the lock until what it waits for has come, or the
learner ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from k8slab.engine.apps.sh.steps import Said
from k8slab.kubectl import Interrupted, Say

if TYPE_CHECKING:
    from .live import LiveLab

Tell = Callable[[Sequence[Said]], None]
"""Shows what a line has printed so far."""
LOOK_EVERY_S = 0.05
PAUSED = "(time is paused: Play lets it go on, Ctrl+C ends the command)\n"


class Line:
    """One running line. ``tell`` shows output early; ``save`` comes before the lock is let go.

    ``paused`` is told where the line waits in a lab whose time stands.
    """

    def __init__(
        self,
        lab: LiveLab,
        tell: Tell,
        save: Callable[[], None],
        paused: str = PAUSED,
    ) -> None:
        self.lab = lab
        self.interrupted = False
        self._paused = paused
        self._tell = tell
        self._save = save
        self._loop = asyncio.get_running_loop()

    def pace(self, done: Callable[[], bool], timeout_ms: int, say: Say) -> bool:
        """``kubectl.Pace``, called in the line's thread."""
        self._save()
        waiting = self._wait(done, timeout_ms, say())
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()

    async def _wait(self, done: Callable[[], bool], timeout_ms: int, said: Sequence[Said]) -> bool:
        lab, cluster = self.lab, self.lab.cluster
        deadline_ms = cluster.now_ms + timeout_ms
        if said:
            self._tell(said)
        if lab.paused and self._paused and not done():
            self._tell((Said(self._paused),))
        lab.lock.release()
        try:
            while not done():
                ended = self.interrupted or not lab.watchers or lab.error is not None
                if ended or lab.cluster is not cluster:
                    raise Interrupted
                if cluster.now_ms >= deadline_ms:
                    return False
                await asyncio.sleep(LOOK_EVERY_S)
            return True
        finally:
            await lab.lock.acquire()
