"""``Shell.run``: a line of a small sh over the learner's files and cluster, and nothing else."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import closing

from k8slab import kubectl
from k8slab.engine.api.discovery import Discovery
from k8slab.engine.apps.sh.host import Call, Result
from k8slab.engine.apps.sh.machine import Machine
from k8slab.engine.apps.sh.parser import parse
from k8slab.engine.apps.sh.steps import Budget, Input, Said, Spent, Steps, merged
from k8slab.engine.apps.sh.syntax import Script, ShellSyntaxError
from k8slab.engine.apps.sh.tools import TOOLS
from k8slab.engine.cluster import Cluster

from . import jobs
from .folder import HOME, Folder
from .output import Output
from .programs import CLEAR
from .terminal import COMMANDS

MAX_LINE = 64 * 1024
MAX_STEPS = 10_000
MAX_OUTPUT = 1 << 20
MAX_FILE_BYTES = 1 << 20
MAX_FILES = 200
MAX_FORWARDS = 50
MAX_SLEEP_S = 7200.0
MAX_KEPT = 256 << 10
NULL = "/dev/null"
_EDITED = "kubectl-edit.yaml"
_KUBECTL = re.compile(r"\s*(kubectl|k)(\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Shell:
    """A terminal on a cluster.

    ``files`` is the learner's folder: name -> text. Virtual time moves only in verbs that wait: at
    once, or, with a ``pace``, as that lets it pass (see ``kubectl.Pace``).
    Once the cluster's journal has ``journal_max`` entries, a line ends at its next kubectl.
    ``show_http`` (the line ``http on``) has kubectl tell each of its requests. ``kubectl exec -it
    POD -- sh`` opens a shell in a container, which then gets the lines until its ``exit``; only
    kubectl, which no container has, is still this terminal's.

    The language is that of containers' scripts (``engine.apps.sh``): ``machine`` keeps variables
    and functions, ``terminal.COMMANDS`` are what this terminal has beside it; ``line`` is at work.
    """

    def __init__(
        self,
        cluster: Cluster,
        files: Mapping[str, str] | None = None,
        *,
        pace: kubectl.Pace | None = None,
        journal_max: int | None = None,
    ) -> None:
        self.cluster = cluster
        self.pace = pace
        self.journal_max = journal_max
        self.files: MutableMapping[str, str] = dict(files or {})
        self.show_http = False
        self.forwards: dict[int, kubectl.Forward | kubectl.Proxy] = {}
        self.jobs: dict[int, jobs.Job] = {}
        self.in_background = False
        self.discovery: Discovery | None = None
        self.line = ""
        self._inside: kubectl.Terminal | None = None
        self._said: list[Said] = []
        self._room = _room()
        own = {name: command(self) for name, command in COMMANDS.items()}
        variables = {"HOME": HOME, "PATH": "/usr/local/bin:/usr/bin:/bin"}
        self.machine = Machine(Folder(self), variables, cwd=HOME, builtins=own, text_max=MAX_OUTPUT)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that programs see: what ``export`` set."""
        return self.machine.env

    @property
    def namespace(self) -> str:
        """The current context's namespace ("default" where the kubeconfig leads nowhere)."""
        return kubectl.context_namespace(self.files, self.environment)

    @property
    def prompt(self) -> str:
        """The prompt of a shell that is open in a container; "" for this terminal's own."""
        return "" if self._inside is None else self._inside.prompt

    def run(self, line: str, stdin: str = "") -> Output:
        """Run one line (or several, here-documents included)."""
        if len(line) > MAX_LINE:
            return _refused("the line is too long")
        if self._inside is not None and not _KUBECTL.match(line):
            return self._type_in(self._inside, line)
        try:
            script = jobs.started(parse(line))
        except ShellSyntaxError as error:
            return _refused(str(error))
        if script is None:
            return _refused("only kubectl port-forward and proxy go on in the background here")
        return self._run(script, line, stdin)

    def _run(self, script: Script, line: str, stdin: str) -> Output:
        machine, wrong = self.machine, ""
        variables, functions = dict(machine.variables), machine.functions
        machine.input, machine.budget = Input(stdin), Budget(MAX_STEPS)
        self.line, self._said, self._room = line, [], _room()
        try:
            self.follow(machine.session(script))
        except kubectl.Interrupted:
            machine.status = kubectl.INTERRUPTED
        except Spent:
            wrong, machine.status = "sh: a line may not do so much: it was ended\n", 1
        if _weight(machine) > MAX_KEPT:
            machine.variables, machine.functions = variables, functions
            wrong, machine.status = "sh: out of memory: what the line set is forgotten\n", 2
        machine.left = machine.stops_at_failure = False
        machine.elsewhere, self.in_background = frozenset(), False
        machine.traps, machine.jobs, machine.positional = {}, [], ()
        return Output(merged((*self.untold(), Said(wrong, 2))), machine.status)

    def aside(self, line: str) -> Result:
        """A line that a program of this terminal runs for itself, in the middle of another one."""
        machine = self.machine
        kept = machine.input, machine.budget, machine.status
        mine = self.line, self._said, self._room
        try:
            done = self.run(line)
            return Result(done.stdout, done.stderr, done.exit_code)
        finally:
            machine.input, machine.budget, machine.status = kept
            self.line, self._said, self._room = mine

    def follow(self, steps: Steps) -> None:
        """Let a script go its way: what it prints is kept, where it sleeps time passes."""
        with closing(steps):
            for step in steps:
                if isinstance(step, Said):
                    self._said.append(_shown(step, self._room))
                else:
                    self.sleep(step.seconds)

    def untold(self) -> tuple[Said, ...]:
        """What was printed since this was last asked."""
        said, self._said = self._said, []
        return merged(said)

    def sleep(self, seconds: float) -> None:
        """Let time pass; what was printed until now is shown first. ``kubectl.Interrupted``.

        Spent where one line sleeps longer than MAX_SLEEP_S in all.
        """
        if self.machine.budget.slept - seconds > MAX_SLEEP_S:
            raise Spent
        seconds = min(seconds, MAX_SLEEP_S)
        if self.pace is None:
            self.cluster.advance(seconds)
        else:
            self.pace(lambda: False, round(seconds * 1000), self.untold)

    def paced(self, *, silent: bool) -> kubectl.Pace | None:
        """The pace of a kubectl: what was printed before it comes first, what it prints as it goes.

        A ``silent`` one, whose output goes elsewhere, says nothing before its end.
        """
        pace = self.pace
        if pace is None:
            return None

        def told(done: Callable[[], bool], timeout_ms: int, say: kubectl.Say) -> bool:
            return pace(
                done, timeout_ms, lambda: (*self.untold(), *(() if silent else shown(say())))
            )

        return told

    def _type_in(self, terminal: kubectl.Terminal, line: str) -> Output:
        """A line for the shell in a container, until that ends (or its cluster was left)."""
        said, code = kubectl.type_in(self.cluster, terminal, line, pace=self.pace)
        if not terminal.is_open:
            self._inside = None
        return Output(shown(said), code)

    def open(self, terminal: kubectl.Terminal) -> None:
        """``kubectl exec -it``: the next lines are for a shell in a container."""
        self._inside = terminal

    def forward(self, forward: kubectl.Forward | kubectl.Proxy) -> None:
        """``kubectl port-forward`` and ``proxy``: a port of localhost leads somewhere."""
        if len(self.forwards) < MAX_FORWARDS:
            self.forwards = {**self.forwards, forward.local: forward}

    # Files

    def path(self, name: str) -> str:
        """The name of a file in the folder, however it was written (``./web.yaml``)."""
        return posixpath.normpath(name.removeprefix("~/")) if name else name

    def read(self, name: str) -> str | None:
        """A file's text, or None."""
        path = self.path(name)
        if path == kubectl.KUBECONFIG and path not in self.files:
            return kubectl.default_kubeconfig()
        return "" if name == NULL else self.files.get(path)

    def write(self, name: str, text: str) -> str | None:
        """Save a file; what is wrong, if it can't be."""
        path = self.path(name)
        if name == NULL:
            return None
        if path.startswith(("/", "..")) or path == ".":
            return f"sh: {name}: Permission denied"
        if len(text) > MAX_FILE_BYTES or (path not in self.files and len(self.files) >= MAX_FILES):
            return f"sh: {name}: No space left on device"
        self.files[path] = text
        return None

    def edit(self, command: str, text: str) -> tuple[str, int]:
        """The text as a program of files (``sed -i``) or ``true`` leaves it, and its exit code."""
        try:
            words = shlex.split(command)
        except ValueError:
            return text, 127
        if words in (["true"], ["false"]):
            return text, int(words == ["false"])
        program = TOOLS.get(words[0]) if words else None
        if program is None:
            return text, 127
        files, self.files = self.files, {_EDITED: text}
        try:
            call = Call(Folder(self), words[0], (*words[1:], _EDITED), "", self.environment, HOME)
            code = program(call).code
            return self.files.get(_EDITED, ""), code
        finally:
            self.files = files


def _weight(machine: Machine) -> int:
    """About how many characters a shell keeps between two lines."""
    variables = sum(len(name) + len(text) for name, text in machine.variables.items())
    return variables + (len(repr(machine.functions)) if machine.functions else 0)


def _refused(why: str) -> Output:
    return Output((Said(f"sh: {why}\n", 2),), 2)


def shown(said: Sequence[Said]) -> tuple[Said, ...]:
    """What a program says as the terminal shows it: harmless, and not too much of it."""
    room = _room()
    return tuple(_shown(each, room) for each in said)


def _shown(said: Said, room: dict[int, int]) -> Said:
    text = harmless(said.text[: room[said.descriptor]])[: room[said.descriptor]]
    room[said.descriptor] -= len(text)
    return Said(text, said.descriptor)


def _room() -> dict[int, int]:
    """How many characters of each stream a line may still print."""
    return {1: MAX_OUTPUT, 2: MAX_OUTPUT}


def harmless(text: str) -> str:
    """Text that can't drive a terminal: control and invisible characters are shown, not sent."""
    return text if text == CLEAR else _CONTROL.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 13:
        return "\\r"
    if code < 32:
        return "^" + chr(code + 64)
    return "^?" if code == 127 else f"\\u{code:04x}"
