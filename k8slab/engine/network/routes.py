"""Where a connection may go: from a source, by a node's rules, to an endpoint or a refusal.

A source is where a client sits: a pod's Key, the name of a node, CLIENT (a machine in the cluster's
network with rules of its own, which stands for any pod) or OUTSIDE (the internet).
"""

from __future__ import annotations

from typing import NamedTuple

from ..base.objects import Key, Obj, get_in
from ..base.pods import node_of
from ..control import World
from ..nodes.addresses import holder, node_address
from ..nodes.machine import is_reachable
from ..nodes.runs import listening
from .iptables import Backend, Place, backends, place_of, ports, service_rules, to_node_ports
from .kube_proxy import services_at, view
from .netfilter import ACCEPT, DROP, REJECT, Packet, Rule, Verdict, ways
from .reach import INTERNET
from .service_state import State

CLIENT, OUTSIDE = "client", "outside"
CLIENT_IP, OUTSIDE_IP = "192.168.50.3", "198.51.100.7"
NO_ENDPOINTS = "no endpoints: connection refused by kube-proxy REJECT"
NO_LOCAL = "no endpoints on {}: dropped by kube-proxy: connection timed out"
Source = Key | str


class Client(NamedTuple):
    """A source with what matters of it: its address, the node whose rules it meets."""

    source: Source
    address: str
    node: str
    namespace: str
    in_pod: bool


class Route(NamedTuple):
    """A way that ``share`` of the connections to ``asked`` (an address) take.

    ``node`` is the one whose rules decide ("" for none), ``chains`` their chains, ``backend`` the
    address behind them; ``refusal`` says why there is none, ``at_once`` that the client is told so
    (else it waits in vain). ``hops`` are for people.
    """

    share: float
    hops: tuple[str, ...]
    node: str
    chains: tuple[str, ...]
    backend: Backend | None
    masquerade: bool
    refusal: str
    at_once: bool
    asked: str = ""


class Destination(NamedTuple):
    """What a connection is opened to."""

    address: str
    port: int
    protocol: str = "tcp"


class Arrival(NamedTuple):
    """A connection at the node whose rules it meets, and the Services that may have its address.

    ``behind`` has their endpoints by address and port.
    """

    place: Place
    packet: Packet
    services: dict[Key, State]
    behind: dict[str, Backend]
    hops: tuple[str, ...]


class Routes(NamedTuple):
    """All routes, and until when they stay so."""

    routes: tuple[Route, ...]
    until_ms: int | None


def parse_source(text: str) -> Source:
    """A source as commands say it: NAMESPACE/POD, else what it is."""
    namespace, slash, pod = text.partition("/")
    return Key("Pod", namespace, pod) if slash else text


def client_of(world: World, source: Source) -> Client:
    """The client at a source."""
    if isinstance(source, Key):
        pod = world.store.get(source) or {}
        address = get_in(pod, "status", "podIP", default="") or CLIENT_IP
        node = node_of(pod) if pod else ""
        in_pod = not get_in(pod, "spec", "hostNetwork", default=False)
        return Client(source, address, node, source.namespace, in_pod)
    if source == OUTSIDE:
        return Client(source, OUTSIDE_IP, "", "default", False)
    address = node_address(world, source) or CLIENT_IP
    return Client(source, address, source, "default", False)


def routes(world: World, client: Client, to: Destination) -> Routes:
    """Where connections from a client to an address and port may go."""
    node = _node_with(world, to.address)
    if client.source in (CLIENT, OUTSIDE) and _is_balanced(world, to.address):
        return _through_balancer(world, client, to)
    if node and node != client.node:
        return _at_node(world, client, node, to)
    if client.source == OUTSIDE and not to.address.startswith(INTERNET):
        why = f"{to.address} is no address of the internet: connection timed out"
        return Routes((_refused(why),), None)
    return _at_node(world, client, client.node, to)


def _node_with(world: World, address: str) -> str:
    for node in world.store.by("Node", "address", address):
        return str(node["metadata"]["name"])
    return ""


def _is_balanced(world: World, address: str) -> bool:
    """Whether the address is a cloud load balancer's, which sends to the nodes."""
    return any(
        ingress.get("ip") == address
        for key in services_at(world, address)
        for ingress in get_in(
            world.store.get(key) or {}, "status", "loadBalancer", "ingress", default=[]
        )
    )


def _through_balancer(world: World, client: Client, to: Destination) -> Routes:
    """A cloud load balancer sends to each healthy node alike.

    With policy Local that are those whose health check says that they have an endpoint.
    """
    key = services_at(world, to.address)[0]
    hop = f"load balancer {to.address}:{to.port}"
    nodes = [node["metadata"]["name"] for node in world.store.list("Node")]
    healthy = [node for node in nodes if _passes_health_check(world, node, key)]
    until = [view(world, node, key).until_ms for node in nodes]
    found: list[Route] = []
    for node in healthy:
        some = _at_node(world, client, node, to, 1 / len(healthy), (hop, f"node {node}"))
        found += some.routes
        until.append(some.until_ms)
    if not healthy:
        refused = _refused("load balancer has no healthy node: connection timed out")
        found = [refused._replace(hops=(hop,))]
    return Routes(tuple(found), min((it for it in until if it is not None), default=None))


def _passes_health_check(world: World, node: str, key: Key) -> bool:
    state = view(world, node, key).state
    if state is None or not is_reachable(world, node):
        return False
    local = any(each.local for each in ports(state, key, place_of(world, node)))
    return state["policy"] != "Local" or local


def _at_node(
    world: World,
    client: Client,
    node: str,
    to: Destination,
    share: float = 1.0,
    hops: tuple[str, ...] = (),
) -> Routes:
    """What the rules of one node do with the connections that come to it."""
    mine = bool(node) and to.address == node_address(world, node)
    if mine and not is_reachable(world, node):
        return Routes((_refused(f"{node} is down: connection timed out"),), None)
    at_port = services_at(world, f":{to.port}") if mine else []
    place = place_of(world, node)
    views = {key: view(world, node, key) for key in [*services_at(world, to.address), *at_port]}
    states = {key: each.state for key, each in views.items() if each.state is not None}
    rules = [rule for key, state in states.items() for rule in service_rules(state, key, place)]
    from_node = client.node == node and not client.in_pod
    packet = Packet(client.address, *to, from_node=from_node, to_node=mine)
    packet = packet._replace(sticky=_sticky(world, rules, packet))
    hops = (*hops, *_hops(list(views), node, to, mine))
    behind: dict[str, Backend] = {}
    for key, state in states.items():
        behind |= backends(state, key, place)
    arrival = Arrival(place, packet, states, behind, hops)
    verdicts = ways([*rules, to_node_ports()], packet)
    found = tuple(_route(world, arrival, verdict, share) for verdict in verdicts)
    until = (each.until_ms for each in views.values() if each.until_ms is not None)
    return Routes(found, min(until, default=None))


def _hops(keys: list[Key], node: str, to: Destination, mine: bool) -> tuple[str, ...]:
    """Words for the way: the Service or the node's port, and whose rules they are."""
    if not keys:
        return ()
    port = f"{to.address}:{to.port}"
    first = f"node {node} {port}" if mine else f"Service {keys[0].name} {port}"
    return first, f"kube-proxy of {node}"


def _route(world: World, arrival: Arrival, verdict: Verdict, share: float) -> Route:
    share *= verdict.share
    node, hops = arrival.place.node, arrival.hops
    route = Route(share, hops, node, verdict.chains, None, verdict.masquerade, "", False)
    if verdict.target == REJECT:
        return route._replace(refusal=NO_ENDPOINTS, at_once=True)
    if verdict.target == DROP:
        return route._replace(refusal=NO_LOCAL.format(node))
    if verdict.target == ACCEPT:
        return _direct(world, route, arrival)
    return route._replace(backend=_named(world, arrival.behind[verdict.to]))


def _direct(world: World, route: Route, arrival: Arrival) -> Route:
    """No rule takes it: it goes to whoever has the address."""
    address, port = arrival.packet.destination, arrival.packet.port
    if arrival.services and not arrival.packet.to_node:
        name = next(iter(arrival.services)).name
        return route._replace(refusal=f"service {name} has no port {port}: connection timed out")
    backend = _named(world, Backend(address, port, "", "", ""))
    if not backend.pod and arrival.packet.to_node:
        backend = _host_pod(world, arrival) or backend
    return route._replace(hops=(), node="", chains=(), backend=backend)


def _named(world: World, backend: Backend) -> Backend:
    """The backend with the pod that has its address, if nobody said which it is."""
    key = None if backend.pod else holder(world, backend.address)
    pod = None if key is None else world.store.get(key)
    return backend if pod is None else _of_pod(pod, backend.address, backend.port)


def _of_pod(pod: Obj, address: str, port: int) -> Backend:
    metadata = pod["metadata"]
    return Backend(address, port, node_of(pod), metadata["namespace"], metadata["name"])


def _host_pod(world: World, arrival: Arrival) -> Backend | None:
    """The pod in the node's own network that listens on the port, if there is one."""
    port = arrival.packet.port
    for pod in world.store.by("Pod", "node", arrival.place.node):
        if pod["spec"].get("hostNetwork"):
            run = listening(world, pod, port)
            if run is not None and port in run.image.ports:
                return _of_pod(pod, arrival.packet.destination, port)
    return None


def _sticky(world: World, rules: list[Rule], packet: Packet) -> str:
    """The endpoint that a client with affinity is at: the same while that endpoint is there.

    Drawn for each endpoint by itself: none moves when another goes; a new one gets its share.
    """
    chains = dict.fromkeys(rule.sticky for rule in rules if rule.sticky)
    return max(chains, key=lambda it: world.chance("affinity", packet.source, it), default="")


def _refused(why: str) -> Route:
    return Route(1.0, (), "", (), None, False, why, False)
