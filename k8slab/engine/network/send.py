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


class Branch(NamedTuple):
    """A way that ``share`` of the requests take: to a pod ("" where none), and what they meet."""

    share: float
    namespace: str
    pod: str
    node: str
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


def _refused(hops: tuple[str, ...], cause: str, until_ms: int | None = None) -> Way:
    met = Answer((Outcome(1.0, 0, cause),), 1, until_ms)
    return Way(hops, (Branch(1.0, "", "", "", met),), until_ms)


def way(world: World, source: str, target: Target) -> Way:
    """The ways of requests from node ``source`` to a target, as things stand."""
    key = resolve(world, target.host)
    found = None if key is None else world.store.get(key)
    if key is None or found is None:
        return _refused((f"DNS {target.host}",), f"no such host: {target.host}")
    if key.kind == "Pod":
        address = get_in(found, "status", "podIP", default=target.host)
        met = reach(world, key, address, target.port, target.path)
        node = found["spec"].get("nodeName", "")
        return Way((), (Branch(1.0, key.namespace, key.name, node, met),), met.until_ms)
    return _through_service(world, source, target, key, found)


def _through_service(world: World, source: str, target: Target, key: Key, service: Obj) -> Way:
    cluster_ip = service["spec"].get("clusterIP", "")
    hops: tuple[str, ...] = (f"DNS {target.host}", f"Service {key.name} {cluster_ip}:{target.port}")
    port = _service_port(service, target.port)
    if port is None:
        return _refused(hops, f"service {key.name} has no port {target.port}: connection timed out")
    found = rules(world, source, key)
    hops = (*hops, f"kube-proxy of {source}")
    target_port = found.ports.get(port.get("name") or "")
    if not found.endpoints or target_port is None:
        return _refused(hops, NO_ENDPOINTS, found.until_ms)
    share = 1 / len(found.endpoints)
    branches = []
    for endpoint in found.endpoints:
        pod = Key("Pod", endpoint.namespace, endpoint.pod)
        met = reach(world, pod, endpoint.address, target_port, target.path)
        branches.append(Branch(share, endpoint.namespace, endpoint.pod, endpoint.node, met))
    untils = [found.until_ms, *(each.answer.until_ms for each in branches)]
    return Way(hops, tuple(branches), min((at for at in untils if at is not None), default=None))


def _service_port(service: Obj, port: int) -> dict[str, Any] | None:
    for each in service["spec"].get("ports") or ():
        if each["port"] == port:
            found: dict[str, Any] = each
            return found
    return None


def send(world: World, url: str, *, source: str = OUTSIDE, number: int = 0) -> Trace:
    """Follow one request; ``number`` tells requests of the same moment apart."""
    target = parse_url(url)
    found = way(world, source, target)
    draw = world.chance("send", url, source, world.now_ms, number)
    for branch in found.branches:
        for outcome in branch.answer.outcomes:
            draw -= branch.share * outcome.share
            if draw < 0:
                return trace(found.hops, branch, outcome)
    last = found.branches[-1]
    return trace(found.hops, last, last.answer.outcomes[-1])


def trace(hops: tuple[str, ...], branch: Branch, outcome: Outcome) -> Trace:
    """The Trace of a request that took ``branch`` and met ``outcome``."""
    to_pod = (f"pod {branch.pod} on {branch.node}",) if branch.pod else ()
    return Trace(
        200 <= outcome.status < 400,
        outcome.status,
        branch.pod,
        branch.node,
        outcome.cause,
        branch.answer.latency_ms,
        (*hops, *to_pod),
    )
