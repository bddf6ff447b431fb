"""The commands that are the shell's own, because they change it or run others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from .host import FOREVER, absolute
from .steps import Jump, Left, Said, Slept, Steps

if TYPE_CHECKING:
    from .machine import Machine

SHELLS = frozenset({"sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash"})
_NAME = re.compile(r"[A-Za-z_]\w*")
_ALIAS = re.compile(r"[A-Za-z_][\w-]*")


def _ends(machine: Machine, code: int, complaint: str = "") -> Steps:
    machine.status = code
    if complaint:
        yield Said(f"{machine.name}: {complaint}\n", 2)


def _code(machine: Machine, arguments: list[str]) -> int:
    if arguments and re.fullmatch(r"\d{1,9}", arguments[0]):
        return int(arguments[0]) & 255
    return machine.status


def _true(machine: Machine, arguments: list[str]) -> Steps:
    return _ends(machine, 0)


def _false(machine: Machine, arguments: list[str]) -> Steps:
    return _ends(machine, 1)


def _exit(machine: Machine, arguments: list[str]) -> Steps:
    machine.status = _code(machine, arguments)
    raise Left
    yield


def _jump(how: str) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> Steps:
        if how == "return":
            machine.status = _code(machine, arguments)
            raise Jump(how)
        machine.status = 0
        levels = int(arguments[0]) if arguments and arguments[0][:4].isdigit() else 1
        raise Jump(how, max(1, levels))
        yield

    return run


def _cd(machine: Machine, arguments: list[str]) -> Steps:
    name = arguments[0] if arguments else machine.variables.get("HOME", "/")
    if name == "-":
        name = machine.variables.get("OLDPWD", machine.cwd)
    path = absolute(machine.cwd, name)
    if not machine.host.has_folder(path):
        return _ends(machine, 1, f"cd: can't cd to {name[:200]}: No such file or directory")
    machine.assign("OLDPWD", machine.cwd)
    machine.cwd = path
    return _ends(machine, 0)


def _pwd(machine: Machine, arguments: list[str]) -> Steps:
    machine.status = 0
    yield Said(f"{machine.cwd}\n")


def _export(machine: Machine, arguments: list[str]) -> Steps:
    if not arguments:
        shown = (f"export {name}='{text}'\n" for name, text in sorted(machine.env.items()))
        yield Said("".join(shown))
    for word in arguments:
        name, sign, text = word.partition("=")
        if not _NAME.fullmatch(name):
            yield from _ends(machine, 2, f"export: {name[:100]}: bad variable name")
            return
        if sign:
            machine.assign(name, text)
        machine.exported.add(name)
    machine.status = 0


def _local(machine: Machine, arguments: list[str]) -> Steps:
    for word in arguments:
        name, sign, text = word.partition("=")
        if sign:
            machine.assign(name, text)
    return _ends(machine, 0)


def _unset(machine: Machine, arguments: list[str]) -> Steps:
    for name in arguments:
        machine.variables.pop(name, None)
        machine.exported.discard(name)
    return _ends(machine, 0)


def _set(machine: Machine, arguments: list[str]) -> Steps:
    for place, word in enumerate(arguments):
        if word == "--":
            machine.positional = tuple(arguments[place + 1 :])
            break
        if word[:1] in "-+" and "e" in word:
            machine.stops_at_failure = word[0] == "-"
    return _ends(machine, 0)


def _shift(machine: Machine, arguments: list[str]) -> Steps:
    machine.positional = machine.positional[1:]
    return _ends(machine, 0)


def _read(machine: Machine, arguments: list[str]) -> Steps:
    """``read [-r] NAME...``: the last name takes the rest of the line."""
    names = [word for word in arguments if not word.startswith("-")] or ["REPLY"]
    line = machine.input.line()
    words = (line or "").split(None, len(names) - 1)
    for place, name in enumerate(names):
        machine.assign(name, words[place].rstrip() if place < len(words) else "")
    return _ends(machine, int(line is None))


def _eval(machine: Machine, arguments: list[str]) -> Steps:
    with machine.deeper():
        yield from machine.text(" ".join(arguments))


def _exec(machine: Machine, arguments: list[str]) -> Steps:
    """The program takes the shell's place."""
    if arguments:
        yield from machine.argv(arguments)
        raise Left


def _run(machine: Machine, arguments: list[str]) -> Steps:
    """``command``, ``nohup``, ``time``: the rest of the line."""
    return machine.argv(arguments) if arguments else _ends(machine, 0)


def _env(machine: Machine, arguments: list[str]) -> Steps:
    """``env [NAME=VALUE]... [COMMAND]``."""
    shell = machine.subshell()
    words = list(arguments)
    while words and "=" in words[0]:
        name, _, text = words.pop(0).partition("=")
        shell.assign(name, text)
        shell.exported.add(name)
    if words:
        with machine.deeper():
            yield from shell.argv(words)
        machine.status = shell.status
        return
    machine.status = 0
    yield Said("".join(f"{name}={text}\n" for name, text in shell.env.items()))


def _trap(machine: Machine, arguments: list[str]) -> Steps:
    for signal in arguments[1:]:
        machine.traps[signal.removeprefix("SIG")[:10]] = arguments[0]
    return _ends(machine, 0)


def _wait(machine: Machine, arguments: list[str]) -> Steps:
    """Run what was put in the background, one after another."""
    jobs, machine.jobs = machine.jobs, []
    machine.status = 0
    for job in jobs:
        shell = machine.subshell()
        for step in shell.background(job):
            yield step._replace(is_wait=True) if isinstance(step, Slept) else step


def _shell(machine: Machine, arguments: list[str]) -> Steps:
    """``sh -c SCRIPT [NAME [ARGUMENT]...]``, ``sh FILE``, or sh reading its standard input."""
    shell = machine.subshell()
    shell.variables = machine.env
    shell.functions, shell.jobs = {}, []
    flags = [word for word in arguments if word.startswith("-")]
    rest = [word for word in arguments if not word.startswith("-")]
    text: str | None
    if any("c" in flag for flag in flags):
        if not rest:
            yield from _ends(machine, 2, "-c requires an argument")
            return
        text, *others = rest
        shell.name, shell.positional = (others[0] if others else "sh"), tuple(others[1:])
    elif rest:
        text = _file(machine, rest[0])
        shell.positional = tuple(rest[1:])
    else:
        text = machine.input.rest
    if text is None:
        yield from _ends(machine, 2, f"can't open '{rest[0][:200]}': No such file or directory")
        return
    shell.stops_at_failure = any("e" in flag for flag in flags)
    shell.skip = machine.skip
    with machine.deeper():
        yield from shell.text(text)
    machine.status = shell.status


def _source(machine: Machine, arguments: list[str]) -> Steps:
    text = _file(machine, arguments[0]) if arguments else None
    if text is None:
        yield from _ends(machine, 2, f".: can't open '{' '.join(arguments)[:200]}'")
        return
    with machine.deeper():
        yield from machine.text(text)


def _file(machine: Machine, name: str) -> str | None:
    try:
        return machine.host.read(absolute(machine.cwd, name))
    except OSError:
        return None


def _timeout(machine: Machine, arguments: list[str]) -> Steps:
    """``timeout SECONDS COMMAND``: 124 where it had to be ended."""
    words = [word for word in arguments if not word.startswith("-")]
    limit = duration(words[0]) if words else None
    if limit is None or len(words) < 2:
        yield from _ends(machine, 1, "timeout: usage: timeout SECONDS COMMAND")
        return
    left = limit
    with machine.deeper():
        for step in machine.argv(words[1:]):
            if isinstance(step, Slept) and step.seconds > left:
                yield Slept(left)
                machine.status = 124
                return
            left -= step.seconds if isinstance(step, Slept) else 0
            yield step


def _xargs(machine: Machine, arguments: list[str]) -> Steps:
    """``xargs [-n COUNT] [-I MARK] COMMAND``: the words of the input as arguments."""
    count, mark, command = 0, "", list(arguments)
    while command and command[0].startswith("-"):
        flag = command.pop(0)
        letter, value = flag[:2], flag[2:]
        if letter in ("-n", "-I") and not value and command:
            value = command.pop(0)
        count = int(value) if letter == "-n" and value[:6].isdigit() else count
        mark = value if letter == "-I" else mark
    command = command or ["echo"]
    text, machine.input.rest = machine.input.rest, ""
    words = text.splitlines() if mark else text.split()
    if mark:
        runs = [[each.replace(mark, word.strip()) for each in command] for word in words]
    else:
        count = count or max(1, len(words))
        runs = [[*command, *words[at : at + count]] for at in range(0, len(words) or 1, count)]
    failed = False
    with machine.deeper():
        for each in runs:
            yield from machine.argv(each)
            failed = failed or machine.status != 0
    machine.status = 123 if failed else 0


def _alias(machine: Machine, arguments: list[str]) -> Steps:
    """``alias NAME='COMMAND'``: a function that hands on its arguments."""
    for word in arguments:
        name, sign, text = word.partition("=")
        if sign and _ALIAS.fullmatch(name):
            yield from machine.text(f'{name}() {{ {text} "$@"; }}')
    machine.status = 0


def duration(text: str) -> float | None:
    """Seconds of ``5``, ``1.5m``, ``infinity``; None for what is no time."""
    if text in ("infinity", "inf"):
        return FOREVER
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})([smhd]?)", text)
    if match is None:
        return None
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


def _sleep(machine: Machine, arguments: list[str]) -> Steps:
    lengths = [duration(word) for word in arguments]
    if not lengths or None in lengths:
        said = "missing operand" if not lengths else f"invalid number '{arguments[0][:40]}'"
        yield Said(f"sleep: {said}\n", 2)
        machine.status = 1
        return
    yield from machine.sleep(sum(each for each in lengths if each is not None))
    machine.status = 0


Builtin: TypeAlias = "Callable[[Machine, list[str]], Steps]"

BUILTINS: dict[str, Builtin] = {
    ":": _true,
    ".": _source,
    "alias": _alias,
    "break": _jump("break"),
    "cd": _cd,
    "command": _run,
    "continue": _jump("continue"),
    "env": _env,
    "eval": _eval,
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "false": _false,
    "local": _local,
    "nohup": _run,
    "pwd": _pwd,
    "read": _read,
    "readonly": _local,
    "return": _jump("return"),
    "set": _set,
    "shift": _shift,
    "sleep": _sleep,
    "source": _source,
    "time": _run,
    "timeout": _timeout,
    "trap": _trap,
    "true": _true,
    "unset": _unset,
    "wait": _wait,
    "xargs": _xargs,
    **dict.fromkeys(SHELLS, _shell),
}
