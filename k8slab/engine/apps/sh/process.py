"""A container's own command line: how it ends, and what it prints when.

Only the shell, its programs and text tools are known here. What else an image brings does nothing
and succeeds; who asks the network (wget, nslookup, ...) gets no answer. A line that the machine's
budget cuts off (a loop without a sleep; days of a loop with decisions in it) has no more to tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .builtins import BUILTINS
from .filetools import FILE_TOOLS
from .host import FOREVER, Program, Result
from .machine import Machine
from .steps import Budget, Said, Slept, Spent, Step
from .tools import TOOLS

LINES_MAX = 5_000
"""The latest lines of a log that are kept."""
ROUNDS_KEPT = 2_000
"""The latest rounds of a steady loop that are run, if not asked for less."""
NEXT_WRITE_S = 3600.0
"""How far ahead the next write is looked for; who asked looks again then."""
_FILES_MAX = 200
DIRECTORIES = ("/bin", "/etc", "/home", "/root", "/tmp", "/usr", "/var", "/var/log")
_CLIENTS = {
    *("curl", "getent", "mysql", "mysqladmin", "nc", "nslookup", "pg_isready", "psql"),
    *("redis-cli", "telnet", "wget"),
}


class End(NamedTuple):
    """How a command line ends: after ``seconds``, with ``code``, having printed ``output``."""

    seconds: float
    code: int
    output: str


class Process(NamedTuple):
    """A command line and its surroundings; ``files`` is a tuple of (path, text).

    ``term_s`` is when SIGTERM comes: a shell that set a trap for it runs that when its program ends
    (in ``wait`` at once), one that set none ignores it, being process 1.
    """

    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    hostname: str = ""
    user: str = "root"
    files: tuple[tuple[str, str], ...] = ()
    started_unix_ms: int = 0
    term_s: float | None = None


class _Host:
    """What the process sees: files of its own, and its clock."""

    def __init__(self, process: Process) -> None:
        self.user, self.hostname = process.user, process.hostname
        self.files = dict(process.files)
        self.started_unix_ms = process.started_unix_ms
        self.seconds = 0.0
        self.written_s: list[float] = []
        self.clock_reads = 0

    @property
    def now_unix_ms(self) -> int:
        self.clock_reads += 1
        return self.started_unix_ms + round(self.seconds * 1000)

    def program(self, name: str) -> Program | None:
        name = name.rpartition("/")[2]
        found = TOOLS.get(name) or FILE_TOOLS.get(name)
        if found is not None:
            return found
        return _no_answer if name in _CLIENTS else _nothing

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def write(self, path: str, text: str | None) -> None:
        if self.written_s[-1:] != [self.seconds]:
            self.written_s.append(self.seconds)
        if text is None:
            self.files.pop(path, None)
        elif path in self.files or len(self.files) < _FILES_MAX:
            self.files[path] = text[-(64 << 10) :]
        else:
            raise OSError("No space left on device")

    def has_folder(self, path: str) -> bool:
        """The folders of its image and volumes are not known here: any may be there."""
        return path not in self.files

    def names(self) -> list[str]:
        return sorted([*self.files, *(f"{name}/" for name in DIRECTORIES)])


def _nothing(call: object) -> Result:
    return Result()


def _no_answer(call: object) -> Result:
    return Result(code=1)


def _steps(machine: Machine, command: tuple[str, ...]) -> Iterator[Step]:
    """The steps of a command line, which has no shell around it unless it says so."""
    short = command[0].rpartition("/")[2]
    name = short if short in BUILTINS else command[0]
    return machine.alone([name, *command[1:]])


class _Played:
    """A process that is played as far as it is asked."""

    def __init__(self, process: Process, rounds_kept: int, from_s: float, until_s: float) -> None:
        self.host = _Host(process)
        self._until_s, self._from_s, self._rounds_kept = until_s, from_s, rounds_kept
        self.machine = Machine(self.host, dict(process.env), budget=Budget(), skip=self)
        self.ended = False
        self.lines: deque[tuple[float, str]] = deque(maxlen=LINES_MAX)
        self._open = ""
        self._command = process.command
        self._term_s = process.term_s

    def rounds(self, took_s: float) -> int:
        """How many rounds of a loop end before anyone wants to see them."""
        until_s, from_s = self._until_s, self._from_s
        if self._is_due(until_s) and self._term_s is not None:
            until_s, from_s = self._term_s, min(from_s, self._term_s)
        if until_s == FOREVER:
            raise Spent
        left = until_s - self.host.seconds
        wanted = min(until_s - from_s, self._rounds_kept * took_s)
        rounds = int((left - wanted) // took_s) - 1
        if rounds > 1:
            self.lines.clear()
        return rounds

    def state(self) -> object:
        """The files, and how often the clock was read: what read it may do something else."""
        return dict(self.host.files), self.host.clock_reads

    def play(self) -> None:
        """Go on until the process ends, the time is over or the budget spent."""
        try:
            for step in _steps(self.machine, self._command):
                if isinstance(step, Said):
                    self._say(step.text)
                elif self._is_due(self.host.seconds + step.seconds):
                    if self._cut(step) or self._handle():
                        break
                elif self._pass(step):
                    break
            else:
                self.ended = True
        except Spent:
            pass
        if self._open and self.ended:
            self._say("\n")

    def _say(self, text: str) -> None:
        *whole, self._open = (self._open + text).split("\n")
        self.lines.extend((self.host.seconds, line) for line in whole)

    def _is_due(self, until_s: float) -> bool:
        """Whether a trap for SIGTERM is to run by then."""
        term_s = self._term_s
        return term_s is not None and "TERM" in self.machine.traps and term_s <= until_s

    def _cut(self, step: Slept) -> bool:
        """The sleep in which SIGTERM comes; whether it went beyond what was asked for."""
        term_s = self._term_s or 0.0
        if step.is_wait:
            return self._pass(Slept(max(0.0, term_s - self.host.seconds)))
        return self._pass(step)

    def _handle(self) -> bool:
        """Run the trap; whether the process has ended, or the time."""
        self._term_s = None
        self.machine.left = False
        for step in self.machine.text(self.machine.traps["TERM"]):
            if isinstance(step, Said):
                self._say(step.text)
            elif self._pass(step):
                return True
        self.ended = self.machine.left
        return self.ended

    def _pass(self, step: Slept) -> bool:
        """Let time pass; whether it went beyond what was asked for."""
        self.host.seconds += step.seconds
        return self.host.seconds > self._until_s or step.seconds == FOREVER


@lru_cache(maxsize=4096)
def end(
    command: tuple[str, ...],
    env: tuple[tuple[str, str], ...] = (),
    term_s: float | None = None,
) -> End | None:
    """How a command line ends, or None where it runs for ever (see ``ended``).

    >>> end(("sh", "-c", "echo hello; sleep 5; exit 3"))
    End(seconds=5.0, code=3, output='hello')
    >>> end(("sleep", "infinity")) is None
    True
    """
    return ended(Process(command, env, term_s=term_s))


def ended(process: Process) -> End | None:
    """How a process ends, or None where it runs for ever."""
    if not process.command:
        return End(0.0, 0, "")
    played = _Played(process, 0, 0.0, FOREVER)
    played.play()
    if not played.ended:
        return None
    output = "\n".join(text for _, text in played.lines)
    return End(played.host.seconds, played.machine.status, output)


def lines(
    process: Process, until_s: float, from_s: float = 0.0, tail: int | None = None
) -> list[tuple[float, str]]:
    """What a process has printed by ``until_s`` seconds after its start: (seconds, line).

    Of a loop that repeats itself (see ``loops``) only the rounds from ``from_s`` on are run, and
    the latest ROUNDS_KEPT of these; of all lines the latest LINES_MAX are kept.
    """
    if not process.command:
        return []
    rounds = ROUNDS_KEPT if tail is None else min(ROUNDS_KEPT, tail + 2)
    played = _Played(process, rounds, from_s, until_s)
    played.play()
    return list(played.lines)


class Written(NamedTuple):
    """Files that a process has written by a moment (None: removed), and when it does so next."""

    files: dict[str, str | None]
    next_s: float | None


def written(process: Process, until_s: float) -> Written:
    """What a process has done to files by ``until_s`` seconds after its start."""
    if not process.command:
        return Written({}, None)
    played = _Played(process, 1, until_s, until_s)
    played.play()
    host, before = played.host, dict(process.files)
    changed = {path: text for path, text in host.files.items() if before.get(path) != text}
    gone = dict.fromkeys(path for path in before if path not in host.files)
    return Written({**changed, **gone}, _next_write_s(process, until_s))


def _next_write_s(process: Process, after_s: float) -> float | None:
    later = _Played(process, 1, after_s, after_s + NEXT_WRITE_S)
    later.play()
    return next((at for at in later.host.written_s if at > after_s), None)
