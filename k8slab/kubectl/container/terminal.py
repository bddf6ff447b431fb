"""A command in a container, and a shell that stays open there (``kubectl exec -it POD -- sh``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8slab.engine.apps.sh.host import FOREVER
from k8slab.engine.apps.sh.machine import Machine
from k8slab.engine.apps.sh.steps import Budget, Said, Slept, Spent, Steps
from k8slab.engine.nodes.inside import NotRunning

from .box import Box

if TYPE_CHECKING:
    from ..session import Session

KILLED = 137
FOREVER_MS = 60_000
"""How long a command that never ends is waited for: a terminal line has to end."""
EXPIRED = "(the command was ended: it did too much for one line)"


def carry_out(session: Session, box: Box, machine: Machine, steps: Steps) -> int:
    """Run steps in a container while the session's time goes on; the exit code.

    It is 137 where the container ends first. A script that has used its budget up is ended.
    """
    try:
        for step in steps:
            if isinstance(step, Said):
                session.said.append(step)
            elif not _wait(session, box, step):
                return KILLED
    except Spent:
        session.warn(EXPIRED)
        return KILLED
    except NotRunning:
        return KILLED
    return machine.status


def _wait(session: Session, box: Box, step: Slept) -> bool:
    """Let a sleep pass; False where the container ended in it."""
    span_ms = FOREVER_MS if step.seconds == FOREVER else round(min(step.seconds, 10**6) * 1000)
    return not session.wait(box.is_gone, span_ms)


def start(box: Box, stdin: str = "") -> Machine:
    """A shell in a container, as the runtime starts one."""
    return Machine(box, box.inside.env, cwd=box.inside.workdir, stdin=stdin)


class Terminal:
    """An interactive shell; ``is_open`` until its ``exit``, or the end of the container.

    ``leave(session, code)`` is called at its ``exit``, where it is the container's own process.
    """

    def __init__(
        self, box: Box, shell: str, leave: Callable[[Session, int], None] | None = None
    ) -> None:
        self._box = box
        self._leave = leave
        self._shell = shell
        self._machine = start(box)
        self._machine.name = shell
        self.is_open = True

    @property
    def prompt(self) -> str:
        """What the shell shows when it waits for a line: bash and busybox name the place."""
        machine, box = self._machine, self._box
        sign = "#" if box.user == "root" else "$"
        home = machine.variables.get("HOME", "/")
        place = "~" if machine.cwd == home and home != "/" else machine.cwd
        if self._shell == "bash":
            return f"{box.user}@{box.hostname}:{place}{sign} "
        return f"{sign} " if "bash" in box.inside.shells else f"{place} {sign} "

    def type(self, session: Session, line: str) -> int:
        """Run a line; its exit code, and the session's own when it ends with this line."""
        now, machine = self._box.again(session.cluster), self._machine
        if now is None:
            return self._end(session, KILLED)
        self._box = now
        machine.host, machine.budget = now, Budget()
        code = carry_out(session, self._box, machine, machine.text(line))
        if machine.left or (code == KILLED and self._box.is_gone()):
            return self._end(session, code)
        return code

    def _end(self, session: Session, code: int) -> int:
        self.is_open = False
        if self._leave is not None:
            self._leave(session, code)
        elif code:
            session.warn(f"command terminated with exit code {code}")
        return code
