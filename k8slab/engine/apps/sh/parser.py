"""The commands of a script, by recursive descent (POSIX shell grammar, the part that lessons use).

>>> len(parse("echo one; sleep 10 && echo two"))
3
"""

from __future__ import annotations

import re
from functools import lru_cache

from .reader import Reader
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
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
    Text,
    Word,
)

LENGTH_MAX = 64 << 10
_RESERVED = re.compile(
    r"(if|then|elif|else|fi|while|until|for|do|done|case|esac|in|\{|\}|!)(?=[\s;&|()<>]|$)"
)
_CLOSING = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_FUNCTION = re.compile(r"([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)")
_REDIRECT = re.compile(r"(\d?)(>>|>&|<<<|<<-?|<|>)")
_SEPARATOR = re.compile(r"&&|\|\||;(?!;)|&|\n")


@lru_cache(maxsize=512)
def parse(text: str, depth: int = 0) -> Script:
    """The script that a text is; ShellSyntaxError for one that sh refuses."""
    if len(text) > LENGTH_MAX:
        raise ShellSyntaxError("the script is too long")
    parser = _Parser(text, depth)
    script = parser.script()
    if parser.read.at < len(parser.read.text):
        raise parser.unexpected()
    return script


class _Parser:
    def __init__(self, text: str, depth: int) -> None:
        self.read = Reader(text, parse, depth)
        self._depth = depth

    def unexpected(self) -> ShellSyntaxError:
        """The complaint about what stands here."""
        match = re.match(r"&&|\|\||;;|\n|[;&|()<>]|[^\s;&|()<>]+", self.read.text[self.read.at :])
        if match is None:
            return ShellSyntaxError("syntax error: unexpected end of file")
        near = "newline" if match[0] == "\n" else f'"{match[0][:40]}"'
        return ShellSyntaxError(f"syntax error: unexpected {near}")

    def script(self) -> Script:
        """Commands up to a reserved word that closes, ``)``, ``;;`` or the end."""
        items: list[Item] = []
        when, needed = ";", False
        while True:
            self._newlines()
            if self._at_end():
                if needed:
                    raise self.unexpected()
                return tuple(items)
            items.append(Item(when, self._pipeline()))
            self.read.blanks()
            match = _SEPARATOR.match(self.read.text, self.read.at)
            if match is None:
                return tuple(items)
            self.read.at = match.end()
            if match[0] == "&":
                items[-1] = items[-1]._replace(background=True)
            needed = match[0] in ("&&", "||")
            when = match[0] if needed else ";"

    def _at_end(self) -> bool:
        if (
            self.read.at >= len(self.read.text)
            or self.read.character == ")"
            or self.read.ahead(";;")
        ):
            return True
        return self._reserved() in _CLOSING

    def _newlines(self) -> None:
        self.read.blanks()
        while self.read.character == "\n":
            self.read.at += 1
            self.read.blanks()

    def _reserved(self) -> str:
        """The reserved word that stands here, or ""."""
        match = _RESERVED.match(self.read.text, self.read.at)
        return match[1] if match else ""

    def _expect(self, word: str) -> None:
        self._newlines()
        if not self.read.ahead(word):
            raise self.unexpected()
        self.read.at += len(word)

    def _body(self, opening: str, closing: str) -> Script:
        self._expect(opening)
        body = self.script()
        if not body:
            raise self.unexpected()
        self._expect(closing)
        return body

    def _pipeline(self) -> Pipeline:
        negated = self._reserved() == "!"
        if negated:
            self.read.at += 1
        commands = [self._command()]
        while True:
            self.read.blanks()
            if self.read.character != "|" or self.read.ahead("||"):
                return Pipeline(tuple(commands), negated)
            self.read.at += 1
            self._newlines()
            commands.append(self._command())

    def _command(self) -> Command:
        self.read.blanks()
        if self._depth > 30:
            raise ShellSyntaxError("nested too deeply")
        self._depth += 1
        command = self._compound() or self._simple()
        self._depth -= 1
        return command

    def _compound(self) -> Command | None:
        word = self._reserved()
        if word in ("while", "until"):
            return self._loop(word)
        if word == "for":
            return self._for()
        if word == "if":
            return self._if()
        if word == "case":
            return self._case()
        if word == "{":
            return Group(self._body("{", "}"), False, self._redirects())
        if self.read.character == "(":
            return Group(self._body("(", ")"), True, self._redirects())
        if word and word != "in":
            raise self.unexpected()
        match = _FUNCTION.match(self.read.text, self.read.at)
        if match is None:
            return None
        self.read.at = match.end()
        return Function(match[1], Group(self._body("{", "}"), False))

    def _loop(self, word: str) -> Loop:
        self.read.at += len(word)
        condition = self.script()
        if not condition:
            raise self.unexpected()
        return Loop(condition, self._body("do", "done"), word == "until", self._redirects())

    def _for(self) -> For:
        self.read.at += len("for")
        self.read.blanks()
        match = _NAME.match(self.read.text, self.read.at)
        if match is None:
            raise ShellSyntaxError("syntax error: bad for loop variable")
        self.read.at = match.end()
        self._newlines()
        words: tuple[Word, ...] | None = None
        if self._reserved() == "in":
            self.read.at += len("in")
            words = tuple(self._words())
        self.read.blanks()
        if self.read.character == ";":
            self.read.at += 1
        return For(match[0], words, self._body("do", "done"), self._redirects())

    def _words(self) -> list[Word]:
        words = []
        self.read.blanks()
        while word := self.read.word():
            words.append(word)
            self.read.blanks()
        return words

    def _if(self) -> If:
        branches = []
        word = "if"
        while word in ("if", "elif"):
            self.read.at += len(word)
            condition = self.script()
            self._expect("then")
            body = self.script()
            if not condition or not body:
                raise self.unexpected()
            branches.append((condition, body))
            word = self._reserved()
        otherwise: Script = ()
        if word == "else":
            self.read.at += len("else")
            otherwise = self.script()
        self._expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _case(self) -> Case:
        self.read.at += len("case")
        self.read.blanks()
        word = self.read.word()
        self._newlines()
        self._expect("in")
        branches = []
        self._newlines()
        while self._reserved() != "esac":
            if self.read.character == "(":
                self.read.at += 1
            patterns = self._words()
            while self.read.character == "|":
                self.read.at += 1
                patterns += self._words()
            if not patterns:
                raise self.unexpected()
            self._expect(")")
            branches.append((tuple(patterns), self.script()))
            if self.read.ahead(";;"):
                self.read.at += 2
            self._newlines()
        self._expect("esac")
        return Case(word, tuple(branches), self._redirects())

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self.read.blanks()
            if self._redirect(redirects):
                continue
            match = _ASSIGNMENT.match(self.read.text, self.read.at)
            if match and not words:
                self.read.at = match.end()
                assignments.append((match[1], self.read.word()))
                continue
            word = self.read.word()
            if not word:
                break
            words.append(word)
        if not (assignments or words or redirects):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirects(self) -> tuple[Redirect, ...]:
        redirects: list[Redirect] = []
        self.read.blanks()
        while self._redirect(redirects):
            self.read.blanks()
        return tuple(redirects)

    def _redirect(self, redirects: list[Redirect]) -> bool:
        """Read the redirection that stands here, if one does."""
        match = _REDIRECT.match(self.read.text, self.read.at)
        if match is None:
            return False
        self.read.at = match.end()
        operator = match[2]
        descriptor = int(match[1] or (0 if operator[0] == "<" else 1))
        self.read.blanks()
        target = self.read.word()
        if not target:
            raise self.unexpected()
        if operator == "<<<":  # bash's here-string
            target, operator = (*target, Text("\n", quoted=True)), "<<"
        elif operator.startswith("<<"):
            quoted = any(part.quoted for part in target)
            mark = "".join(part.text for part in target if isinstance(part, Text))
            text = self._document(mark, strip=operator == "<<-")
            body = (Text(text, quoted=True),)
            target = body if quoted else Reader(text, parse, self._depth).quoted_text()
            operator = "<<"
        redirects.append(Redirect(descriptor, operator, target))
        return True

    def _document(self, mark: str, *, strip: bool) -> str:
        """The here-document that begins on the next line, which is taken out of the text."""
        text = self.read.text
        begin = text.find("\n", self.read.at) + 1 or len(text)
        end, body = begin, ""
        for line in text[begin:].splitlines(keepends=True):
            end += len(line)
            line = line.lstrip("\t") if strip else line
            if line.rstrip("\n") == mark:
                break
            body += line
        self.read.text = text[:begin] + text[end:]
        return body
