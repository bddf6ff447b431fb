"""A command line as sh reads it: words, quotes, pipes, lists, redirections, here-documents.

Nothing reaches a real shell: globs and backquotes are plain text. ``$?``, ``$NAME`` and
``${NAME}`` outside of single quotes are marked for ``expanded``, asked before a command runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_OPERATORS = ("2>&1", "2>", "<<-", "&&", "||", ">>", "<<", "|", ";", "<", ">", "&", "\n")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)([\w.]+)\2")


_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*|\?)|\{([A-Za-z_]\w*)\})")
_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}([A-Za-z_]\\w*|\\?){_MARK}")


def expanded(word: str, values: Mapping[str, str]) -> str:
    """A word with its variables' values; "" for one that is not set."""
    return _MARKED.sub(lambda match: values.get(match[1], ""), word)


class ShellSyntaxError(Exception):
    """A line that sh can't read."""


@dataclass(slots=True)
class Command:
    """One simple command: its words, and where its streams go."""

    words: list[str] = field(default_factory=list)
    stdin: str | None = None
    read_from: str | None = None
    write_to: str | None = None
    append: bool = False
    errors_to: str | None = None
    merge_errors: bool = False


@dataclass(slots=True)
class Pipeline:
    """Commands joined by ``|``; ``when`` says which exit code before it lets it run."""

    commands: list[Command]
    when: str = ";"  # ";" always, "&&" after success, "||" after failure


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    operator: bool = False


def parse_line(line: str) -> list[Pipeline]:
    """The pipelines of a line; ShellSyntaxError for one that sh refuses."""
    line = line.replace(_MARK, "")
    bodies, line = _heredocs(line)
    tokens = _tokens(line)
    pipelines: list[Pipeline] = []
    command, pipeline = Command(), Pipeline([])
    position = 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if not token.operator:
            command.words.append(token.text)
        elif token.text == "2>&1":
            command.merge_errors = True
        elif token.text in ("<", ">", ">>", "2>", "<<", "<<-"):
            if position == len(tokens) or tokens[position].operator:
                near = tokens[position].text if position < len(tokens) else "newline"
                raise _unexpected(near)
            _redirect(command, token.text, tokens[position].text, bodies)
            position += 1
        elif token.text == "|":
            _close(command, pipeline, token.text)
            command = Command()
        elif token.text == "&":
            raise ShellSyntaxError("jobs in the background are not available here")
        else:
            if command.words or pipeline.commands or token.text in ("&&", "||"):
                _close(command, pipeline, token.text)
                pipelines.append(pipeline)
            command = Command()
            pipeline = Pipeline([], ";" if token.text == "\n" else token.text)
    if command.words or pipeline.commands:
        _close(command, pipeline, "newline")
        pipelines.append(pipeline)
    elif pipeline.when != ";":
        raise _unexpected("newline")
    return pipelines


def _close(command: Command, pipeline: Pipeline, near: str) -> None:
    if not command.words:
        raise _unexpected("newline" if near == "\n" else near)
    pipeline.commands.append(command)


def _unexpected(near: str) -> ShellSyntaxError:
    return ShellSyntaxError(f"syntax error near unexpected token `{near}'")


def _redirect(command: Command, operator: str, target: str, bodies: list[str]) -> None:
    if operator in ("<<", "<<-"):
        command.stdin = bodies.pop(0) if bodies else ""
    elif operator == "<":
        command.read_from = target
    elif operator == "2>":
        command.errors_to = target
    else:
        command.write_to, command.append = target, operator == ">>"


def _heredocs(line: str) -> tuple[list[str], str]:
    """The bodies of here-documents, and the line without them."""
    bodies: list[str] = []
    lines = line.split("\n")
    kept: list[str] = []
    while lines:
        current = lines.pop(0)
        kept.append(current)
        for dash, _, end in _HEREDOC.findall(current):
            body: list[str] = []
            while lines:
                text = lines.pop(0)
                text = text.lstrip("\t") if dash else text
                if text == end:
                    break
                body.append(text + "\n")
            bodies.append("".join(body))
    return bodies, "\n".join(kept)


def _tokens(line: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(line):
        character = line[position]
        operator = next((op for op in _OPERATORS if line.startswith(op, position)), None)
        if operator:
            tokens.append(_Token(operator, operator=True))
            position += len(operator)
        elif character in " \t\r":
            position += 1
        elif character == "#":
            end = line.find("\n", position)
            position = len(line) if end < 0 else end
        else:
            text, after = _word(line, position)
            tokens.append(_Token(text))
            position = after
    return tokens


def _word(line: str, position: int) -> tuple[str, int]:
    """A word from ``position``, its quotes taken off, and where it ends."""
    parts: list[str] = []
    while position < len(line):
        character = line[position]
        if character in " \t\r\n|;&<>":
            break
        if character == "'":
            end = line.find("'", position + 1)
            if end < 0:
                raise ShellSyntaxError("unexpected EOF while looking for matching `''")
            parts.append(line[position + 1 : end])
            position = end + 1
        elif variable := _VARIABLE.match(line, position):
            parts.append(f"{_MARK}{variable[1] or variable[2]}{_MARK}")
            position = variable.end()
        elif character == '"':
            text, position = _double_quoted(line, position + 1)
            parts.append(text)
        elif character == "\\":
            following = line[position + 1 : position + 2]
            parts.append("" if following == "\n" else following)
            position += 2
        else:
            parts.append(character)
            position += 1
    return "".join(parts), position


def _double_quoted(line: str, position: int) -> tuple[str, int]:
    parts: list[str] = []
    while position < len(line):
        character = line[position]
        if character == '"':
            return "".join(parts), position + 1
        if character == "\\" and line[position + 1 : position + 2] in ('"', "\\", "$", "`", "\n"):
            following = line[position + 1]
            parts.append("" if following == "\n" else following)
            position += 2
        elif variable := _VARIABLE.match(line, position):
            parts.append(f"{_MARK}{variable[1] or variable[2]}{_MARK}")
            position = variable.end()
        else:
            parts.append(character)
            position += 1
    raise ShellSyntaxError("unexpected EOF while looking for matching `\"'")
