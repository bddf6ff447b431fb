"""A script at work, step by step, in the time of whoever asks for the next step.

    machine = Machine(host, {"PATH": "/bin"})
    for step in machine.run(parse("echo one; sleep 10; echo two")):
        ...                      # Said("one\\n", 1), Slept(10.0), Said("two\\n", 1)
    machine.status               # 0

Nothing runs ahead of its caller: a loop that never ends costs what is asked of it. Each command
takes one of ``budget``; when it is used up the machine raises Spent, so even a loop without a sleep
is bounded. Commands put in the background (``&``) run when the script waits for them, and else not.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager

from . import compound, expand
from .arithmetic import ArithmeticFault
from .builtins import BUILTINS, Builtin
from .expand import TEXT_MAX, ShellFault
from .host import FOREVER, Call, Host
from .loops import Skip
from .parser import parse
from .redirects import Opened, append, opened
from .steps import CHARACTERS_A_STEP, Budget, Input, Jump, Left, Said, Slept, Spent, Step, Steps
from .syntax import (
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Item,
    Loop,
    Pipeline,
    Script,
    ShellSyntaxError,
    Simple,
)

DEPTH_MAX = 40
NOT_FOUND, MISREAD = 127, 2


class Machine:
    """One shell: its variables, place and state. ``skip`` is for loops (see ``loops``).

    ``builtins`` are the commands that change it or run others, ``text_max`` how much a pipe holds,
    ``elsewhere`` are the descriptors that lead elsewhere than to its terminal.
    """

    def __init__(
        self,
        host: Host,
        env: Mapping[str, str],
        *,
        cwd: str = "/",
        stdin: str = "",
        budget: Budget | None = None,
        skip: Skip | None = None,
        builtins: Mapping[str, Builtin] = BUILTINS,
        text_max: int = TEXT_MAX,
    ) -> None:
        self.host = host
        self.variables = dict(env)
        self.exported = set(env)
        self.cwd = cwd
        self.input = Input(stdin)
        self.budget = budget or Budget()
        self.skip = skip
        self.builtins = builtins
        self.text_max = text_max
        self.elsewhere: frozenset[int] = frozenset()
        self.positional: tuple[str, ...] = ()
        self.name = "sh"
        self.status = 0
        self.functions: dict[str, Group] = {}
        self.traps: dict[str, str] = {}
        self.jobs: list[Pipeline] = []
        self.last_job = ""
        self.stops_at_failure = False
        self.left = False
        self.depth = 0

    @property
    def env(self) -> dict[str, str]:
        """The variables that programs see."""
        return {name: text for name, text in self.variables.items() if name in self.exported}

    @property
    def piped(self) -> bool:
        """Whether its output goes elsewhere than to its terminal."""
        return 1 in self.elsewhere

    def value(self, name: str) -> str | None:
        """A variable's or special parameter's value; None where it is not set."""
        if name.isdigit():
            place = int(name)
            if place == 0:
                return self.name
            return self.positional[place - 1] if place <= len(self.positional) else None
        count = str(len(self.positional))
        special = {"?": str(self.status), "#": count, "$": "1", "!": self.last_job}
        if name in special:
            return special[name]
        if name in "@*":
            return " ".join(self.positional)
        if name == "PWD":
            return self.cwd
        return self.variables.get(name)

    def assign(self, name: str, text: str) -> None:
        """Set a variable."""
        if len(self.variables) >= 1000 and name not in self.variables:
            raise ShellFault("out of memory")
        self.variables[name] = text[:TEXT_MAX]

    def session(self, script: Script) -> Steps:
        """Run a script to its end or ``exit`` (``left``); what is wrong is said, not raised."""
        return self._contained(self.run(script))

    def alone(self, words: Sequence[str]) -> Steps:
        """Run a program by its words, without a shell's reading of them."""
        return self._contained(self.argv(words))

    def _contained(self, steps: Steps) -> Steps:
        try:
            yield from steps
        except (Left, Jump) as end:
            self.left = isinstance(end, Left)
        except (ShellFault, ArithmeticFault) as fault:
            self.status = MISREAD
            yield Said(f"{self.name}: {fault}\n", 2)

    def text(self, text: str) -> Steps:
        """Run the text of a script (``sh -c``)."""
        try:
            script = parse(text)
        except ShellSyntaxError as error:
            self.status = MISREAD
            yield Said(f"{self.name}: {error}\n", 2)
            return
        yield from self.session(script)

    def run(self, script: Script) -> Steps:
        """Run a script within this shell."""
        for place, item in enumerate(script):
            if (item.when == "&&" and self.status) or (item.when == "||" and not self.status):
                continue
            if item.background:
                self.jobs = [*self.jobs[-9:], item.pipeline]
                self.status = 0
                continue
            yield from self._pipeline(item.pipeline)
            if self.status and self.stops_at_failure and _matters(script, place):
                raise Left

    def _pipeline(self, pipeline: Pipeline) -> Steps:
        *before, last = pipeline.commands
        if not before:
            yield from self._command(last)
        else:
            stdin = self.input
            for command in before:
                shell = self.subshell(stdin)
                text = yield from shell.collected(shell.background(Pipeline((command,))))
                stdin = Input(text)
            shell = self.subshell(stdin)
            yield from shell.background(Pipeline((last,)))
            self.status = shell.status
        if pipeline.negated:
            self.status = int(not self.status)

    def subshell(self, stdin: Input | None = None) -> Machine:
        """A shell with copies of this one's variables."""
        shell = Machine(
            self.host,
            {},
            cwd=self.cwd,
            budget=self.budget,
            builtins=self.builtins,
            text_max=self.text_max,
        )
        shell.elsewhere = self.elsewhere
        shell.variables, shell.exported = dict(self.variables), set(self.exported)
        shell.positional, shell.name = self.positional, self.name
        shell.functions, shell.status = self.functions, self.status
        shell.input = stdin or self.input
        shell.traps = self.traps
        shell.depth = self.depth + 1
        return shell

    def background(self, pipeline: Pipeline) -> Steps:
        """A pipeline that was put in the background, now that someone waits for it."""
        yield from self.session((Item(";", pipeline),))

    def collected(self, steps: Steps) -> Generator[Step, None, str]:
        """What steps print to descriptor 1; the others pass. Who prints too much is ended."""
        parts: list[str] = []
        length = 0
        self.elsewhere |= {1}
        for step in steps:
            if isinstance(step, Said) and step.descriptor == 1:
                parts.append(step.text)
                length += len(step.text)
                if length > self.text_max:
                    steps.close()
                    break
            else:
                yield step
        return "".join(parts)[: self.text_max]

    def captured(self, script: Script) -> Generator[Step, None, str]:
        """``$(script)``."""
        shell = self.subshell()
        text = yield from shell.collected(shell.session(script))
        self.status = shell.status
        return text

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting; ShellFault for too many (a function that calls itself)."""
        if self.depth >= DEPTH_MAX:
            raise ShellFault("nested too deeply")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def _command(self, command: Command) -> Steps:
        self.budget.spend()
        with self.deeper():
            if not command.redirects:
                yield from self._bare(command)
                return
            table = yield from opened(self, command.redirects)
            if isinstance(table, str):
                self.status = 1
                yield Said(f"{self.name}: {table}\n", 2)
                return
            yield from self._redirected(command, table)

    def _redirected(self, command: Command, table: Opened) -> Steps:
        before, elsewhere = self.input, self.elsewhere
        if table.stdin is not None:
            self.input = Input(table.stdin)
        self.elsewhere = elsewhere | table.outputs.keys()
        try:
            for step in self._bare(command):
                if not isinstance(step, Said):
                    yield step
                    continue
                where = table.outputs.get(step.descriptor, step.descriptor)
                if isinstance(where, int):
                    yield Said(step.text, where)
                elif where and (wrong := append(self, where, step.text)):
                    self.status = 1
                    yield Said(f"{self.name}: write error: {wrong}\n", 2)
        finally:
            self.input, self.elsewhere = before, elsewhere

    def _bare(self, command: Command) -> Steps:
        match command:
            case Simple():
                yield from self._simple(command)
            case Loop() | For() | If() | Case():
                yield from compound.run(self, command)
            case Group(body=body, subshell=True):
                shell = self.subshell()
                yield from shell.session(body)
                self.status = shell.status
            case Group(body=body):
                yield from self.run(body)
            case Function(name=name, body=body):
                if len(self.functions) < 200:
                    self.functions = {**self.functions, name: body}
                self.status = 0

    def _simple(self, command: Simple) -> Steps:
        words = yield from expand.fields(self, command.words)
        if not words:
            self.status = 0
            for name, word in command.assignments:
                self.assign(name, (yield from expand.text(self, word)))
            return
        if not command.assignments:
            yield from self.argv(words)
            return
        kept, exported = dict(self.variables), set(self.exported)
        for name, word in command.assignments:
            self.assign(name, (yield from expand.text(self, word)))
            self.exported.add(name)
        try:
            yield from self.argv(words)
        finally:
            self.variables, self.exported = kept, exported

    def argv(self, words: Sequence[str]) -> Steps:
        """Run a function, builtin or program by its words."""
        name, *arguments = words
        function = self.functions.get(name)
        builtin = self.builtins.get(name)
        if function is not None:
            yield from self._call(function, arguments)
        elif builtin is not None:
            yield from builtin(self, arguments)
        else:
            yield from self._program(name, tuple(arguments))

    def _call(self, function: Group, arguments: list[str]) -> Steps:
        before, self.positional = self.positional, tuple(arguments)
        try:
            yield from self.run(function.body)
        except Jump as jump:
            if jump.how != "return":
                raise
        finally:
            self.positional = before

    def _program(self, name: str, arguments: tuple[str, ...]) -> Steps:
        program = self.host.program(name)
        if program is None:
            self.status = NOT_FOUND
            yield Said(f"{self.name}: {name[:200]}: not found\n", 2)
            return
        call = Call(self.host, name, arguments, self.input.rest, self.env, self.cwd)
        result = program(call)
        self.budget.spend(len(result.out) // CHARACTERS_A_STEP)
        if result.out:
            yield Said(result.out[: max(4 * TEXT_MAX, self.text_max)])
        if result.err:
            yield Said(result.err[:TEXT_MAX], 2)
        if result.seconds:
            yield from self.sleep(result.seconds)
        self.status = result.code

    def sleep(self, seconds: float) -> Steps:
        """Let time pass."""
        self.budget.slept += seconds
        yield Slept(seconds)
        if seconds == FOREVER:
            raise Spent


def _matters(script: Script, place: int) -> bool:
    """Whether ``set -e`` looks at the status of an item: it is the last of its list."""
    after = script[place + 1 : place + 2]
    return not script[place].pipeline.negated and (not after or after[0].when == ";")
