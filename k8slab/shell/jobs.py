"""What goes on beside the terminal: ports that ``kubectl port-forward`` and ``proxy`` keep open.

The real ones hold their terminal until Ctrl+C, so they are put in the background (``&``) or into a
second window. Here they go on beside it either way; ``jobs`` lists them, ``kill %1`` ends one.
Nothing else runs in the background: time passes only where a line waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from k8slab import kubectl
from k8slab.engine.apps.sh.builtins import Builtin
from k8slab.engine.apps.sh.machine import Machine
from k8slab.engine.apps.sh.steps import Said, Steps
from k8slab.engine.apps.sh.syntax import Item, Pipeline, Script, Simple, Text

if TYPE_CHECKING:
    from .shell import Shell

Port = kubectl.Forward | kubectl.Proxy
AMPERSAND = "&"
"""The command that tells which job the next one is: nobody can type it as a word of its own."""
FIRST_PID = 4201
_STAYS = {"port-forward", "proxy"}
_KUBECTLS = {"kubectl", "k"}


class Job(NamedTuple):
    """A line that goes on, and the ports that it keeps open."""

    command: str
    ports: tuple[Port, ...]


def started(script: Script) -> Script | None:
    """The script with what may go on beside it started in its place; None if more should."""
    items: list[Item] = []
    for item in script:
        if not item.background:
            items.append(item)
        elif _stays(item.pipeline):
            items += [Item(item.when, _TELLS), Item("&&", item.pipeline)]
        else:
            return None
    return tuple(items)


_TELLS = Pipeline((Simple((), ((Text(AMPERSAND, quoted=True),),)),))


def _stays(pipeline: Pipeline) -> bool:
    match pipeline.commands:
        case [Simple(words=words)] if words:
            plain = ["".join(it.text for it in word if isinstance(it, Text)) for word in words]
            return plain[0] in _KUBECTLS and not _STAYS.isdisjoint(plain)
    return False


def note(shell: Shell, before: Mapping[int, Port], arguments: list[str]) -> Steps:
    """Take up the ports that a kubectl has opened; who used no ``&`` is told that they stay."""
    opened = tuple(it for port, it in shell.forwards.items() if before.get(port) is not it)
    if not opened:
        return
    number = _free(shell)
    shell.jobs = {**dict(_running(shell)), number: Job(" ".join(("kubectl", *arguments)), opened)}
    if shell.in_background:
        shell.in_background = False
        return
    page = "localhost:PORT/api/v1" if isinstance(opened[0], kubectl.Proxy) else "localhost:PORT"
    yield Said(f"(the port stays open beside this terminal: try curl {page})\n", 2)


def pid(number: int) -> str:
    """The process id of a job."""
    return str(FIRST_PID + number)


def _running(shell: Shell) -> Iterator[tuple[int, Job]]:
    for number, job in shell.jobs.items():
        if any(shell.forwards.get(port.local) is port for port in job.ports):
            yield number, job


def _free(shell: Shell) -> int:
    taken = dict(_running(shell))
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _row(number: int, state: str, job: Job, *, latest: bool) -> str:
    return f"[{number}]{'+' if latest else '-'}  {state:<22} {job.command}"


def _ampersand(shell: Shell) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> Steps:
        number = _free(shell)
        shell.in_background, shell.machine.last_job = True, pid(number)
        machine.status = 0
        yield Said(f"[{number}] {pid(number)}\n", 2)

    return run


def _jobs(shell: Shell) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> Steps:
        machine.status = 0
        running = dict(_running(shell))
        for number, job in sorted(running.items()):
            yield Said(_row(number, "Running", job, latest=number == max(running)) + " &\n")

    return run


def _kill(shell: Shell) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> Steps:
        machine.status = 0
        words = [word for word in arguments if not word.startswith("-")]
        if not words:
            yield Said("kill: usage: kill [-SIGNAL] %JOB...\n", 2)
            machine.status = 2
        for word in words:
            running = dict(_running(shell))
            names = {f"%{number}": number for number in running}
            names |= {pid(number): number for number in running}
            names |= {"%%": max(running), "%+": max(running)} if running else {}
            number = names.get(word)
            if number is None:
                yield Said(f"sh: kill: {word[:40]}: no such job\n", 2)
                machine.status = 1
                continue
            job = running[number]
            gone = {port.local for port in job.ports}
            shell.forwards = {port: it for port, it in shell.forwards.items() if port not in gone}
            yield Said(_row(number, "Terminated", job, latest=number == max(running)) + "\n", 2)

    return run


JOBS: dict[str, Callable[[Shell], Builtin]] = {
    AMPERSAND: _ampersand,
    "jobs": _jobs,
    "kill": _kill,
}
