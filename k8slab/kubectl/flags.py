"""Command-line flags, read as cobra and pflag read them.

A verb declares its flags in a table of ``Flag``; ``parse`` gives the values and the positional
arguments, or a ``Failure`` in pflag's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from k8slab.engine.base.durations import parse_go_duration

from .errors import usage

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. ``kind`` is bool, string, strings (repeatable, split at commas), array (repeatable,
    as they are), pairs and map (repeatable, ``A=1,B=2``), int, duration, or of ``-o``: format (an
    object in one), table (a table, too).

    ``bare`` is the value of the flag given without one (``--dry-run``); ``hint`` its line of help.
    """

    name: str
    kind: str = "string"
    short: str = ""
    default: Any = ""
    hint: str = ""
    bare: str | None = None

    @property
    def needs_value(self) -> bool:
        """Whether the next argument is taken as its value."""
        return self.kind != "bool" and self.bare is None

    def read(self, text: str) -> Any:
        """The value that ``text`` says; ValueError in Go's words."""
        return _READERS[self.kind](text)


def _read_bool(text: str) -> bool:
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _read_pairs(text: str) -> list[str]:
    for pair in text.split(","):
        if "=" not in pair:
            raise ValueError(f"{pair} must be formatted as key=value")
    return text.split(",")


def _read_map(text: str) -> list[str]:
    if not all("=" in pair for pair in text.split(",")):
        raise ValueError("malformed pair, expect string=string")
    return text.split(",")


def _read_int(text: str) -> int:
    body = text[1:] if text[:1] in ("+", "-") else text
    if not (body.isascii() and body.isdigit()):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if len(body) > 19 or not -(2**63) <= int(text) < 2**63:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "bool": _read_bool,
    "int": _read_int,
    "string": str,
    "format": str,
    "table": str,
    "strings": lambda text: text.split(",") if text else [],
    "array": lambda text: [text],
    "pairs": _read_pairs,
    "map": _read_map,
    "duration": parse_go_duration,
}

Options = dict[str, Any]


@dataclass(slots=True)
class Parsed:
    """Flag values by name, the names that were given, positional arguments, and those after --."""

    options: Options
    given: set[str]
    arguments: list[str]
    dash: int | None = None
    """How many positional arguments stood before ``--``, if it was there."""
    path: str = ""
    said: list[str] = field(default_factory=list)
    """Each flag that was given, as ``--name=value``, in order."""

    @property
    def cause(self) -> str:
        """The line as ``--record`` notes it (genericclioptions parseCommandArguments)."""
        return " ".join((self.path, *self.arguments, *self.said))


class _Reader:
    def __init__(self, path: str, flags: Iterable[Flag]) -> None:
        self.path = path
        flags = list(flags)
        self.long = {flag.name: flag for flag in flags}
        self.short = {flag.short: flag for flag in flags if flag.short}
        self.parsed = Parsed({flag.name: flag.default for flag in flags}, set(), [], path=path)

    def set(self, flag: Flag, text: str) -> None:
        try:
            value = flag.read(text)
        except ValueError as error:
            named = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
            raise usage(
                self.path, f'invalid argument "{text}" for "{named}" flag: {error}'
            ) from None
        if flag.kind in ("strings", "array", "pairs", "map") and flag.name in self.parsed.given:
            value = [*self.parsed.options[flag.name], *value]
        self.parsed.options[flag.name] = value
        self.parsed.given.add(flag.name)
        self.parsed.said.append(f"--{flag.name}={text}")

    def read_long(self, word: str, rest: list[str]) -> None:
        name, equals, text = word[2:].partition("=")
        if not name or name.startswith("-"):
            raise usage(self.path, f"bad flag syntax: {word}")
        flag = self.long.get(name)
        if flag is None:
            raise usage(self.path, f"unknown flag: --{name}")
        if equals:
            self.set(flag, text)
        elif not flag.needs_value:
            self.set(flag, flag.bare or "true")
        elif rest:
            self.set(flag, rest.pop(0))
        else:
            raise usage(self.path, f"flag needs an argument: --{name}")

    def read_short(self, word: str, rest: list[str]) -> None:
        letters = word[1:]
        while letters:
            flag = self.short.get(letters[0])
            if flag is None:
                raise usage(self.path, f"unknown shorthand flag: '{letters[0]}' in -{letters}")
            tail = letters[1:]
            if len(letters) > 2 and tail.startswith("="):
                return self.set(flag, tail[1:])
            if not flag.needs_value:
                self.set(flag, flag.bare or "true")
                letters = tail
            elif tail:
                return self.set(flag, tail)
            elif rest:
                return self.set(flag, rest.pop(0))
            else:
                raise usage(self.path, f"flag needs an argument: '{letters[0]}' in -{letters}")


def parse(path: str, flags: Iterable[Flag], words: Sequence[str]) -> Parsed:
    """Read the words after a verb; ``path`` (``kubectl get``) is named in refusals."""
    reader = _Reader(path, flags)
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            reader.parsed.dash = len(reader.parsed.arguments)
            reader.parsed.arguments += rest
            break
        if word.startswith("--"):
            reader.read_long(word, rest)
        elif word.startswith("-") and len(word) > 1:
            reader.read_short(word, rest)
        else:
            reader.parsed.arguments.append(word)
    return reader.parsed
