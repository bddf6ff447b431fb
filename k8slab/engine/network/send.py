"""One request, hop by hop: name, Service, the source node's rules, pod, process."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..apps import Answer, Outcome
from ..base.objects import Key, Obj, get_in
from ..control import World
from .kube_proxy import rules
from .reach import reach
from .target import Target, parse_url, resolve

OUTSIDE = "client"  # a client that is on no node of the cluster, with rules of its own
NO_ENDPOINTS = "no endpoints: connection refused by kube-proxy REJECT"


class Backend(NamedTuple):
    """A pod that a request may go to, with the address and port at which it is asked."""

    pod: Key
    node: str
    address: str
    port: int


class Plan(NamedTuple):
    """Where requests may go, each backend as likely as the others; ``refusal`` where nowhere."""

    hops: tuple[str, ...]
    backends: tuple[Backend, ...]
    refusal: str
    until_ms: int | None


class Branch(NamedTuple):
    """A way that ``share`` of the requests take (``backend`` None: refused), and what they meet."""

    share: float
    backend: Backend | None
    answer: Answer


class Way(NamedTuple):
    """All branches of a target, the hops before they part, and until when that stays so."""

    hops: tuple[str, ...]
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


def _refused(cause: str) -> Answer:
    return Answer((Outcome(1.0, 0, cause),), 1, None)


def plan(world: World, source: str, target: Target) -> Plan:
    """Where requests from node ``source`` to a target go, as things stand."""
    key = resolve(world, target.host)
    found = None if key is None else world.store.get(key)
    if key is None or found is None:
        return Plan((f"DNS {target.host}",), (), f"no such host: {target.host}", None)
    if key.kind == "Pod":
        address = get_in(found, "status", "podIP", default=target.host)
        backend = Backend(key, found["spec"].get("nodeName", ""), address, target.port)
        return Plan((), (backend,), "", None)
    return _through_service(world, source, target, key, found)


def _through_service(world: World, source: str, target: Target, key: Key, service: Obj) -> Plan:
    cluster_ip = service["spec"].get("clusterIP", "")
    hops: tuple[str, ...] = (
        f"DNS {target.host}",
        f"Service {key.name} {cluster_ip}:{target.port}",
    )
    port = _service_port(service, target.port)
    if port is None:
        refusal = f"service {key.name} has no port {target.port}: connection timed out"
        return Plan(hops, (), refusal, None)
    found = rules(world, source, key)
    hops = (*hops, f"kube-proxy of {source}")
    target_port = found.ports.get(port.get("name") or "")
    if not found.endpoints or target_port is None:
        return Plan(hops, (), NO_ENDPOINTS, found.until_ms)
    backends = tuple(
        Backend(Key("Pod", each.namespace, each.pod), each.node, each.address, target_port)
        for each in found.endpoints
    )
    return Plan(hops, backends, "", found.until_ms)


def _ask(world: World, backend: Backend, path: str) -> Answer:
    return reach(world, backend.pod, backend.address, backend.port, path)


def way(world: World, source: str, target: Target) -> Way:
    """All the ways of requests from node ``source`` to a target, and what they meet."""
    planned = plan(world, source, target)
    if not planned.backends:
        branch = Branch(1.0, None, _refused(planned.refusal))
        return Way(planned.hops, (branch,), planned.until_ms)
    share = 1 / len(planned.backends)
    branches = tuple(
        Branch(share, backend, _ask(world, backend, target.path)) for backend in planned.backends
    )
    untils = [planned.until_ms, *(each.answer.until_ms for each in branches)]
    until_ms = min((at for at in untils if at is not None), default=None)
    return Way(planned.hops, branches, until_ms)


def _service_port(service: Obj, port: int) -> dict[str, Any] | None:
    for each in service["spec"].get("ports") or ():
        if each["port"] == port:
            found: dict[str, Any] = each
            return found
    return None


def send(world: World, url: str, *, source: str = OUTSIDE, number: int = 0) -> Trace:
    """Follow one request; ``number`` tells requests of the same moment apart."""
    target = parse_url(url)
    planned = plan(world, source, target)
    if not planned.backends:
        return Trace(False, 0, "", "", planned.refusal, 1, planned.hops)
    draw = world.chance("send", url, source, world.now_ms, number) * len(planned.backends)
    backend = planned.backends[int(draw)]
    met = _ask(world, backend, target.path)
    outcome = _drawn(met, draw % 1)
    hops = (*planned.hops, hop_of(backend))
    good = 200 <= outcome.status < 400
    where = backend.pod.name, backend.node
    return Trace(good, outcome.status, *where, outcome.cause, met.latency_ms, hops)


def _drawn(met: Answer, draw: float) -> Outcome:
    for outcome in met.outcomes:
        draw -= outcome.share
        if draw < 0:
            return outcome
    return met.outcomes[-1]


def hop_of(backend: Backend) -> str:
    """The last hop: ``pod web-x on node-2``."""
    return f"pod {backend.pod.name} on {backend.node}"
