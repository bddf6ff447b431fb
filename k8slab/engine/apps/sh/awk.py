"""awk: the part that one-liners over kubectl's tables use, bounded in steps.

Patterns with actions, BEGIN and END, fields, variables, arrays, arithmetic, comparison, matching,
``if``, ``for (k in a)``, ``print``, ``printf``, ``next``, ``exit`` and a few functions. Not there:
functions of one's own, ``while``, ``getline``, output to files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .awk_values import Value, text_of, truth
from .host import Call, Result
from .inputs import inputs
from .patterns import PatternError, compiled

STEPS_MAX = 200_000
OUTPUT_MAX = 1 << 20


class AwkError(Exception):
    """A program that awk refuses; the text is what it says."""


class Next(Exception):
    """``next``: on with the next record."""


class Exit(Exception):
    """``exit``: on with END."""

    def __init__(self, code: int = 0) -> None:
        self.code = code


@dataclass(slots=True)
class State:
    """A program at work: its variables, arrays, the record's fields, and what it has printed."""

    variables: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, dict[str, Value]] = field(default_factory=dict)
    fields: list[str] = field(default_factory=lambda: [""])
    out: list[str] = field(default_factory=list)
    printed: int = 0
    steps: int = 0

    def spend(self) -> None:
        """One step; AwkError for too many."""
        self.steps += 1
        if self.steps > STEPS_MAX or self.printed > OUTPUT_MAX:
            raise AwkError("the program does too much")

    def say(self, text: str) -> None:
        """Print."""
        self.printed += len(text)
        self.out.append(text)

    def value(self, name: str) -> Value:
        """A variable, "" where it was never set."""
        return self.variables.get(name, "")

    def array(self, name: str) -> dict[str, Value]:
        """An array, made as it is first used."""
        return self.arrays.setdefault(name, {})

    def record(self, line: str) -> None:
        """A line becomes the record."""
        self.fields = [line, *split(line, text_of(self.value("FS")))]
        self.variables["NF"] = len(self.fields) - 1

    def field_at(self, place: int) -> str:
        """``$place``."""
        return self.fields[place] if 0 <= place < len(self.fields) else ""

    def set_field(self, place: int, text: str) -> None:
        """Assign to ``$place``; the record is made anew."""
        if place == 0:
            self.record(text)
            return
        if not 0 < place < 1000:
            raise AwkError("trying to access out of range field")
        self.fields += [""] * (place + 1 - len(self.fields))
        self.fields[place] = text
        self.fields[0] = text_of(self.value("OFS")).join(self.fields[1:])
        self.variables["NF"] = len(self.fields) - 1


Expression = Callable[[State], Value]
Statement = Callable[[State], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern (None: every record) and its action."""

    pattern: Expression | None
    action: Statement


@dataclass(frozen=True, slots=True)
class Program:
    """What is done before, for each record, and after."""

    begin: tuple[Statement, ...]
    rules: tuple[Rule, ...]
    end: tuple[Statement, ...]


def split(line: str, separator: str) -> list[str]:
    """The fields of a line: at blanks for " ", else at a character or a pattern."""
    if separator == " ":
        return line.split()
    if not line:
        return []
    if len(separator) == 1:
        return line.split(separator)
    return list(matcher(separator).split(line))


def matcher(pattern: str) -> Any:
    """The matcher of an extended pattern; AwkError for a wrong one."""
    try:
        return compiled(pattern, extended=True)
    except PatternError as error:
        raise AwkError(str(error)) from None


def awk(call: Call) -> Result:
    """awk [-F SEPARATOR] [-v NAME=VALUE] PROGRAM [FILE]..."""
    from .awk_parser import parsed

    words, state = list(call.arguments), State()
    state.variables |= {"FS": " ", "OFS": " ", "ORS": "\n", "NR": 0, "NF": 0}
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)
        flag, value = word[:2], word[2:]
        if flag not in ("-F", "-v"):
            return Result("", f"awk: unrecognized option: {word[:40]}\n", 1)
        value = value or (words.pop(0) if words else "")
        name, _, given = ("FS", "", value) if flag == "-F" else value.partition("=")
        state.variables[name] = "\t" if (flag, given) == ("-F", "t") else _unescaped(given)
    if not words:
        return Result("", "usage: awk [-F fs] [-v var=value] 'prog' [file ...]\n", 1)
    text, wrong = inputs(call, words[1:])
    try:
        code = _run(parsed(words[0]), state, text)
    except AwkError as error:
        return Result("".join(state.out), f"awk: {error}\n", 2)
    return Result("".join(state.out), wrong, 2 if wrong else code)


def _unescaped(text: str) -> str:
    return text.replace("\\t", "\t").replace("\\n", "\n")


def _run(program: Program, state: State, text: str) -> int:
    code = 0
    try:
        _all(program.begin, state)
        if program.rules or program.end:
            _records(program.rules, state, text)
    except Exit as end:
        code = end.code
    try:
        _all(program.end, state)
    except Exit as end:
        code = end.code
    return code


def _all(statements: Sequence[Statement], state: State) -> None:
    for statement in statements:
        statement(state)


def _records(rules: Sequence[Rule], state: State, text: str) -> None:
    for count, line in enumerate(text.splitlines(), start=1):
        state.variables["NR"] = state.variables["FNR"] = count
        state.record(line)
        try:
            for rule in rules:
                state.spend()
                if rule.pattern is None or truth(rule.pattern(state)):
                    rule.action(state)
        except Next:
            continue
