"""Where the streams of a command go."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import expand
from .host import absolute, is_directory
from .steps import CHARACTERS_A_STEP
from .syntax import Redirect

if TYPE_CHECKING:
    from .machine import Machine
    from .steps import Step

_DESCRIPTORS = {"/dev/stdout": 1, "/dev/stderr": 2, "/proc/1/fd/1": 1, "/proc/1/fd/2": 2}


class Opened(NamedTuple):
    """``stdin`` None for what it was; ``outputs``: descriptor -> another, a path, or "" (null)."""

    stdin: str | None
    outputs: dict[int, int | str]


def opened(machine: Machine, redirects: Sequence[Redirect]) -> Generator[Step, None, Opened | str]:
    """Open the files of redirections in their order; a complaint where one can't be."""
    stdin: str | None = None
    outputs: dict[int, int | str] = {}
    for each in redirects:
        target = yield from expand.text(machine, each.target)
        if each.operator == "<<":
            stdin = target
        elif each.operator == "<":
            text = _read(machine, target)
            if text is None:
                return f"can't open {target}: no such file"
            stdin = text
        elif each.operator == ">&":
            if target not in ("1", "2"):
                return f"{target[:40]}: bad file descriptor"
            outputs[each.descriptor] = outputs.get(int(target), int(target))
        else:
            found = _target(machine, target, truncate=each.operator == ">")
            if isinstance(found, OSError):
                return f"can't create {target[:200]}: {found}"
            outputs[each.descriptor] = found
    return Opened(stdin, outputs)


def _read(machine: Machine, target: str) -> str | None:
    if target == "/dev/null":
        return ""
    try:
        return machine.host.read(absolute(machine.cwd, target))
    except OSError:
        return None


def _target(machine: Machine, target: str, *, truncate: bool) -> int | str | OSError:
    if target == "/dev/null":
        return ""
    path = absolute(machine.cwd, target)
    if path in _DESCRIPTORS:
        return _DESCRIPTORS[path]
    if is_directory(machine.host, path):
        return OSError("Is a directory")
    if not machine.host.has_folder(path.rpartition("/")[0] or "/"):
        return OSError("nonexistent directory")
    try:
        if truncate or machine.host.read(path) is None:
            machine.host.write(path, "")
    except OSError as error:
        return error
    return path


def append(machine: Machine, path: str, text: str) -> str:
    """Add to a file; what is wrong, if it can't be."""
    try:
        before = machine.host.read(path) or ""
        machine.budget.spend(len(before) // CHARACTERS_A_STEP)
        machine.host.write(path, before + text)
    except OSError as error:
        return str(error)
    return ""
