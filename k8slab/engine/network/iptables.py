"""The rules that kube-proxy programs on a node, as chains and as text (iptables proxier, 1.36).

    rules(world, "node-1")          # every Rule, in order
    save(world, "node-1")           # the text of iptables-save
    of_service(world, "node-1", Key("Service", "default", "web"))

``send`` walks the same rules (``netfilter.ways``).
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from ..base.memo import by_identity
from ..base.objects import Key
from ..base.objects import labels_of as labels
from ..control import World
from .kube_proxy import services, view
from .netfilter import DNAT, DROP, MASQUERADE_CHAIN, REJECT, Rule, line
from .service_state import READY, State

CLUSTER_CIDR = "10.244.0.0/16"
LAST = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
PORTALS = "kubernetes service portals"
EXTERNAL = "kubernetes externally-visible service portals"
_REJECT = "--reject-with icmp-port-unreachable"
ZONE = "topology.kubernetes.io/zone"


class Place(NamedTuple):
    """A node, as far as rules differ by it."""

    node: str
    zone: str


class Backend(NamedTuple):
    """An endpoint of a Service's port."""

    address: str
    port: int
    node: str
    namespace: str
    pod: str


class Port(NamedTuple):
    """A Service's port with its chains and the endpoints that a node sends to."""

    name: str
    spec: dict[str, Any]
    cluster: tuple[Backend, ...]
    local: tuple[Backend, ...]

    def chain(self, kind: str) -> str:
        """``KUBE-SVC-`` (all endpoints), ``KUBE-SVL-`` (the node's own) or ``KUBE-EXT-``."""
        return f"KUBE-{kind}-{_hash(self.name + self.spec['protocol'])}"

    def endpoint_chain(self, backend: Backend) -> str:
        """The endpoint's ``KUBE-SEP-`` chain."""
        to = f"{backend.address}:{backend.port}"
        return f"KUBE-SEP-{_hash(self.name + self.spec['protocol'] + to)}"


@lru_cache(maxsize=8192)
def _hash(text: str) -> str:
    """16 letters of a chain's name."""
    return b32encode(sha256(text.encode()).digest()).decode()[:16]


def place_of(world: World, node: str) -> Place:
    """A node and its zone ("" where it says none)."""
    found = world.store.get(Key("Node", "", node))
    return Place(node, labels(found).get(ZONE, "") if found is not None else "")


def rules(world: World, node: str) -> list[Rule]:
    """Every rule that the kube-proxy of ``node`` has programmed, by table and chain."""
    found = list(_frame())
    for key in services(world):
        found += of_service(world, node, key)
    return [*found, to_node_ports()]


def of_service(world: World, node: str, key: Key) -> tuple[Rule, ...]:
    """The rules of one Service on a node, as far as they have reached it."""
    state = view(world, node, key).state
    if state is None:
        return ()
    found: tuple[Rule, ...] = service_rules(state, key, place_of(world, node))
    return found


def save(world: World, node: str) -> str:
    """What ``iptables-save`` prints on a node (kube-proxy's chains)."""
    found = rules(world, node)
    lines = []
    for table in ("filter", "nat"):
        mine = [rule for rule in found if rule.table == table]
        chains = dict.fromkeys(sorted(rule.chain for rule in mine))
        lines += [f"*{table}", *(f":{chain} {_policy(chain)} [0:0]" for chain in chains)]
        by_chain = sorted(mine, key=lambda rule: rule.chain)
        lines += [*map(line, by_chain), "COMMIT"]
    return "\n".join(lines) + "\n"


def _policy(chain: str) -> str:
    return "-" if chain.startswith("KUBE-") else "ACCEPT"


def _frame() -> Iterator[Rule]:
    """What is there without any Service."""
    for chain in ("FORWARD", "OUTPUT"):
        yield Rule("filter", chain, "KUBE-SERVICES", PORTALS)
    for chain in ("FORWARD", "INPUT"):
        yield Rule("filter", chain, "KUBE-EXTERNAL-SERVICES", EXTERNAL)
    for chain in ("OUTPUT", "PREROUTING"):
        yield Rule("nat", chain, "KUBE-SERVICES", PORTALS)
    yield Rule("nat", "POSTROUTING", "KUBE-POSTROUTING", "kubernetes postrouting rules")
    yield Rule("nat", MASQUERADE_CHAIN, "MARK", options="--set-xmark 0x4000/0x4000")
    unmarked = "-m mark ! --mark 0x4000/0x4000"
    yield Rule("nat", "KUBE-POSTROUTING", "RETURN", match=unmarked)
    yield Rule("nat", "KUBE-POSTROUTING", "MARK", options="--set-xmark 0x4000/0x0")
    snat = "kubernetes service traffic requiring SNAT"
    yield Rule("nat", "KUBE-POSTROUTING", "MASQUERADE", snat, options="--random-fully")


def to_node_ports() -> Rule:
    """The last rule of KUBE-SERVICES: what is sent to the node itself."""
    return Rule("nat", "KUBE-SERVICES", "KUBE-NODEPORTS", LAST, local="dst")


@by_identity
def service_rules(state: State, key: Key, place: Place) -> tuple[Rule, ...]:
    """The rules of a Service's state on a node."""
    return tuple(rule for port in ports(state, key, place) for rule in _port_rules(state, port))


@by_identity
def ports(state: State, key: Key, place: Place) -> list[Port]:
    """Each port with its endpoints: ready ones, or, where none is, those that still drain."""
    found = []
    for spec in state["ports"]:
        name = f"{key.namespace}/{key.name}" + (f":{spec['name']}" if spec["name"] else "")
        rows = [
            (row, Backend(row[0], numbers[spec["name"]], row[3], row[1], row[2]))
            for numbers, group in state["groups"]
            if spec["name"] in numbers
            for row in group
        ]
        own = [each for each in rows if each[1].node == place.node]
        found.append(Port(name, spec, _usable(_near(rows, place)), _usable(own)))
    return found


@by_identity
def backends(state: State, key: Key, place: Place) -> dict[str, Backend]:
    """All endpoints that a node sends to, by what DNAT writes: ``10.244.1.2:8080``."""
    return {
        f"{backend.address}:{backend.port}": backend
        for port in ports(state, key, place)
        for backend in (*port.cluster, *port.local)
    }


def _usable(rows: list[tuple[list[Any], Backend]]) -> tuple[Backend, ...]:
    ready = [backend for row, backend in rows if row[4] == READY]
    return tuple(ready or (backend for _, backend in rows))


def _near(rows: list[tuple[list[Any], Backend]], place: Place) -> list[tuple[list[Any], Backend]]:
    """The endpoints that are hinted at for this node or zone; all, where hints lack."""
    ready = [each for each in rows if each[0][4] == READY]
    for column, mine in ((6, place.node), (5, place.zone)):
        if ready and mine and all(row[column] for row, _ in ready):
            near = [each for each in ready if mine in each[0][column]]
            if near:
                return near
    return rows


def _port_rules(state: State, port: Port) -> Iterator[Rule]:
    """All that one port needs."""
    yield from _entrances(state, port)
    clustered = bool(port.cluster)
    local_only = "Local" in (
        state["internal"],
        state["policy"] if _is_external(state, port) else "",
    )
    if clustered and _is_external(state, port):
        yield from _external_chain(state, port)
    if clustered and (state["internal"] != "Local" or _is_external(state, port)):
        yield _mark(state, port, "SVC")
        yield from _spread(state, port, "SVC", port.cluster)
    if port.local and local_only:
        if state["internal"] == "Local":
            yield _mark(state, port, "SVL")
        yield from _spread(state, port, "SVL", port.local)
    used = (*port.cluster, *port.local) if local_only else port.cluster
    for backend in dict.fromkeys(used):
        yield from _endpoint(state, port, backend)


def _is_external(state: State, port: Port) -> bool:
    return bool(state["external"] or port.spec["node_port"])


def _entrances(state: State, port: Port) -> Iterator[Rule]:
    """From KUBE-SERVICES and KUBE-NODEPORTS into the port's chains, or a refusal."""
    protocol, number = port.spec["protocol"], port.spec["port"]
    why = _refusal(port, state["internal"])
    to: dict[str, Any] = {"destination": state["ip"], "protocol": protocol, "port": number}
    if why:
        yield _refuse("KUBE-SERVICES", port.name, why, **to)
    else:
        chain = port.chain("SVL" if state["internal"] == "Local" else "SVC")
        yield Rule("nat", "KUBE-SERVICES", chain, f"{port.name} cluster IP", **to)
    why = _refusal(port, state["policy"])
    for address in state["external"]:
        to = {**to, "destination": address}
        if port.cluster:
            comment = f"{port.name} loadbalancer IP"
            yield Rule("nat", "KUBE-SERVICES", port.chain("EXT"), comment, **to)
        if why:
            yield _refuse("KUBE-EXTERNAL-SERVICES", port.name, why, **to)
    if port.spec["node_port"]:
        to = {"protocol": protocol, "port": port.spec["node_port"]}
        if port.cluster:
            yield Rule("nat", "KUBE-NODEPORTS", port.chain("EXT"), port.name, **to)
        if why:
            yield _refuse("KUBE-EXTERNAL-SERVICES", port.name, why, local="dst", **to)


def _refusal(port: Port, policy: str) -> str:
    if not port.cluster:
        return "has no endpoints"
    return "has no local endpoints" if policy == "Local" and not port.local else ""


def _refuse(chain: str, name: str, why: str, **to: Any) -> Rule:
    comment = f"{name} {why}"
    if why == "has no endpoints":
        return Rule("filter", chain, REJECT, comment, options=_REJECT, **to)
    return Rule("filter", chain, DROP, comment, **to)


def _external_chain(state: State, port: Port) -> Iterator[Rule]:
    """KUBE-EXT: what comes from outside; Local keeps its address and stays on the node."""
    chain, service, what = (
        port.chain("EXT"),
        port.chain("SVC"),
        f"{port.name} external destinations",
    )
    if state["policy"] != "Local":
        yield Rule("nat", chain, MASQUERADE_CHAIN, f"masquerade traffic for {what}")
        yield Rule("nat", chain, service)
        return
    yield Rule("nat", chain, service, f"pod traffic for {what}", source=CLUSTER_CIDR)
    comment = f"masquerade LOCAL traffic for {what}"
    yield Rule("nat", chain, MASQUERADE_CHAIN, comment, local="src")
    yield Rule("nat", chain, service, f"route LOCAL traffic for {what}", local="src")
    if port.local:
        yield Rule("nat", chain, port.chain("SVL"))


def _mark(state: State, port: Port, kind: str) -> Rule:
    """What comes to the cluster IP from outside of the pod network is masqueraded."""
    return Rule(
        "nat",
        port.chain(kind),
        MASQUERADE_CHAIN,
        f"{port.name} cluster IP",
        source=f"!{CLUSTER_CIDR}",
        destination=state["ip"],
        protocol=port.spec["protocol"],
        port=port.spec["port"],
    )


def _spread(state: State, port: Port, kind: str, backends: tuple[Backend, ...]) -> Iterator[Rule]:
    """To one of the endpoints: a client's last with affinity, else each with the same chance."""
    chain = port.chain(kind)
    named = [(port.endpoint_chain(each), each) for each in backends]
    if state["affinity_s"]:
        for jump, each in named:
            comment = f"{port.name} -> {each.address}:{each.port}"
            sticky = {"sticky": jump, "sticky_s": state["affinity_s"]}
            yield Rule("nat", chain, jump, comment, **sticky)
    for left, (jump, each) in zip(range(len(named), 0, -1), named, strict=True):
        comment = f"{port.name} -> {each.address}:{each.port}"
        yield Rule("nat", chain, jump, comment, probability=1 / left if left > 1 else 0)


def _endpoint(state: State, port: Port, backend: Backend) -> Iterator[Rule]:
    """KUBE-SEP: the destination becomes the pod's; who asks himself is masqueraded."""
    chain = port.endpoint_chain(backend)
    yield Rule("nat", chain, MASQUERADE_CHAIN, port.name, source=backend.address)
    to = {"protocol": port.spec["protocol"], "to": f"{backend.address}:{backend.port}"}
    remember = chain if state["affinity_s"] else ""
    yield Rule("nat", chain, DNAT, port.name, remember=remember, **to)


def changed(before: Iterable[Rule], after: Iterable[Rule]) -> list[str]:
    """What a sync changed: lines with "-" for what is gone, and "+" for what is new."""
    old, new = list(before), list(after)
    was, now = set(old), set(new)
    gone = [f"- {line(rule)}" for rule in old if rule not in now]
    return gone + [f"+ {line(rule)}" for rule in new if rule not in was]
