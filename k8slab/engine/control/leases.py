"""When a node's kubelet last renewed its Lease: computed from when it was up, never ticking."""

from __future__ import annotations

from ..base.objects import Key, Obj
from ..base.times import parse_rfc3339
from .world import World

Machine = dict[str, int | bool]


def machine_of(world: World, name: str) -> Machine:
    """The faults' note on a node: {"up", "since_ms"}; without one it is up from the beginning."""
    found: Machine = world.note("node", Key("Node", "", name)) or {"up": True, "since_ms": 0}
    return found


def lease_renewed_ms(world: World, node: Obj) -> int:
    """Virtual time of the last renewal: every ``node_lease_renew_ms`` while the kubelet is up.

    Each node has its own phase, so that not all renew in one instant; a kubelet that comes back
    renews at once.
    """
    period_ms = world.settings.node_lease_renew_ms
    born_ms = parse_rfc3339(node["metadata"]["creationTimestamp"]) - world.settings.start_unix_ms
    machine = machine_of(world, node["metadata"]["name"])
    since_ms = int(machine["since_ms"])
    until_ms = world.now_ms if machine["up"] else since_ms
    phase_ms = world.between(0, period_ms - 1, "lease", node["metadata"]["name"])
    last_ms = until_ms - (until_ms - phase_ms) % period_ms
    return max(last_ms, born_ms, since_ms if machine["up"] else 0)
