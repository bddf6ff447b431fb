"""What the parser makes of a script: words with their expansions still in them, and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class ShellSyntaxError(Exception):
    """A script that sh can't read."""


class Text(NamedTuple):
    """Characters as they are; unquoted ones may be split and match file names."""

    text: str
    quoted: bool = False


class Variable(NamedTuple):
    """``$NAME`` or ``${NAME<operator>argument}``; the operator "" has no argument."""

    name: str
    operator: str = ""
    argument: Word = ()
    quoted: bool = False


class Substitution(NamedTuple):
    """``$(script)``: what it prints."""

    script: Script
    quoted: bool = False


class Arithmetic(NamedTuple):
    """``$((expression))``."""

    expression: Word
    quoted: bool = False


Part: TypeAlias = Text | Variable | Substitution | Arithmetic
Word: TypeAlias = tuple[Part, ...]


class Redirect(NamedTuple):
    """``operator`` is one of ``> >> < << >&``; ``target`` of ``>&`` is the other descriptor."""

    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, a program and its arguments."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """``while`` (or ``until``)."""

    condition: Script
    body: Script
    until: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class For:
    """``for NAME in WORDS``."""

    name: str
    words: tuple[Word, ...] | None
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """``if``, ``elif`` ...: (condition, body) in order."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """``case WORD in PATTERNS) ...``."""

    word: Word
    branches: tuple[tuple[tuple[Word, ...], Script], ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """``{ ...; }``, or ``( ... )`` with variables of its own."""

    body: Script
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """``name() { ...; }``."""

    name: str
    body: Group
    redirects: tuple[Redirect, ...] = ()


Command: TypeAlias = Simple | Loop | For | If | Case | Group | Function


class Pipeline(NamedTuple):
    """Commands joined by ``|``; ``negated`` by a ``!`` before it."""

    commands: tuple[Command, ...]
    negated: bool = False


class Item(NamedTuple):
    """A pipeline of a script; ``when`` is how it is joined to what was before: ; && or ||."""

    when: str
    pipeline: Pipeline
    background: bool = False


Script: TypeAlias = tuple[Item, ...]
