"""What a running container does, as pure functions of a Run: no state, no clock, no chance.

``fate`` says when the process ends, ``answer`` what a request meets, ``execute`` what a command
inside gives. Each answer holds until ``until_ms``, so whoever asks knows when to ask again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import resources
from .catalogue import Image
from .sh import process


@dataclass(frozen=True, slots=True)
class Run:
    """One process: an image, its command line and surroundings, at ``now_ms``.

    ``term_ms`` is when SIGTERM came, ``hung_ms`` when a fault wedged it, ``down`` the moments at
    which dependencies went away by name, ``rps`` the requests that it gets a second. ``cpu_m`` is
    what it can have of CPU (None: as much as it wants), ``memory_limit`` the bytes at which it is
    killed, ``node_memory`` those of its node. ``clash`` is a port that another container of the pod
    has already, ``keeps`` says that its data from before are there, ``config`` is the text of the
    file that the image reads, ``files`` are (path, text) as commands within find them until
    ``files_until_ms``. ``waits`` is a shell at a terminal, which ends when someone leaves it.
    """

    image: Image
    started_ms: int
    now_ms: int
    command: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    rps: float = 0
    term_ms: int | None = None
    hung_ms: int | None = None
    down: dict[str, int] = field(default_factory=dict)
    cpu_m: float | None = None
    memory_limit: int | None = None
    node_memory: int = 0
    clash: int | None = None
    keeps: bool = False
    config: str = ""
    files: tuple[tuple[str, str], ...] = ()
    files_until_ms: int | None = None
    waits: bool = False


class Request(NamedTuple):
    """A request to a port; ``path`` None is a bare TCP connection."""

    port: int
    path: str | None = "/"
    headers: tuple[tuple[str, str], ...] = ()


class Outcome(NamedTuple):
    """``share`` of the requests get ``status`` (0: no connection, -1: no answer) and why."""

    share: float
    status: int
    cause: str = ""


class Answer(NamedTuple):
    """What requests meet from now until ``until_ms`` (None: until something is done to it)."""

    outcomes: tuple[Outcome, ...]
    latency_ms: float
    until_ms: int | None


class Runs(NamedTuple):
    """The process goes on until something is done to it."""


class Exits(NamedTuple):
    """The process ends; ``why`` is the runtime's word for it, if it has one of its own."""

    at_ms: int
    code: int
    why: str = ""


OK = (Outcome(1.0, 200),)
REFUSED, NO_ANSWER = 0, -1
CLASH_S = 1.0
"""How long a server tries to get a port that is in use."""


def _later(run: Run, seconds: float) -> int:
    return run.started_ms + round(seconds * 1000)


def warm_ms(run: Run) -> int:
    """When the last boot phase ends."""
    return _later(run, sum(seconds for _, seconds in run.image.boot))


def open_ms(run: Run) -> int:
    """When the port opens."""
    return _later(run, run.image.cold.get("refuses_until", 0))


def hang_ms(run: Run) -> int | None:
    """When the process wedges, by itself or by a fault."""
    own = None if run.image.hangs is None else _later(run, run.image.hangs)
    return min((at for at in (own, run.hung_ms) if at is not None), default=None)


def phase(run: Run) -> str:
    """The boot phase that is running ("" once warm)."""
    return _phase(run)[0]


def _phase(run: Run) -> tuple[str, int | None]:
    """The boot phase that is running, and when it ends."""
    end_ms = run.started_ms
    for name, seconds in run.image.boot:
        end_ms += round(seconds * 1000)
        if run.now_ms < end_ms:
            return name, end_ms
    return "", None


def fate(run: Run) -> Runs | Exits:
    """Whether the process ends by itself, and how. Only SIGKILL ends one that hangs."""
    hung_ms = hang_ms(run)
    ending = _own_end(run)
    if run.term_ms is not None and not run.image.term.get("ignores"):
        drained = run.term_ms + round(run.image.term.get("drains", 0) * 1000)
        code = run.image.term.get("code", 143)
        ending = min(end for end in (ending, Exits(drained, code)) if end is not None)
    if ending is None or (hung_ms is not None and hung_ms < ending.at_ms):
        return Runs()
    return ending


def _own_end(run: Run) -> Exits | None:
    if run.clash is not None:
        return Exits(_later(run, CLASH_S), 1)
    if run.waits:
        return None
    if run.command and not run.image.ports:
        looks = any("$" in word or "env" in word for word in run.command)
        traps = run.term_ms is not None and any("trap" in word for word in run.command)
        term_s = (run.term_ms - run.started_ms) / 1000 if traps and run.term_ms else None
        end = process.end(run.command, variables(run) if looks else (), term_s)
        return None if end is None else Exits(_later(run, end.seconds), end.code)
    exits = run.image.exits
    work_ms = resources.work_ms(run)
    if work_ms is not None:
        return Exits(run.started_ms + work_ms, exits.get("code", 0))
    if not exits or run.env.get(exits.get("unless_env", "")) or run.keeps:
        return None
    return Exits(_later(run, exits["after"]), exits["code"])


def variables(run: Run) -> tuple[tuple[str, str], ...]:
    """The process's environment as ``sh.process`` takes it."""
    return tuple(sorted(run.env.items()))


def answer(run: Run, request: Request) -> Answer:
    """What requests to a port and path meet."""
    now_ms, image = run.now_ms, run.image
    changes = [open_ms(run), warm_ms(run), hang_ms(run), *run.down.values()]
    until_ms = min((at for at in changes if at is not None and at > now_ms), default=None)
    latency_ms = resources.latency_ms(run)
    booting = f"process is booting: {phase(run)}" if phase(run) else "process is starting"
    if request.port not in image.ports or request.port == run.clash:
        return Answer((Outcome(1.0, REFUSED, "nothing listens on this port"),), 0, None)
    if now_ms < open_ms(run):
        return Answer((Outcome(1.0, REFUSED, booting),), 0, until_ms)
    if request.path is None:
        return Answer(OK, 1, until_ms)
    hung_ms = hang_ms(run)
    if hung_ms is not None and hung_ms <= now_ms:
        return Answer((Outcome(1.0, NO_ANSWER, "process hangs"),), 10_000, None)
    rule = image.paths.get(request.path.split("?")[0])
    if rule is None:  # what fails names its phase, so it holds until the phase ends
        ends = [at for at in (until_ms, _phase(run)[1]) if at is not None]
        return Answer(_work(run, booting), latency_ms, min(ends, default=None))
    rule_latency_ms = rule.get("latency_ms", latency_ms)
    return Answer((_check(run, rule, request, booting),), rule_latency_ms, until_ms)


def _work(run: Run, booting: str) -> tuple[Outcome, ...]:
    """A request that does real work: needs the dependencies, and fails at times while cold."""
    if missing := _missing(run, run.image.needs):
        return (Outcome(1.0, 503, f"{missing} is down"),)
    fails = run.image.cold.get("fails", 0.0) if run.now_ms < warm_ms(run) else 0.0
    if not fails:
        return OK
    failed = Outcome(fails, run.image.cold.get("status", 500), booting)
    return (failed,) if fails >= 1 else (failed, Outcome(1 - fails, 200))


def _check(run: Run, rule: dict[str, Any], request: Request, booting: str) -> Outcome:
    """A request to a path with an answer of its own."""
    header = rule.get("header")
    if header and tuple(header) not in request.headers:
        return Outcome(1.0, 403, f"header {header[0]} is missing")
    if missing := _missing(run, tuple(rule.get("needs", ()))):
        return Outcome(1.0, 503, f"{missing} is down")
    if rule.get("when") == "warm" and run.now_ms < warm_ms(run):
        return Outcome(1.0, 503, booting)
    return Outcome(1.0, rule.get("status", 200))


def _missing(run: Run, needs: tuple[str, ...]) -> str:
    return next((name for name in needs if run.down.get(name, run.now_ms + 1) <= run.now_ms), "")


def fill(run: Run, template: str) -> str:
    """``template`` with ``{tag}``, ``{config}`` and the process's ``{VARIABLES}`` in place."""
    known = {**run.env, "tag": run.image.tag, "config": run.config}
    return template.format_map(defaultdict(str, known))


def page(run: Run, path: str = "/") -> str:
    """The text that a request gets for its answer ("" where the image has none to tell)."""
    return fill(run, run.image.pages.get(path.split("?", maxsplit=1)[0], ""))


class Executed(NamedTuple):
    """What a command inside the container gave; the same until ``until_ms``."""

    code: int
    output: str
    until_ms: int | None


def execute(run: Run, command: tuple[str, ...]) -> Executed:
    """Run ``command`` inside the container: the image's table, else the small shell."""
    text = " ".join(command)
    for known, rule in run.image.exec.items():
        if known in text:
            warm = warm_ms(run)
            good = rule.get("when") != "warm" or run.now_ms >= warm
            until_ms = warm if run.now_ms < warm else None
            said = rule["says" if good else "else"].replace("{tag}", run.image.tag)
            return Executed(0 if good else 1, said, until_ms)
    end = process.ended(process.Process(command, variables(run), files=run.files))
    if end is None:
        return Executed(1, "command does not end", run.files_until_ms)
    return Executed(end.code, end.output, run.files_until_ms)
