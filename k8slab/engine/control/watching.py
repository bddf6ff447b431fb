"""What stands between a write and the actors that watch: informers, which can fail.

Faults of a watch are a note, {"actor/kind": [[what, ms], ...]}: one entry for each of the next
events of the kind that concern the actor. "drop" loses the event, "double" delivers it twice,
"delay" delivers it so many ms later. Stopped components are a note, {binary: stopped at ms}.
"""

from __future__ import annotations

from typing import NamedTuple

from ..base.clock import Wake
from ..base.objects import Key
from .world import World

MANAGER = "kube-controller-manager"
BINARIES = {
    "scheduler": "kube-scheduler",
    "kubelet": "kubelet",
    "node-status": "kubelet",
    "eviction-manager": "kubelet",
    "image-gc": "kubelet",
    "kernel": "kernel",
    "kube-proxy": "kube-proxy",
    "cloud-node": "cloud-controller-manager",
    "service-lb": "cloud-controller-manager",
    "event-ttl": "kube-apiserver",
    "customresourcedefinition": "kube-apiserver",
    "postgres-operator": "postgres-operator",
    "reloader": "reloader",
    "sealed-secrets": "sealed-secrets-controller",
    "external-secrets": "external-secrets",
    "edge-replicaset": "edge-replicaset",
    "traffic": "client",
    "resync": "informer",
}
"""Each actor's program; those that are not named are part of the kube-controller-manager."""
STOPPABLE = (MANAGER, "kube-scheduler", "cloud-controller-manager", "postgres-operator",
             "edge-replicaset")  # fmt: skip

FAULTS = ("watch-faults", Key("Fault", "", "watch"))
STOPPED = ("stopped", Key("Fault", "", "component"))
RESYNC = "resync"


class Delivery(NamedTuple):
    """How often an event reaches an actor, and how late."""

    times: int = 1
    late_ms: int = 0


DELIVERED = Delivery()


def binary_of(actor: str) -> str:
    """The program that an actor is part of."""
    return BINARIES.get(actor, MANAGER)


def delivery(world: World, actor: str, kind: str) -> Delivery:
    """How the next event of a kind reaches an actor; uses up a fault that was waiting for it."""
    faults = world.notes.get(FAULTS)
    watch = f"{actor}/{kind}"
    if faults is None or watch not in faults:
        return DELIVERED
    (what, late_ms), *later = faults[watch]
    rest = {name: queue for name, queue in faults.items() if name != watch}
    world.set_note(*FAULTS, ({**rest, watch: later} if later else rest) or None)
    return {"drop": Delivery(0), "double": Delivery(2)}.get(what, Delivery(1, late_ms))


def disturb(world: World, actor: str, kind: str, what: str, count: int, late_ms: int = 0) -> None:
    """Have the next ``count`` events of a kind go wrong on their way to an actor."""
    faults, watch = world.notes.get(FAULTS, {}), f"{actor}/{kind}"
    queue = [*faults.get(watch, []), *([[what, late_ms]] * count)]
    world.set_note(*FAULTS, {**faults, watch: queue})


def is_stopped(world: World, actor: str) -> bool:
    """Whether the program that an actor is part of does not run."""
    stopped = world.notes.get(STOPPED)
    return stopped is not None and binary_of(actor) in stopped


def hold(world: World, wake: Wake) -> None:
    """Keep a wake of a stopped actor until it runs again."""
    world.set_note(f"held/{wake.actor}", wake.key, True)


def stop(world: World, binary: str) -> None:
    """Stop a program: what its actors should look at waits."""
    world.set_note(*STOPPED, {**world.notes.get(STOPPED, {}), binary: world.now_ms})


def start(world: World, binary: str) -> None:
    """Start it again: its actors look at all that has waited."""
    stopped = {name: at for name, at in world.notes.get(STOPPED, {}).items() if name != binary}
    world.set_note(*STOPPED, stopped or None)
    for owner, key in list(world.notes):
        held, _, actor = owner.partition("/")
        if held == "held" and binary_of(actor) == binary:
            world.set_note(owner, key, None)
            world.wake(actor, key)


def held(world: World, actor: str) -> int:
    """How many wakes of a stopped actor wait."""
    return sum(owner == f"held/{actor}" for owner, _ in world.notes)


def resync_every(world: World, kind: str, period_ms: int) -> None:
    """Have informers of a kind resync every ``period_ms``; 0: never (most built-in ones)."""
    key = Key(kind, "", "")
    world.set_note(RESYNC, key, period_ms or None)
    world.clock.cancel(Wake(RESYNC, key))
    if period_ms:
        world.wake(RESYNC, key, period_ms)
