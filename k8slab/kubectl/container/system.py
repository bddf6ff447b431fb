"""ps, kill, df, which and their like, in a container."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from k8slab.engine.apps.sh.host import Call, Result
from k8slab.engine.base.pods import node_of
from k8slab.engine.nodes.processes import capacity, disk_taken, processes_on

if TYPE_CHECKING:
    from .box import Box

BoxProgram: TypeAlias = "Callable[[Box, Call], Result]"
_KIB = 1024


def ps(box: Box, call: Call) -> Result:
    """ps: the processes that the container sees, and itself."""
    lines = ["PID   USER     TIME  COMMAND"]
    own = 0
    for each in box.inside.processes():
        lines.append(f"{each.pid:5} {each.user:8} 0:00 {each.command}")
        own = max(own, each.pid)
    command = " ".join(("ps", *call.arguments))
    lines.append(f"{own + 6:5} {box.user:8} 0:00 {command}")
    return Result("".join(f"{line}\n" for line in lines))


def kill(box: Box, call: Call) -> Result:
    """kill [-SIGNAL] PID. Process 1 gets no SIGKILL from within: it is init there."""
    signals = [word[1:].removeprefix("SIG") for word in call.arguments if word.startswith("-")]
    signal = signals[0] if signals else "TERM"
    numbers = [word for word in call.arguments if not word.startswith("-")]
    if not numbers:
        return Result("", "kill: you need to specify whom to kill\n", 1)
    by_pid = {str(each.pid): each for each in box.inside.processes()}
    for number in numbers[:10]:
        found = by_pid.get(number)
        if found is None:
            return Result("", f"kill: can't kill pid {number[:20]}: No such process\n", 1)
        first = number == "1"
        if signal in ("TERM", "15", "INT", "2", "QUIT", "3") and found.container:
            _inject(box, "container-term", found.container)
        elif signal in ("KILL", "9") and found.container and not first:
            _inject(box, "container-kill", found.container)
    return Result()


def _inject(box: Box, fault: str, container: str) -> None:
    box.cluster.inject(fault, pod=box.key.name, namespace=box.key.namespace, container=container)


def df(box: Box, call: Call) -> Result:
    """df: the node's disk, which all its containers share, and the volumes."""
    world, node = box.cluster.world, node_of(box.inside.pod)
    total = capacity(world, node, "disk") // _KIB
    used = int(disk_taken(world, node, processes_on(world, node)).at) // _KIB
    lines = ["Filesystem           1K-blocks      Used Available Use% Mounted on"]
    places = [("overlay", "/"), *(("/dev/vda1", each.path) for each in box.inside.mounts())]
    for name, place in places:
        share = -(-100 * used // total) if total else 0
        lines.append(f"{name:20} {total:9} {used:9} {total - used:9} {share:3}% {place}")
    return Result("".join(f"{line}\n" for line in lines))


def free(box: Box, call: Call) -> Result:
    """free: the whole node's memory; a container does not see its limit here."""
    total = capacity(box.cluster.world, node_of(box.inside.pod), "memory")
    unit = 1 << 20 if "-m" in call.arguments else _KIB
    return Result(f"{'':14}total\nMem:    {total // unit:11}\n")


def which(box: Box, call: Call) -> Result:
    """which: where a program is."""
    found = [name for name in call.arguments if box.is_executable(name)]
    where = "".join(f"{name if '/' in name else '/usr/bin/' + name}\n" for name in found)
    return Result(where, "", int(len(found) < len(call.arguments)))


def hostname(box: Box, call: Call) -> Result:
    """hostname; -i for the address."""
    return Result(f"{box.inside.ip if '-i' in call.arguments else box.hostname}\n")


def mount(box: Box, call: Call) -> Result:
    """mount: the root and the volumes."""
    lines = ["overlay on / type overlay (rw,relatime)"]
    for each in box.inside.mounts():
        rights = "ro" if each.read_only else "rw"
        lines.append(f"{each.volume['name']} on {each.path} type ext4 ({rights},relatime)")
    return Result("".join(f"{line}\n" for line in lines))


def uptime(box: Box, call: Call) -> Result:
    """uptime of the node."""
    minutes = box.cluster.now_ms // 60_000
    return Result(f" up {minutes // 60}:{minutes % 60:02},  load average: 0.00, 0.00, 0.00\n")


SYSTEM: dict[str, BoxProgram] = {
    "df": df,
    "free": free,
    "hostname": hostname,
    "kill": kill,
    "mount": mount,
    "ps": ps,
    "uptime": uptime,
    "which": which,
}
