"""Steady clients. A load is a list of segments: from when on, how many requests meet what.

Between two changes (of rules, of what a process answers, of the rate) the mix of outcomes stands
still, so a load costs one reconcile a change, whatever its rate. The memory of a load is
{"url", "rps", "source", "since_ms", "segments": [[from_ms, rps, mix]], "past": {"requests",
"failed"}} and a mix is [[share, status, cause, latency_ms, pod, node, hops]]; segments of the last
hour are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..base.objects import Key, Obj
from ..control import World
from ..network.routes import CLIENT, parse_source
from ..network.send import Way, all_hops, way
from ..network.target import parse_url
from ..nodes.load import change_rate
from ..nodes.runs import OWNER as KUBELET
from .counts import total

OWNER = "traffic"
KEPT_MS = 3_600_000
SEGMENTS_MAX = 4_000
RPS_MAX = 100_000
NAMES = Key("Load", "", "")


class Traffic:
    """The actor that notes what a load's requests meet whenever that changes."""

    name = OWNER
    lag_ms = 1

    @property
    def watches(self) -> dict[str, Any]:
        return {"EndpointSlice": _all, "Service": _all, "Pod": _all, "Node": _all}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Begin a new segment where the mix is another than before."""
        memory = world.note(OWNER, key)
        if memory is None:
            return None
        found = _way(world, key, memory)
        mix = [] if found is None else _mix(found)
        last = memory["segments"][-1] if memory["segments"] else None
        if last is None or last[1:] != [memory["rps"], mix]:
            segment = [world.now_ms, memory["rps"], mix]
            kept = _prune(world, key, memory)
            world.set_note(OWNER, key, {**kept, "segments": [*kept["segments"], segment]})
        if found is None or found.until_ms is None:
            return None
        return max(1, found.until_ms - world.now_ms)


def _all(world: World, obj: Obj) -> Iterable[Key]:
    return (Key("Load", "", name) for name in world.note(OWNER, NAMES, []))


def _way(world: World, key: Key, memory: dict[str, Any]) -> Way | None:
    """Where the requests go now; the pods are told their new load first."""
    target = parse_url(memory["url"])
    if not memory["rps"]:
        _tell_pods(world, key, memory, {})
        return None
    source = parse_source(memory["source"])
    found = way(world, source, target)
    rates: dict[str, float] = {}
    for route, _ in found.branches:
        if route.backend is not None and route.backend.pod:
            pod = f"{route.backend.namespace}/{route.backend.pod}"
            rates[pod] = rates.get(pod, 0) + memory["rps"] * route.share
    return way(world, source, target) if _tell_pods(world, key, memory, rates) else found


def _tell_pods(world: World, key: Key, memory: dict[str, Any], rates: dict[str, float]) -> bool:
    """Write each pod's share of this load; whether any changed."""
    before = world.note("rates", key, {})
    if before == rates:
        return False
    world.set_note("rates", key, rates or None)
    for name in sorted({*before, *rates}):
        pod = Key("Pod", *name.split("/"))
        if world.store.get(pod) is not None:
            change_rate(world, pod, rates.get(name, 0) - before.get(name, 0))
            world.wake(KUBELET, pod)
    return True


def _mix(found: Way) -> list[list[Any]]:
    rows = []
    for route, answer in found.branches:
        pod, node = (route.backend.pod, route.backend.node) if route.backend else ("", "")
        for outcome in answer.outcomes:
            share = round(route.share * outcome.share, 9)
            latency_ms = round(answer.latency_ms, 3)
            hops = list(all_hops(route))
            rows.append([share, outcome.status, outcome.cause, latency_ms, pod, node, hops])
    return rows


def _prune(world: World, key: Key, memory: dict[str, Any]) -> dict[str, Any]:
    """The memory without the segments that ended more than an hour ago; their sums stay."""
    segments, past = memory["segments"], memory["past"]
    drop = 0
    while drop + 1 < len(segments) and (
        segments[drop + 1][0] < world.now_ms - KEPT_MS or len(segments) - drop > SEGMENTS_MAX
    ):
        requests, bad = total(world, key.name, segments[drop], segments[drop + 1][0])
        past = {"requests": past["requests"] + requests, "failed": past["failed"] + bad}
        drop += 1
    return {**memory, "segments": segments[drop:], "past": past} if drop else memory


def load(world: World, name: str, url: str, rps: float, source: str = CLIENT) -> None:
    """Start or change the load ``name``; ValueError for a bad URL or rate.

    ``source`` is where the client sits: "client", "outside", a node's name or NAMESPACE/POD.
    """
    parse_url(url)
    if not 0 < rps <= RPS_MAX:
        raise ValueError(f"rps must be above 0 and at most {RPS_MAX}")
    key = Key("Load", "", name)
    fresh = {"since_ms": world.now_ms, "segments": [], "past": {"requests": 0, "failed": 0}}
    asked = {"url": url, "rps": rps, "source": source}
    world.set_note(OWNER, key, {**world.note(OWNER, key, fresh), **asked})
    world.set_note(OWNER, NAMES, sorted({*world.note(OWNER, NAMES, []), name}))
    world.wake(OWNER, key)


def unload(world: World, name: str) -> None:
    """Stop the load ``name``; what it met stays known. ValueError where there is none."""
    key = Key("Load", "", name)
    memory = world.note(OWNER, key)
    if memory is None:
        raise ValueError(f"there is no load {name!r}")
    world.set_note(OWNER, key, {**memory, "rps": 0})
    world.wake(OWNER, key)


def wake_all(world: World) -> None:
    """Have every load look anew, after a change that no object shows."""
    for name in world.note(OWNER, NAMES, []):
        world.wake(OWNER, Key("Load", "", name), 1)


def loads(world: World) -> dict[str, Obj]:
    """The loads by name: {"url", "rps", "since_ms"} (rps 0: stopped)."""
    found = {}
    for name in world.note(OWNER, NAMES, []):
        memory = world.note(OWNER, Key("Load", "", name))
        found[name] = {field: memory[field] for field in ("url", "rps", "since_ms")}
    return found
