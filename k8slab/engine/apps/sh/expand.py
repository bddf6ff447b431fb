"""Words made into arguments: variables, command substitution, arithmetic, splitting, globs."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from .arithmetic import compute
from .host import absolute
from .syntax import Arithmetic, Substitution, Text, Variable, Word

if TYPE_CHECKING:
    from .machine import Machine
    from .steps import Step

TEXT_MAX = 64 << 10
BRACES_MAX = 1000
_BRACES = re.compile(
    r"(?<!\$)\{(?:(?P<first>-?\d{1,6})\.\.(?P<last>-?\d{1,6})|(?P<list>[^{}\s,]*(?:,[^{}\s,]*)+))\}"
)
_GLOB = re.compile(r"[*?\[]")


class ShellFault(Exception):
    """What ends a script at once (``${X:?message}``): the complaint."""


Piece = tuple[str, bool]


def fields(machine: Machine, words: Sequence[Word]) -> Generator[Step, None, list[str]]:
    """The arguments that words become."""
    found: list[str] = []
    for word in braced(words):
        if len(word) == 1 and type(word[0]) is Text and not _GLOB.search(word[0].text):
            found.append(word[0].text)
            continue
        if word == (Variable("@", quoted=True),) or word[1:] == (Variable("@", quoted=True),):
            found.extend(machine.positional)
            continue
        pieces = yield from _pieces(machine, word)
        found.extend(_split(machine, pieces))
    return found


def braced(words: Sequence[Word]) -> Iterator[Word]:
    """Words with ``{1..3}`` and ``{a,b}`` spelt out, as bash does (one pair of braces a word)."""
    for word in words:
        for place, part in enumerate(word):
            match = None if type(part) is not Text or part.quoted else _BRACES.search(part.text)
            if match is not None:
                before, after = match.string[: match.start()], match.string[match.end() :]
                for each in _alternatives(match):
                    yield (*word[:place], Text(before + each + after), *word[place + 1 :])
                break
        else:
            yield word


def _alternatives(match: re.Match[str]) -> list[str]:
    if match["list"] is not None:
        return match["list"].split(",")
    first, last = int(match["first"]), int(match["last"])
    step = 1 if last >= first else -1
    return [str(number) for number in range(first, last + step, step)][:BRACES_MAX]


def text(machine: Machine, word: Word) -> Generator[Step, None, str]:
    """A word as one text, neither split nor matched to files."""
    if len(word) == 1 and type(word[0]) is Text:
        return word[0].text
    pieces = yield from _pieces(machine, word)
    return "".join(each for each, _ in pieces)[:TEXT_MAX]


def pattern(machine: Machine, word: Word) -> Generator[Step, None, str]:
    """A word as a pattern of ``case``: what is quoted stands for itself."""
    pieces = yield from _pieces(machine, word)
    return "".join(glob_escape(each) if quoted else each for each, quoted in pieces)


def glob_escape(text: str) -> str:
    """Text as a pattern that only it matches."""
    return re.sub(r"([*?\[])", r"[\1]", text)


def _pieces(machine: Machine, word: Word) -> Generator[Step, None, list[Piece]]:
    """(text, quoted) of each part."""
    pieces: list[Piece] = []
    length = 0
    for part in word:
        match part:
            case Text():
                piece = part.text
            case Variable():
                piece = yield from _variable(machine, part)
            case Substitution():
                piece = yield from machine.captured(part.script)
                piece = piece.rstrip("\n")
            case Arithmetic():
                expression = yield from text(machine, part.expression)
                expression = re.sub(r"\$(\w+)", r"\1", expression)
                piece = str(_arithmetic(machine, expression))
        length += len(piece)
        if length > TEXT_MAX:
            raise ShellFault("argument list too long")
        pieces.append((piece, part.quoted))
    return pieces


_STEP = re.compile(r"(\w+)\s*(\+\+|--|[-+*/%]?=)(?!=)\s*(.*)", re.S)


def _arithmetic(machine: Machine, expression: str) -> int:
    """The value; ``i++`` and ``i=...``, ``i+=...`` set their variable."""
    match = _STEP.fullmatch(expression.strip())
    if match is None:
        return compute(expression, machine.variables)
    name, sign, rest = match[1], match[2], match[3]
    before = compute(name, machine.variables)
    if sign in ("++", "--"):
        machine.assign(name, str(before + (1 if sign == "++" else -1)))
        return before
    value = compute(rest, machine.variables)
    if sign != "=":
        value = compute(f"a {sign[0]} b", {"a": str(before), "b": str(value)})
    machine.assign(name, str(value))
    return value


def _variable(machine: Machine, part: Variable) -> Generator[Step, None, str]:
    value = machine.value(part.name)
    sign = part.operator
    if not sign:
        return value or ""
    if sign == "length":
        return str(len(value or ""))
    missing = value is None or (sign.startswith(":") and not value)
    argument = yield from text(machine, part.argument)
    match sign[-1]:
        case "#" | "%":
            return _trimmed(value or "", sign, argument)
        case "+":
            return "" if missing else argument
        case "=" if missing:
            machine.assign(part.name, argument)
        case "?" if missing:
            raise ShellFault(f"{part.name}: {argument or 'parameter not set'}")
    return argument if missing else value or ""


def _trimmed(value: str, sign: str, glob: str) -> str:
    """``${X#glob}`` and its like: without the shortest (doubled: longest) match at that end."""
    ends = range(min(len(value), 1000) + 1)
    for count in reversed(ends) if len(sign) == 2 else ends:
        rest, part = (
            (value[count:], value[:count])
            if sign[0] == "#"
            else (value[: len(value) - count], value[len(value) - count :])
        )
        if matches(part, glob):
            return rest
    return value


def matches(text: str, glob: str) -> bool:
    """Whether a shell pattern matches the whole of a text."""
    if glob.count("*") > 8 or len(glob) > 200:
        return text == glob
    return fnmatch.fnmatchcase(text, glob)


def _split(machine: Machine, pieces: list[Piece]) -> list[str]:
    """The fields of a word: split at blanks where it is not quoted, then matched to files."""
    found: list[tuple[str, str]] = []
    now: tuple[str, str] | None = None
    for piece, quoted in pieces:
        if quoted:
            seen = now or ("", "")
            now = (seen[0] + piece, seen[1] + glob_escape(piece))
            continue
        for place, bit in enumerate(re.split(r"[ \t\n]+", piece)):
            if place and now is not None:
                found.append(now)
                now = None
            if bit:
                seen = now or ("", "")
                now = (seen[0] + bit, seen[1] + bit)
    if now is not None:
        found.append(now)
    return [name for plain, glob in found for name in _files(machine, plain, glob)]


def _files(machine: Machine, plain: str, glob: str) -> list[str]:
    """The files that a pattern matches; without any, the pattern itself."""
    if not _GLOB.search(plain) or glob == glob_escape(plain):
        return [plain]
    folder, _, last = glob.rpartition("/")
    where = absolute(machine.cwd, folder or ("/" if glob.startswith("/") else "."))
    prefix = where if where.endswith("/") else f"{where}/"
    inside = {
        name[len(prefix) :].split("/")[0]
        for name in machine.host.names()
        if name.startswith(prefix) and name != prefix
    }
    hidden = last.startswith(".")
    stem = plain[: len(plain) - len(plain.rpartition("/")[2])]
    found = sorted(
        stem + name for name in inside if name.startswith(".") == hidden and matches(name, last)
    )
    return found or [plain]
