"""A connection packet by packet: the addresses on each leg, on the way there and back.

For pictures: everything is read from the route that ``send`` takes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..control import World
from ..nodes.addresses import node_address
from .routes import Route
from .send import Connection, all_hops

CLIENT_PORT = 40_000


class Leg(NamedTuple):
    """A packet between two hops: ``source`` and ``destination`` as they stand there."""

    where: str
    source: str
    destination: str
    what: str


def packets(world: World, connection: Connection, count: int = 2) -> list[dict[str, Any]]:
    """The first packets of a connection: [{"number", "there": [Leg], "back": [Leg]}].

    The first one meets the rules; conntrack remembers what they did, and does it to all others of
    the connection, and the reverse to the replies. Empty where the connection has no route.
    """
    if connection.route.backend is None:
        return []
    return [
        {
            "number": number,
            "there": _there(world, connection, number),
            "back": _back(world, connection),
        }
        for number in range(1, count + 1)
    ]


class _Addresses(NamedTuple):
    client: str
    asked: str
    seen_source: str
    backend: str


def _addresses(world: World, connection: Connection) -> _Addresses:
    client, route = connection.client, connection.route
    assert route.backend is not None
    own = f"{client.address}:{CLIENT_PORT}"
    backend = f"{route.backend.address}:{route.backend.port}"
    masquerade = node_address(world, route.node) if route.masquerade else ""
    asked = f"{route.asked}:{connection.target.port}"
    return _Addresses(own, asked, f"{masquerade}:{CLIENT_PORT}" if masquerade else own, backend)


def _there(world: World, connection: Connection, number: int) -> list[Leg]:
    address, route = _addresses(world, connection), connection.route
    legs = [Leg(_start(connection), address.client, address.asked, "sent")]
    if route.chains:
        how = "conntrack hit" if number > 1 else " > ".join(route.chains)
        what = f"{how}: DNAT" + (" and masquerade" if address.seen_source != address.client else "")
        where = f"rules of {route.node}"
        legs.append(Leg(where, address.seen_source, address.backend, what))
    return [*legs, Leg(_end(route), address.seen_source, address.backend, "arrives")]


def _back(world: World, connection: Connection) -> list[Leg]:
    address, route = _addresses(world, connection), connection.route
    legs = [Leg(_end(route), address.backend, address.seen_source, "replies")]
    if route.chains:
        where = f"conntrack of {route.node}"
        legs.append(Leg(where, address.asked, address.client, "reverse of what was done"))
    return [*legs, Leg(_start(connection), address.asked, address.client, "arrives")]


def _start(connection: Connection) -> str:
    source = connection.client.source
    return source if isinstance(source, str) else f"pod {source.name} on {connection.client.node}"


def _end(route: Route) -> str:
    return all_hops(route)[-1]


def seen_source(world: World, connection: Connection) -> str:
    """The address that the process sees as its client's ("" where nothing arrives)."""
    if connection.route.backend is None:
        return ""
    return _addresses(world, connection).seen_source.partition(":")[0]
