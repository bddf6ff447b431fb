"""The commands that this terminal has and containers have not: kubectl and its friends, ``watch``,
``timeout`` of what waits for the cluster. Each is a builtin of the shell's machine.

To add a program that only prints: a function in ``programs``, and its line in PROGRAMS there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from k8slab import kubectl
from k8slab.engine.apps.sh.builtins import BUILTINS, Builtin, duration
from k8slab.engine.apps.sh.machine import Machine
from k8slab.engine.apps.sh.steps import CHARACTERS_A_STEP, Left, Said, Slept, Steps

from .folder import HOME
from .jobs import JOBS, note
from .programs import PROGRAMS

if TYPE_CHECKING:
    from .shell import Shell

KUBECTL_STEPS = 40
"""What a kubectl costs at least of the steps that a line may take; what it prints costs more."""
WATCH_FRAMES = 5


def _of_shell(builtin: Builtin) -> Callable[[Shell], Builtin]:
    return lambda shell: builtin


def _program(name: str) -> Callable[[Shell], Builtin]:
    def bound(shell: Shell) -> Builtin:
        def run(machine: Machine, arguments: list[str]) -> Steps:
            result = PROGRAMS[name](shell, arguments, machine.input.rest)
            yield Said(result.out)
            yield Said(result.err, 2)
            machine.status = result.code

        return run

    return bound


def _kubectl(shell: Shell) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> Steps:
        machine.budget.spend(KUBECTL_STEPS)
        most = shell.journal_max
        if most is not None and len(shell.cluster.journal) >= most:
            yield Said(f"sh: this cluster has had {most} commands\n", 2)
            machine.status = 1
            raise Left
        ports = shell.forwards
        said, code = kubectl.run(
            shell.cluster,
            arguments,
            files=_seen_from(machine.cwd, shell.files),
            environment=machine.env,
            line=shell.line,
            stdin=machine.input.rest,
            pace=shell.paced(silent=bool(machine.elsewhere)),
            show_http=shell.show_http,
            desk=shell,
            has_tty=not machine.piped,
        )
        yield from said
        yield from note(shell, ports, arguments)
        printed = sum(len(each.text) for each in said if each.descriptor == 1)
        machine.budget.spend(2 * printed // CHARACTERS_A_STEP)
        machine.status = code
        if code == kubectl.INTERRUPTED:
            raise kubectl.Interrupted

    return run


def _seen_from(cwd: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """The files by their names from a folder; as they are from home."""
    if cwd == HOME:
        return files
    here = posixpath.relpath(cwd, HOME)
    return {**files, **{posixpath.relpath(name, here): text for name, text in files.items()}}


def _watch(shell: Shell) -> Builtin:
    """``watch [-n SECONDS] command``: a few frames, virtual time passing between them."""

    def run(machine: Machine, arguments: list[str]) -> Steps:
        interval_s, words = 2.0, list(arguments)
        machine.status = 1
        if words[:1] == ["-n"] and len(words) > 1:
            if not re.fullmatch(r"\d{1,3}(\.\d)?", words[1]):
                yield Said(f"watch: failed to parse argument: '{words[1]}'\n", 2)
                return
            interval_s, words = max(0.1, float(words[1])), words[2:]
        if not words or words[0] == "watch":
            yield Said("Usage: watch [-n seconds] command\n", 2)
            return
        for frame in range(WATCH_FRAMES):
            if frame:
                yield Slept(interval_s)
            title = f"Every {interval_s:.1f}s: {' '.join(words)}\n\n"
            yield Said(title if frame == 0 else f"\n{title}")
            for step in machine.subshell().alone(words):
                yield step._replace(descriptor=1) if isinstance(step, Said) else step
        machine.status = 0

    return run


def _timeout(shell: Shell) -> Builtin:
    """``timeout SECONDS command``: the command is ended after that much virtual time (124)."""

    def run(machine: Machine, arguments: list[str]) -> Steps:
        seconds = duration(arguments[0]) if arguments else None
        if seconds is None or not 0 < seconds < 10**6 or arguments[1:2] in ([], ["timeout"]):
            yield Said("Usage: timeout SECONDS command\n", 2)
            machine.status = 125
            return
        cluster, outer = shell.cluster, shell.pace
        end_ms = cluster.now_ms + round(seconds * 1000)

        def pace(done: Callable[[], bool], timeout_ms: int, say: kubectl.Say) -> bool:
            left_ms = min(timeout_ms, max(end_ms - cluster.now_ms, 0))
            if outer is not None:
                came = outer(done, left_ms, say)
            else:
                came = cluster.advance_until(lambda _: done(), left_ms / 1000)
            if not came and cluster.now_ms >= end_ms:
                raise kubectl.Interrupted
            return came

        shell.pace = pace
        try:
            with machine.deeper():
                for step in machine.argv(arguments[1:]):
                    if isinstance(step, Slept):
                        shell.sleep(step.seconds)
                    else:
                        yield step
        except kubectl.Interrupted:
            if cluster.now_ms < end_ms:
                raise
            machine.status = 124
        finally:
            shell.pace = outer

    return run


COMMANDS: dict[str, Callable[[Shell], Builtin]] = {
    **{name: _of_shell(builtin) for name, builtin in BUILTINS.items()},
    **{name: _program(name) for name in PROGRAMS},
    **JOBS,
    **dict.fromkeys(("kubectl", "k"), _kubectl),
    "sudo": _of_shell(BUILTINS["command"]),
    "timeout": _timeout,
    "watch": _watch,
}
