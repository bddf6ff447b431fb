"""``Shell.run``: a line of a small sh over the learner's files and cluster, and nothing else."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import closing

from k8slab import kubectl
from k8slab.engine.api.discovery import Discovery
from k8slab.engine.apps.sh.host import Call
from k8slab.engine.apps.sh.machine import Machine
from k8slab.engine.apps.sh.parser import parse
from k8slab.engine.apps.sh.steps import Budget, Input, Said, Spent, Steps
from k8slab.engine.apps.sh.syntax import Script, ShellSyntaxError
from k8slab.engine.apps.sh.tools import TOOLS
from k8slab.engine.cluster import Cluster

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
_STAYS = re.compile(r"\s*(kubectl|k)\s(.*\s)?(port-forward|proxy)(\s|$)")


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
        self.discovery: Discovery | None = None
        self.line = ""
        self._inside: kubectl.Terminal | None = None
        self._printed: list[str] = []
        self._told = 0
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
            return Output("", "sh: the line is too long\n", 2)
        if self._inside is not None and not _KUBECTL.match(line):
            return self._type_in(self._inside, line)
        try:
            script = parse(line.removesuffix("&") if _STAYS.match(line) else line)
        except ShellSyntaxError as error:
            return Output("", f"sh: {error}\n", 2)
        if any(item.background for item in script):
            return Output("", "sh: jobs in the background are not available here\n", 2)
        return self._run(script, line, stdin)

    def _run(self, script: Script, line: str, stdin: str) -> Output:
        machine, wrong = self.machine, ""
        variables, functions = dict(machine.variables), machine.functions
        machine.input, machine.budget = Input(stdin), Budget(MAX_STEPS)
        self.line, self._printed, self._told = line, [], 0
        errors: list[str] = []
        try:
            self.follow(machine.session(script), errors)
        except kubectl.Interrupted:
            machine.status = kubectl.INTERRUPTED
        except Spent:
            wrong, machine.status = "sh: a line may not do so much: it was ended\n", 1
        if _weight(machine) > MAX_KEPT:
            machine.variables, machine.functions = variables, functions
            wrong, machine.status = "sh: out of memory: what the line set is forgotten\n", 2
        machine.left = machine.piped = machine.stops_at_failure = False
        machine.traps, machine.jobs, machine.positional = {}, [], ()
        return Output(self.untold(), "".join(errors)[:MAX_OUTPUT] + wrong, machine.status)

    def aside(self, line: str) -> Output:
        """A line that a program of this terminal runs for itself, in the middle of another one."""
        machine = self.machine
        kept = machine.input, machine.budget, machine.status
        mine = self.line, self._printed, self._told
        try:
            return self.run(line)
        finally:
            machine.input, machine.budget, machine.status = kept
            self.line, self._printed, self._told = mine

    def follow(self, steps: Steps, errors: list[str]) -> None:
        """Let a script go its way: what it prints is kept, where it sleeps time passes."""
        with closing(steps):
            for step in steps:
                if isinstance(step, Said):
                    text = harmless(step.text)
                    (self._printed if step.descriptor == 1 else errors).append(text)
                else:
                    self.sleep(step.seconds)

    def untold(self) -> str:
        """What was printed since this was last asked."""
        text = "".join(self._printed)[:MAX_OUTPUT]
        told, self._told = self._told, len(text)
        return text[told:]

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

    def paced(self, *, piped: bool) -> kubectl.Pace | None:
        """The pace of a kubectl; what was printed before comes first, what is piped not at all."""
        pace = self.pace
        if pace is None:
            return None

        def told(done: Callable[[], bool], timeout_ms: int, say: Callable[[], str]) -> bool:
            return pace(done, timeout_ms, lambda: self.untold() + ("" if piped else say()))

        return told

    def _type_in(self, terminal: kubectl.Terminal, line: str) -> Output:
        """A line for the shell in a container, until that ends (or its cluster was left)."""
        stdout, stderr, code = kubectl.type_in(self.cluster, terminal, line, pace=self.pace)
        if not terminal.is_open:
            self._inside = None
        return Output(harmless(stdout[:MAX_OUTPUT]), harmless(stderr[:MAX_OUTPUT]), code)

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


def harmless(text: str) -> str:
    """Text that can't drive a terminal: control and invisible characters are shown, not sent."""
    return text if text == CLEAR else _CONTROL.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 13:
        return "\\r"
    if code < 32:
        return "^" + chr(code + 64)
    return "^?" if code == 127 else f"\\u{code:04x}"
