"""One request, hop by hop: name, Service, the rules that it meets, pod, process.

    send(world, "http://web.default/", source=Key("Pod", "shop", "client"))   # a Trace
    connection = connect(world, url, source=...)     # keep-alive: all requests go to one pod
    ask(world, connection, "/again")

Sources are those of ``routes``: a pod's Key, a node's name, CLIENT or OUTSIDE.
"""

from __future__ import annotations

from typing import NamedTuple

from ..apps import Answer, Outcome
from ..base.objects import Key
from ..control import World
from . import dns
from .iptables import Backend
from .reach import TIMEOUT_MS, reach, reach_host
from .routes import CLIENT, OUTSIDE, Client, Destination, Route, Source, client_of, routes
from .target import Target, parse_url


class Plan(NamedTuple):
    """The routes of connections to a target, and until when they stay so."""

    client: Client
    routes: tuple[Route, ...]
    until_ms: int | None


class Branch(NamedTuple):
    """A route with what requests meet at its end."""

    route: Route
    answer: Answer


class Way(NamedTuple):
    """All branches of a target, and until when that stays so."""

    branches: tuple[Branch, ...]
    until_ms: int | None


class Trace(NamedTuple):
    """The way of one request and its verdict."""

    ok: bool
    status: int
    pod: str
    node: str
    cause: str
    latency_ms: float
    hops: tuple[str, ...]


class Connection(NamedTuple):
    """An open connection: conntrack keeps to its route, whatever becomes of the rules."""

    target: Target
    client: Client
    route: Route
    draw: float


def plan(world: World, source: Source, target: Target) -> Plan:
    """Where connections from a source to a target go, as things stand."""
    client = client_of(world, source)
    hops = () if dns.is_address(target.host) else (f"DNS {target.host}",)
    addresses, refusal = _resolved(world, client, target.host)
    if refusal:
        at_once = not refusal.endswith(dns.NO_SERVERS)
        refused = Route(1.0, hops, "", (), None, False, refusal, at_once)
        return Plan(client, (refused,), None)
    found: list[Route] = []
    until: list[int] = []
    for address in addresses:
        some = routes(world, client, Destination(address, target.port, target.protocol))
        until += [] if some.until_ms is None else [some.until_ms]
        for route in some.routes:
            share = route.share / len(addresses)
            hopped = (*hops, *route.hops)
            found.append(route._replace(share=share, hops=hopped, asked=address))
    return Plan(client, tuple(found), min(until, default=None))


def _resolved(world: World, client: Client, host: str) -> tuple[tuple[str, ...], str]:
    """The addresses of a host, or why there are none."""
    if isinstance(client.source, Key) and not client.node:
        return (), f"there is no pod {client.source.name} that could ask"
    if client.source == OUTSIDE and not dns.is_address(host):
        query = dns.ask(world, "", f"{host}.")
        found = tuple(each.value for each in query.records)
        return found, "" if found else f"no such host: {host}"
    whose = client.source if isinstance(client.source, Key) else client.namespace
    answer = dns.resolve(world, whose, host)
    if answer.rcode == dns.TIMEOUT:
        return (), f"DNS {host}: {dns.NO_SERVERS}"
    return answer.addresses, "" if answer.addresses else f"no such host: {host}"


def met_by(world: World, route: Route, path: str) -> Answer:
    """What requests meet at the end of a route."""
    backend = route.backend
    if backend is None:
        latency_ms = 1 if route.at_once else TIMEOUT_MS
        return Answer((Outcome(1.0, 0, route.refusal),), latency_ms, None)
    if not backend.pod:
        return reach_host(world, backend.address, backend.port)
    return reach(world, pod_of(backend), backend.address, backend.port, path)


def pod_of(backend: Backend) -> Key:
    """The pod behind a backend."""
    return Key("Pod", backend.namespace, backend.pod)


def way(world: World, source: Source, target: Target) -> Way:
    """All the ways of requests from a source to a target, and what they meet."""

    def worked_out() -> tuple[Way, int | None]:
        found = _way(world, source, target)
        return found, found.until_ms

    return world.once(("way", source, target), worked_out)


def _way(world: World, source: Source, target: Target) -> Way:
    planned = plan(world, source, target)
    branches = tuple(Branch(each, met_by(world, each, target.path)) for each in planned.routes)
    untils = [planned.until_ms, *(each.answer.until_ms for each in branches)]
    return Way(branches, min((at for at in untils if at is not None), default=None))


def connect(world: World, url: str, *, source: Source = CLIENT, number: int = 0) -> Connection:
    """Open a connection; ``number`` tells those of the same moment apart."""
    target = parse_url(url)
    planned = plan(world, source, target)
    draw = _draw(world, url, source, number)
    for route in planned.routes:
        if draw < route.share:
            return Connection(target, planned.client, route, draw / route.share)
        draw -= route.share
    return Connection(target, planned.client, planned.routes[-1], 0.0)


def _draw(world: World, url: str, source: Source, number: int) -> float:
    whence = source if isinstance(source, str) else "/".join(source)
    return world.chance("send", url, whence, world.now_ms, number)


def ask(world: World, connection: Connection, path: str | None = None) -> Trace:
    """One request over an open connection."""
    route = connection.route
    met = met_by(world, route, connection.target.path if path is None else path)
    return _trace(route, met, connection.draw)


def _trace(route: Route, met: Answer, draw: float) -> Trace:
    outcome = _drawn(met, draw)
    pod, node = (route.backend.pod, route.backend.node) if route.backend else ("", "")
    good = 200 <= outcome.status < 400
    return Trace(good, outcome.status, pod, node, outcome.cause, met.latency_ms, all_hops(route))


def send(world: World, url: str, *, source: Source = CLIENT, number: int = 0) -> Trace:
    """Follow one request over a connection of its own."""
    target = parse_url(url)
    draw = _draw(world, url, source, number)
    branches = way(world, source, target).branches
    for branch in branches:
        if draw < branch.route.share:
            return _trace(branch.route, branch.answer, draw / branch.route.share)
        draw -= branch.route.share
    return _trace(branches[-1].route, branches[-1].answer, 0.0)


def _drawn(met: Answer, draw: float) -> Outcome:
    for outcome in met.outcomes:
        draw -= outcome.share
        if draw < 0:
            return outcome
    return met.outcomes[-1]


def all_hops(route: Route) -> tuple[str, ...]:
    """The hops of a route with the last: ``pod web-x on node-2``, or a host's address."""
    backend = route.backend
    if backend is None:
        return route.hops
    last = f"pod {backend.pod} on {backend.node}" if backend.pod else f"host {backend.address}"
    return (*route.hops, last)
