"""The characters of a script, and its words with quotes and expansions."""

from __future__ import annotations

import re
from collections.abc import Callable

from .syntax import (
    Arithmetic,
    Part,
    Script,
    ShellSyntaxError,
    Substitution,
    Text,
    Variable,
    Word,
)

DEPTH_MAX = 30
"""How deep expansions and commands may be nested."""
_PLAIN = re.compile(r"[^\s|;&<>()'\"\\$`]+")
_PLAIN_QUOTED = re.compile(r"[^\"\\$`]+")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9?#$!@*]")
_OPERATORS = re.compile(r":?[-=+?]|##?|%%?")
_END_OF_WORD = frozenset(" \t\n|;&<>()")


class Reader:
    """A place in a text. ``nested`` parses the script of a ``$(...)``."""

    def __init__(self, text: str, nested: Callable[[str, int], Script], depth: int = 0) -> None:
        if depth > DEPTH_MAX:
            raise ShellSyntaxError("nested too deeply")
        self.text = text
        self.at = 0
        self.depth = depth
        self._nested = nested

    def ahead(self, text: str) -> bool:
        """Whether ``text`` stands here."""
        return self.text.startswith(text, self.at)

    @property
    def character(self) -> str:
        """The character here; "" at the end."""
        return self.text[self.at : self.at + 1]

    def blanks(self) -> None:
        """Go over blanks, joined lines and a comment."""
        while self.at < len(self.text):
            if self.text[self.at] in " \t\r":
                self.at += 1
            elif self.ahead("\\\n"):
                self.at += 2
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def until(self, end: str) -> str:
        """The text up to ``end``, and over it."""
        found = self.text.find(end, self.at)
        if found < 0:
            raise ShellSyntaxError(f"unterminated quoted string ({end})")
        text = self.text[self.at : found]
        self.at = found + len(end)
        return text

    def word(self) -> Word:
        """The word that begins here; () where there is none."""
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in _END_OF_WORD:
            match = _PLAIN.match(self.text, self.at)
            if match:
                parts.append(Text(match[0]))
                self.at = match.end()
            elif self.text[self.at] == "'":
                self.at += 1
                parts.append(Text(self.until("'"), quoted=True))
            elif self.text[self.at] == '"':
                self.at += 1
                parts.extend(self._double_quoted())
            elif self.text[self.at] == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                parts.append(Text("" if following == "\n" else following, quoted=True))
                self.at += 2
            elif self.text[self.at] in "$`":
                parts.append(self._expansion(quoted=False))
            else:
                parts.append(Text(self.text[self.at]))
                self.at += 1
        return tuple(parts)

    def _double_quoted(self) -> list[Part]:
        parts: list[Part] = [Text("", quoted=True)]
        while self.character != '"':
            if self.at >= len(self.text):
                raise ShellSyntaxError("unterminated quoted string")
            parts.append(self._quoted_part())
        self.at += 1
        return parts

    def quoted_text(self) -> Word:
        """All that follows as between double quotes, which mean nothing (a here-document)."""
        parts: list[Part] = []
        while self.at < len(self.text):
            if self.character == '"':
                parts.append(Text('"', quoted=True))
                self.at += 1
            else:
                parts.append(self._quoted_part())
        return tuple(parts)

    def _quoted_part(self) -> Part:
        match = _PLAIN_QUOTED.match(self.text, self.at)
        if match:
            self.at = match.end()
            return Text(match[0], quoted=True)
        if self.character == "\\":
            following = self.text[self.at + 1 : self.at + 2]
            self.at += 2
            if following == "\n":
                return Text("", quoted=True)
            return Text(following if following in '"\\$`' else f"\\{following}", quoted=True)
        return self._expansion(quoted=True)

    def _expansion(self, *, quoted: bool) -> Part:
        if self.character == "`":
            self.at += 1
            script = self.until("`").replace("\\`", "`")
            return Substitution(self._nested(script, self.depth + 1), quoted)
        if self.ahead("$(("):
            self.at += 3
            inner = Reader(self._balanced("))"), self._nested, self.depth + 1)
            return Arithmetic(inner.quoted_text(), quoted)
        if self.ahead("$("):
            self.at += 2
            return Substitution(self._nested(self._balanced(")"), self.depth + 1), quoted)
        if self.ahead("${"):
            self.at += 2
            return self._braces(self._balanced("}"), quoted)
        match = _NAME.match(self.text, self.at + 1)
        if match is None:
            self.at += 1
            return Text("$", quoted=True)
        self.at = match.end()
        return Variable(match[0], quoted=quoted)

    def _braces(self, text: str, quoted: bool) -> Part:
        if text.startswith("#") and _NAME.fullmatch(text[1:]):
            return Variable(text[1:], "length", (), quoted)
        name = _NAME.match(text)
        if name is None:
            raise ShellSyntaxError("bad substitution")
        rest = text[name.end() :]
        operator = _OPERATORS.match(rest)
        if rest and operator is None:
            raise ShellSyntaxError("bad substitution")
        argument: Word = ()
        if operator is not None:
            inner = Reader(rest[operator.end() :], self._nested, self.depth + 1)
            argument = inner.quoted_text()
        return Variable(name[0], operator[0] if operator else "", argument, quoted)

    def _balanced(self, end: str) -> str:
        """The text up to the ``end`` that closes what was opened, and over it."""
        opening, closing = {")": "(", "))": "(", "}": "{"}[end], end[0]
        begin, depth = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if depth == 0 and self.ahead(end):
                text = self.text[begin : self.at]
                self.at += len(end)
                return text
            self.at += 1
            if character == "\\":
                self.at += 1
            elif character == "'" and end == ")":
                self.until("'")
            elif character == '"' and end == ")":
                self._over_quotes()
            elif character == opening:
                depth += 1
            elif character == closing:
                depth -= 1
        raise ShellSyntaxError(f'end of file unexpected (expecting "{end}")')

    def _over_quotes(self) -> None:
        while self.at < len(self.text) and self.character != '"':
            self.at += 2 if self.character == "\\" else 1
        self.at += 1
