"""What Services cost: rules to look through, rules to write (iptables against the others).

The counts are those of ``iptables.rules``; times are a model of a mid-sized node, good for
comparison alone: 25 us to write a rule of a full sync, 0.1 us for a packet to pass one.
"""

from __future__ import annotations

from typing import NamedTuple

from ..base.objects import get_in
from ..control import World

FRAME = 12
"""kube-proxy's rules without any Service."""
WRITE_US, PASS_US = 25, 0.1
BALANCER_USD = 18
"""A month of one load balancer, about what clouds ask."""
MODES = ("iptables", "ipvs", "nftables")


class Cost(NamedTuple):
    """``rules`` on each node, ``lookups`` for the first packet to the last Service in the worst
    case, how long they take, and how long a full sync takes."""

    rules: int
    lookups: int
    lookup_us: float
    full_sync_ms: float


def cost(services: int, endpoints: int = 3, mode: str = "iptables") -> Cost:
    """What so many ClusterIP Services of one port cost each node; ValueError for another mode.

    iptables: KUBE-SERVICES is looked through one by one. ipvs (deprecated since 1.35) and nftables
    find the Service in a hash table; what they write grows with the Services all the same, as
    entries of that table.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}; there are: {', '.join(MODES)}")
    entries = services * (1 + endpoints)
    if mode != "iptables":
        rules = FRAME if mode == "ipvs" else FRAME + services * (1 + 2 * endpoints)
        lookups = 1 + (mode == "nftables") * 3
        return Cost(rules, lookups, lookups * PASS_US, (FRAME + entries) * WRITE_US / 1000)
    rules = FRAME + services * (2 + 3 * endpoints) if endpoints else FRAME + services
    lookups = services + (1 + endpoints + 2 if endpoints else 0)
    return Cost(rules, lookups, round(lookups * PASS_US, 1), rules * WRITE_US / 1000)


class Bill(NamedTuple):
    """What the cloud bills for load balancers."""

    load_balancers: int
    usd_per_month: float


def bill(world: World) -> Bill:
    """What the load balancers that are there cost, whoever they are for."""
    count = sum(
        bool(get_in(service, "status", "loadBalancer", "ingress"))
        for service in world.store.list("Service")
    )
    return Bill(count, count * BALANCER_USD)
