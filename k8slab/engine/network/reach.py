"""What a request meets at one pod, and why."""

from __future__ import annotations

from ..apps import Answer, Outcome, Request, answer
from ..base.objects import Key
from ..base.pods import node_of
from ..control import World
from ..nodes.machine import is_reachable
from ..nodes.runs import listening, memory

API_PORT = 6443
INTERNET = "203.0.113."
"""Where all hosts of the internet are (RFC 5737)."""
TIMEOUT_MS = 3_000  # how long the clients of this cluster wait for a connection


def reach(world: World, pod_key: Key, address: str, port: int, path: str) -> Answer:
    """The answers of the pod at ``address``; causes name pod and node."""
    pod = world.store.get(pod_key)
    known = memory(world, pod) if pod is not None else {}
    if pod is None or known.get("ip") != address:
        return _never(f"pod {pod_key.name} is gone: no route to host", TIMEOUT_MS)
    node = node_of(pod)
    if not is_reachable(world, node):
        return _never(f"{node} is down: connection timed out", TIMEOUT_MS)
    where = f"pod {pod_key.name} on {node}"
    run = listening(world, pod, port)
    if run is None:
        return _never(f"{where}: container is not running: connection refused", 1)
    met = answer(run, Request(port, path))
    ends_ms = _drained_ms(run.term_ms, run.image.term.get("drains", 0))
    until = [at for at in (met.until_ms, ends_ms) if at is not None and at > world.now_ms]
    outcomes = tuple(
        each._replace(cause=f"{where}: {each.cause}") if each.cause else each
        for each in met.outcomes
    )
    return Answer(outcomes, met.latency_ms, min(until, default=None))


def reach_host(world: World, address: str, port: int) -> Answer:
    """The answers of what is no pod: the API server, a node, a host of the internet."""
    if address in _api_servers(world) and port == API_PORT:
        cause = "the API server wants a token: 401 Unauthorized"
        return Answer((Outcome(1.0, 401, cause),), 2, None)
    if address.startswith(INTERNET):
        return Answer((Outcome(1.0, 200),), 40, None)
    for node in world.store.by("Node", "address", address):
        name = node["metadata"]["name"]
        if is_reachable(world, name):
            return _never(f"nothing on {name} listens on {port}: connection refused", 1)
    return _never(f"nobody has {address}: no route to host", TIMEOUT_MS)


def _api_servers(world: World) -> list[str]:
    slice_ = world.store.get(Key("EndpointSlice", "default", "kubernetes")) or {}
    return [each["addresses"][0] for each in slice_.get("endpoints") or ()]


def _never(cause: str, latency_ms: float) -> Answer:
    return Answer((Outcome(1.0, 0, cause),), latency_ms, None)


def _drained_ms(term_ms: int | None, drains_s: float) -> int | None:
    return None if term_ms is None else term_ms + round(drains_s * 1000)
