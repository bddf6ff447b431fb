"""Where a script runs: what it can see and do, and the shape of a program.

A host is all that a script can reach. There is one for a container's own process
(``apps.sh.process``), and one for ``kubectl exec`` (``kubectl.container``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeAlias

FOREVER = float("inf")


class Result(NamedTuple):
    """What a program does: it prints, takes ``seconds`` (FOREVER: it never ends), and ends."""

    out: str = ""
    err: str = ""
    code: int = 0
    seconds: float = 0.0


class Call(NamedTuple):
    """A program's name, its arguments and surroundings; ``path()`` makes file names absolute."""

    host: Host
    name: str
    arguments: tuple[str, ...]
    stdin: str
    env: Mapping[str, str]
    cwd: str

    def path(self, name: str) -> str:
        """The absolute path of a file."""
        return absolute(self.cwd, name)


Program: TypeAlias = Callable[[Call], Result]


class Host(Protocol):
    """The world of a script. Reading and writing are by absolute path."""

    @property
    def user(self) -> str:
        """The user's name or number."""
        ...

    @property
    def hostname(self) -> str:
        """What ``hostname`` prints."""
        ...

    @property
    def now_unix_ms(self) -> int:
        """The clock that ``date`` shows."""
        ...

    def program(self, name: str) -> Program | None:
        """The program of a name; None where there is none (127)."""
        ...

    def read(self, path: str) -> str | None:
        """A file's text; None where there is none. ``IsADirectoryError`` for a directory."""
        ...

    def write(self, path: str, text: str | None) -> None:
        """Save a file (None: remove it). OSError, its text sh's complaint, where that fails."""
        ...

    def has_folder(self, path: str) -> bool:
        """Whether a file can be made in this directory."""
        ...

    def names(self) -> list[str]:
        """Every path there is, in order; one that ends in ``/`` is a directory."""
        ...


def absolute(cwd: str, name: str) -> str:
    """``name`` as an absolute path without ``.`` and ``..``.

    >>> absolute("/etc", "../var/./x")
    '/var/x'
    """
    parts: list[str] = []
    for part in (name if name.startswith("/") else f"{cwd}/{name}").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def is_directory(host: Host, path: str) -> bool:
    """Whether there is a directory at an absolute path."""
    if path == "/":
        return True
    return any(each.startswith(f"{path}/") for each in host.names())
