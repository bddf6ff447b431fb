"""sed: a stream editor of one pass, over patterns whose time is bounded (``patterns``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from .host import Call, Result
from .inputs import inputs, text_of
from .patterns import PatternError, compiled

SCRIPT_MAX = 4096
_COMMANDS = "sdpq=aicy"


class SedError(Exception):
    """A script that sed refuses; the text is what it says."""


@dataclass(frozen=True, slots=True)
class Address:
    """A line's number (-1: the last), or the matcher of a line."""

    number: int = 0
    matches: Any = None

    def holds(self, number: int, last: bool, line: str) -> bool:
        """Whether a line is meant."""
        if self.matches is not None:
            return self.matches.search(line) is not None
        return last if self.number == -1 else self.number == number


@dataclass(slots=True)
class Command:
    """One command, for the lines from ``first`` to ``last`` (``negated``: for the others)."""

    name: str
    first: Address | None = None
    last: Address | None = None
    negated: bool = False
    pattern: Any = None
    text: str = ""
    everywhere: bool = False
    nth: int = 1
    prints: bool = False
    inside: bool = False

    def meant(self, number: int, is_last: bool, line: str) -> bool:
        """Whether it acts on a line; a range remembers where it is."""
        return self._in_range(number, is_last, line) != self.negated

    def _in_range(self, number: int, is_last: bool, line: str) -> bool:
        if self.first is None:
            return True
        if self.last is None:
            return self.first.holds(number, is_last, line)
        if not self.inside:
            if not self.first.holds(number, is_last, line):
                return False
            self.inside = self.last.matches is not None or self.last.number > number
            self.inside = self.inside or (self.last.number == -1 and not is_last)
            return True
        if self.last.holds(number, is_last, line):
            self.inside = False
        return True


def sed(call: Call) -> Result:
    """sed: -n -E -r -i -e SCRIPT."""
    try:
        flags, scripts, names = options_of(call.arguments)
        if "i" not in flags:
            text, wrong = inputs(call, names)
            return Result(edited(scripts, text, flags=flags), wrong, 2 if wrong else 0)
        for name in names:
            text, wrong = text_of(call, name)
            if wrong:
                return Result("", wrong, 4)
            call.host.write(call.path(name), edited(scripts, text, flags=flags))
    except SedError as error:
        return Result("", f"sed: {error}\n", 1)
    except OSError as error:
        return Result("", f"sed: {error}\n", 4)
    return Result()


def options_of(arguments: Sequence[str]) -> tuple[set[str], list[str], list[str]]:
    """Flags, scripts, and the files. SedError where there is no script."""
    flags: set[str] = set()
    scripts: list[str] = []
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "-e" and rest:
            scripts.append(rest.pop(0))
        elif len(word) > 1 and word.startswith("-"):
            unknown = set(word[1:]) - set("nEri")
            if unknown:
                raise SedError(f"invalid option -- '{sorted(unknown)[0]}'")
            flags |= set(word[1:])
        else:
            words.append(word)
    if not scripts:
        if not words:
            raise SedError("no script specified")
        scripts.append(words.pop(0))
    return flags, scripts, words


def edited(scripts: list[str], text: str, *, flags: Set[str] = frozenset()) -> str:
    """What sed prints of ``text`` (flags n, E, r). SedError for a wrong script."""
    quiet, extended = "n" in flags, bool(flags & {"E", "r"})
    commands = [command for script in scripts for command in _parsed(script, extended)]
    lines = text.splitlines()
    ended = text.endswith("\n") or not text
    out: list[str] = []
    for number, line in enumerate(lines, 1):
        shown, going = _edit(commands, number, number == len(lines), line, quiet)
        out += shown
        if not going:
            ended = True
            break
    return "\n".join(out) + ("\n" if out and ended else "")


def _edit(
    commands: list[Command], number: int, is_last: bool, line: str, quiet: bool
) -> tuple[list[str], bool]:
    """The lines that come of one, and whether sed goes on."""
    before: list[str] = []
    after: list[str] = []
    for command in commands:
        if not command.meant(number, is_last, line):
            continue
        match command.name:
            case "s":
                line, done = _substituted(command, line)
                if done and command.prints:
                    before.append(line)
            case "d":
                return [*before, *after], True
            case "c":
                return [*before, command.text], True
            case "p":
                before.append(line)
            case "=":
                before.append(str(number))
            case "i":
                before.append(command.text)
            case "a":
                after.append(command.text)
            case "y":
                line = line.translate(command.pattern)
            case "q":
                return [*before, *([] if quiet else [line]), *after], False
    return [*before, *([] if quiet else [line]), *after], True


def _substituted(command: Command, line: str) -> tuple[str, bool]:
    out: list[str] = []
    at, seen, done = 0, 0, False
    for found in command.pattern.finditer(line):
        seen += 1
        if seen < command.nth:
            continue
        out += [line[at : found.start()], _replacement(command.text, found)]
        at, done = found.end(), True
        if not command.everywhere:
            break
    return "".join(out) + line[at:], done


def _replacement(text: str, found: Any) -> str:
    def part(match: re.Match[str]) -> str:
        said = match[0]
        if said == "&":
            return str(found[0])
        if said[1].isdigit():
            return str(found[int(said[1])] or "")
        return {"n": "\n", "t": "\t"}.get(said[1], said[1])

    return re.sub(r"&|\\.", part, text)


def _parsed(script: str, extended: bool) -> Iterator[Command]:
    if len(script) > SCRIPT_MAX:
        raise SedError("the script is too long")
    reader = _Reader(script, extended)
    while reader.skip(" \t\n;"):
        yield reader.command()


class _Reader:
    """Reads a script from left to right."""

    def __init__(self, script: str, extended: bool) -> None:
        self.script = script
        self.extended = extended
        self.at = 0

    def skip(self, characters: str) -> bool:
        """Go past these; whether anything is left."""
        while self.at < len(self.script) and self.script[self.at] in characters:
            self.at += 1
        return self.at < len(self.script)

    def refuse(self, why: str) -> SedError:
        return SedError(f"-e expression #1, char {self.at}: {why}")

    def command(self) -> Command:
        first = self._address()
        last = None
        if first is not None and self._peek() == ",":
            self.at += 1
            last = self._address()
            if last is None:
                raise self.refuse("unexpected `,'")
        self.skip(" ")
        negated = self._peek() == "!"
        if negated:
            self.at += 1
            self.skip(" ")
        name = self._peek()
        self.at += 1
        if not name:
            raise self.refuse("missing command")
        if name not in _COMMANDS:
            raise self.refuse(f"unknown command: `{name}'")
        command = Command(name, first, last, negated)
        match name:
            case "s":
                self._substitution(command)
            case "y":
                self._transliteration(command)
            case "a" | "i" | "c":
                self._text(command)
            case _:
                self._end()
        return command

    def _peek(self) -> str:
        return self.script[self.at : self.at + 1]

    def _address(self) -> Address | None:
        character = self._peek()
        if character == "$":
            self.at += 1
            return Address(-1)
        if character == "/":
            self.at += 1
            return Address(matches=self._pattern(self._until("/", "unterminated address regex")))
        digits = re.compile(r"[0-9]{1,9}").match(self.script, self.at)
        if digits is None:
            return None
        self.at = digits.end()
        return Address(int(digits[0]))

    def _pattern(self, text: str, *, fold: bool = False) -> Any:
        try:
            return compiled(text, extended=self.extended, fold=fold)
        except PatternError as error:
            raise self.refuse(str(error)) from None

    def _until(self, mark: str, missing: str) -> str:
        """The text up to an unescaped mark, which stands for itself where it is escaped."""
        out: list[str] = []
        while self.at < len(self.script):
            character = self.script[self.at]
            self.at += 1
            if character == mark:
                return "".join(out)
            if character == "\\" and self.at < len(self.script):
                following = self.script[self.at]
                self.at += 1
                out.append(following if following == mark else character + following)
            else:
                out.append(character)
        raise self.refuse(missing)

    def _substitution(self, command: Command) -> None:
        mark = self._peek()
        self.at += 1
        missing = "unterminated `s' command"
        if not mark or mark in "\\\n":
            raise self.refuse(missing)
        pattern = self._until(mark, missing)
        command.text = self._until(mark, missing)
        flags = ""
        while self._peek() and self._peek() in "gpiI123456789":
            flags += self._peek()
            self.at += 1
        self._end("unknown option to `s'")
        digits = [flag for flag in flags if flag.isdigit()]
        command.everywhere, command.prints = "g" in flags, "p" in flags
        command.nth = int(digits[0]) if digits else 1
        command.pattern = self._pattern(pattern, fold="i" in flags.lower())
        groups = [int(digit) for digit in re.findall(r"\\([1-9])", command.text)]
        if any(group > command.pattern.groups for group in groups):
            raise self.refuse(f"invalid reference \\{max(groups)} on `s' command's RHS")

    def _transliteration(self, command: Command) -> None:
        mark = self._peek()
        self.at += 1
        of, to = (self._until(mark, "unterminated `y' command") for _ in range(2))
        if len(of) != len(to):
            raise self.refuse("strings for `y' command are different lengths")
        command.pattern = str.maketrans(of, to)
        self._end()

    def _text(self, command: Command) -> None:
        """The rest of the line (``a\\`` and a new line before it, or not)."""
        self.skip(" ")
        if self._peek() == "\\":
            self.at += 1
            self.skip("\n")
        end = self.script.find("\n", self.at)
        end = len(self.script) if end < 0 else end
        command.text = self.script[self.at : end]
        self.at = end
        if not command.text:
            raise self.refuse("expected \\ after `a', `c' or `i'")

    def _end(self, why: str = "extra characters after command") -> None:
        self.skip(" ")
        if self._peek() not in ("", ";", "\n"):
            self.at += 1
            raise self.refuse(why)
