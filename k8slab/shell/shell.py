"""``Shell.run``: a line of a small sh over the learner's files and cluster, and nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, MutableMapping

from k8slab import kubectl
from k8slab.engine.api.discovery import Discovery
from k8slab.engine.apps.sh.builtins import duration
from k8slab.engine.cluster import Cluster

from . import programs
from .lexer import Command, Pipeline, ShellSyntaxError, expanded, parse_line
from .output import Output
from .tools import TOOLS, run_tool

MAX_LINE = 64 * 1024
MAX_COMMANDS = 200
MAX_OUTPUT = 1 << 20
MAX_FILE_BYTES = 1 << 20
MAX_FILES = 200
MAX_FORWARDS = 50
NULL = "/dev/null"
_EDITED = "kubectl-edit.yaml"
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w{0,60})=")
_KUBECTL = re.compile(r"\s*(kubectl|k)(\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Shell:
    """A terminal on a cluster.

    ``files`` is the learner's folder: name -> text. Virtual time moves only in verbs that wait: at
    once, or, with a ``pace``, as that lets it pass (see ``kubectl.Pace``).
    Once the cluster's journal has ``journal_max`` entries, no further command of a line is run.
    ``environment`` is what ``export`` sets (KUBECONFIG); ``show_http``
    (the line ``http on``) has kubectl tell each of its requests. ``kubectl exec -it POD -- sh``
    opens a shell in a container, which then gets the lines until its ``exit``; only kubectl, which
    no container has, is still this terminal's.
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
        self._piped = False
        self.files: MutableMapping[str, str] = dict(files or {})
        self.environment: dict[str, str] = {}
        self.show_http = False
        self._code = 0
        self.forwards: dict[int, kubectl.Forward | kubectl.Proxy] = {}
        self._inside: kubectl.Terminal | None = None
        self.discovery: Discovery | None = None

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
            pipelines = parse_line(line)
        except ShellSyntaxError as error:
            return Output("", f"sh: {error}\n", 2)
        if sum(len(pipeline.commands) for pipeline in pipelines) > MAX_COMMANDS:
            return Output("", f"sh: more than {MAX_COMMANDS} commands at once\n", 2)
        result = Output("", "", 0)
        for pipeline in pipelines:
            if self.journal_max is not None and len(self.cluster.journal) >= self.journal_max:
                said = f"sh: this cluster has had {self.journal_max} commands\n"
                return Output(harmless(result.stdout), harmless(result.stderr + said), 1)
            if (pipeline.when == "&&" and result.exit_code) or (
                pipeline.when == "||" and not result.exit_code
            ):
                continue
            latest = self._pipeline(pipeline, line, stdin)
            self._code = latest.exit_code
            stdout, stderr = result.stdout + latest.stdout, result.stderr + latest.stderr
            result = Output(stdout[:MAX_OUTPUT], stderr[:MAX_OUTPUT], latest.exit_code)
            if latest.exit_code == kubectl.INTERRUPTED:
                break
        return Output(harmless(result.stdout), harmless(result.stderr), result.exit_code)

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

    def _pipeline(self, pipeline: Pipeline, line: str, stdin: str) -> Output:
        stderr = ""
        result = Output(stdin, "", 0)
        first = pipeline.commands[0]
        self._piped = len(pipeline.commands) > 1 or first.write_to is not None or first.merge_errors
        for command in pipeline.commands:
            result = self._command(command, line, result.stdout)
            stderr += result.stderr
        return Output(result.stdout, stderr, result.exit_code)

    def _command(self, command: Command, line: str, stdin: str) -> Output:
        if command.stdin is not None:
            stdin = command.stdin
        if command.read_from is not None:
            text = self.read(command.read_from)
            if text is None:
                return Output("", f"sh: {command.read_from}: No such file or directory\n", 1)
            stdin = text
        values = {**self.environment, "?": str(self._code)}
        words = [expanded(word, values) for word in command.words]
        assigned: dict[str, str] = {}
        while words and (match := _ASSIGNMENT.match(words[0])):
            assigned[match[1]] = words.pop(0)[match.end() :]
        if not words:
            return self._program(["export", *(f"{it}={v}" for it, v in assigned.items())], line, "")
        outer = self.environment
        self.environment = {**outer, **assigned} if assigned else outer
        try:
            result = self._program(words, line, stdin)
        finally:
            self.environment = outer
        return self._redirect(command, result)

    def _program(self, words: list[str], line: str, stdin: str) -> Output:
        name, *arguments = words
        if name in ("kubectl", "k"):
            stdout, stderr, code = kubectl.run(
                self.cluster,
                arguments,
                files=self.files,
                environment=self.environment,
                line=line,
                stdin=stdin,
                pace=self._paced(),
                show_http=self.show_http,
                desk=self,
                has_tty=not self._piped,
            )
            return Output(stdout[:MAX_OUTPUT], stderr[:MAX_OUTPUT], code)
        if name == "watch":
            return self._watch(arguments, line)
        if name == "timeout":
            return self._timeout(arguments, line, stdin)
        program = programs.PROGRAMS.get(name)
        if program is not None:
            result = program(self, arguments, stdin)
        elif name in TOOLS:
            result = run_tool(self, name, arguments, stdin)
        else:
            return Output("", f"{name}: command not found\n", 127)
        return Output(result.stdout[:MAX_OUTPUT], result.stderr, result.exit_code)

    def _paced(self) -> kubectl.Pace | None:
        """The pace of a command; one whose output goes elsewhere shows nothing as it waits."""
        pace = self.pace
        if pace is None or not self._piped:
            return pace
        return lambda done, timeout_ms, say: pace(done, timeout_ms, str)

    def _watch(self, arguments: list[str], line: str) -> Output:
        """``watch [-n SECONDS] command``: a few frames, virtual time passing between them."""
        interval_s = 2.0
        if arguments[:1] == ["-n"] and len(arguments) > 1:
            if not re.fullmatch(r"\d{1,3}(\.\d)?", arguments[1]):
                return Output("", f"watch: failed to parse argument: '{arguments[1]}'\n", 1)
            interval_s = max(0.1, float(arguments[1]))
            arguments = arguments[2:]
        if not arguments or arguments[0] == "watch":
            return Output("", "Usage: watch [-n seconds] command\n", 1)
        frames: list[str] = []
        said = 0

        def say() -> str:
            nonlocal said
            text, said = "\n".join(frames[said:]), len(frames)
            return text

        for frame in range(programs.WATCH_FRAMES):
            if frame:
                try:
                    self._sleep(interval_s, say)
                except kubectl.Interrupted:
                    return Output(say(), "", kubectl.INTERRUPTED)
            result = self._program(arguments, line, "")
            title = f"Every {interval_s:.1f}s: {' '.join(arguments)}\n\n"
            frames.append(title + result.stdout + result.stderr)
        return Output(say(), "", 0)

    def _timeout(self, arguments: list[str], line: str, stdin: str) -> Output:
        """``timeout SECONDS command``: the command is ended after that much virtual time (124)."""
        seconds = duration(arguments[0]) if arguments else None
        if seconds is None or not 0 < seconds < 10**6 or arguments[1:2] in ([], ["timeout"]):
            return Output("", "Usage: timeout SECONDS command\n", 125)
        cluster, outer = self.cluster, self.pace
        end_ms = cluster.now_ms + round(seconds * 1000)

        def pace(done: Callable[[], bool], timeout_ms: int, say: Callable[[], str]) -> bool:
            left_ms = min(timeout_ms, max(end_ms - cluster.now_ms, 0))
            if outer is not None:
                came = outer(done, left_ms, say)
            else:
                came = cluster.advance_until(lambda _: done(), left_ms / 1000)
            if not came and cluster.now_ms >= end_ms:
                raise kubectl.Interrupted
            return came

        self.pace = pace
        try:
            result = self._program(arguments[1:], line, stdin)
        finally:
            self.pace = outer
        if result.exit_code == kubectl.INTERRUPTED and cluster.now_ms >= end_ms:
            return Output(result.stdout, result.stderr, 124)
        return result

    def _sleep(self, seconds: float, say: Callable[[], str]) -> None:
        pace = self._paced()
        if pace is None:
            self.cluster.advance(seconds)
        else:
            pace(lambda: False, round(seconds * 1000), say)

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

    def write(self, name: str, text: str, *, append: bool = False) -> str | None:
        """Save a file; what is wrong, if it can't be."""
        path = self.path(name)
        if name == NULL:
            return None
        if path.startswith(("/", "..")) or path == ".":
            return f"sh: {name}: Permission denied"
        if append:
            text = self.files.get(path, "") + text
        if len(text) > MAX_FILE_BYTES or (path not in self.files and len(self.files) >= MAX_FILES):
            return f"sh: {name}: No space left on device"
        self.files[path] = text
        return None

    def edit(self, command: str, text: str) -> tuple[str, int]:
        """The text as a program of this terminal (``sed -i ...``) leaves it, and its exit code."""
        try:
            pipelines = parse_line(command)
        except ShellSyntaxError:
            return text, 127
        words = pipelines[0].commands[0].words if len(pipelines) == 1 else []
        if not words or (words[0] not in programs.PROGRAMS and words[0] not in TOOLS):
            return text, 127
        files = self.files
        self.files = {_EDITED: text}
        try:
            result = self._program([*words, _EDITED], command, "")
            return self.files.get(_EDITED, ""), result.exit_code
        finally:
            self.files = files

    def _redirect(self, command: Command, result: Output) -> Output:
        stdout, stderr, code = result.stdout, result.stderr, result.exit_code
        if command.merge_errors:
            stdout, stderr = stdout + stderr, ""
        wrong = None
        if command.errors_to is not None:
            wrong = self.write(command.errors_to, stderr)
            stderr = ""
        if command.write_to is not None:
            wrong = self.write(command.write_to, stdout, append=command.append) or wrong
            stdout = ""
        return Output(stdout, stderr + wrong + "\n", 1) if wrong else Output(stdout, stderr, code)


def harmless(text: str) -> str:
    """Text that can't drive a terminal: control and invisible characters are shown, not sent."""
    return text if text == programs.CLEAR else _CONTROL.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 13:
        return "\\r"
    if code < 32:
        return "^" + chr(code + 64)
    return "^?" if code == 127 else f"\\u{code:04x}"
