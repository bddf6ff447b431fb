"""Steps 21 to 23: from ready pods to endpoints, each node's rules, and the first requests."""

from __future__ import annotations

from collections.abc import Iterator

from .. import traffic
from ..base.objects import Key, Obj
from ..cluster import Cluster
from ..network import iptables, kube_proxy
from ..network.netfilter import Rule
from ..network.service_state import State, state_from
from ..store import Change
from .step import Step

MANAGER = "kube-controller-manager"
SLICES = "EndpointSlices: kube-proxy reads these, and only ready addresses are served."
DIFF_MAX = 40


def in_slices(log: list[Change], pods: set[str]) -> Iterator[Step]:
    """21: the ready addresses before and after, where a pod of ``pods`` is new among them."""
    for change in _slice_changes(log, pods):
        before, after = _ready(change.previous, pods), _ready(change.object, pods)
        line = f"ready: {sorted(before) or 'none'} -> {sorted(after)}"
        yield Step(21, change.at_ms, MANAGER, str(change.key), (line,), SLICES)


def _slice_changes(log: list[Change], pods: set[str]) -> Iterator[Change]:
    for change in log:
        lives = change.key.kind == "EndpointSlice" and change.type != "DELETED"
        if lives and _ready(change.object, pods) - _ready(change.previous, pods):
            yield change


def _ready(slice_: Obj | None, pods: set[str]) -> set[str]:
    return {
        endpoint["targetRef"]["name"]
        for endpoint in (slice_ or {}).get("endpoints") or ()
        if endpoint["conditions"].get("ready") and endpoint["targetRef"]["name"] in pods
    }


def in_rules(cluster: Cluster, log: list[Change], pods: set[str]) -> Iterator[Step]:
    """22: what each node's rules gained and lost, when its kube-proxy had synced them."""
    for change in _slice_changes(log, pods):
        service = _service_of(change.object)
        obj = cluster.world.store.get(service)
        before, after = (state_from(obj, it) for it in _slices_around(cluster, log, change))
        noted_ms = change.at_ms + kube_proxy.KubeProxy.lag_ms
        for node in cluster.list("Node"):
            name = node["metadata"]["name"]
            at_ms = kube_proxy.synced_ms(cluster.world, name, service, noted_ms)
            if at_ms > cluster.now_ms:
                continue
            place = iptables.place_of(cluster.world, name)
            old, new = (
                iptables.service_rules(it, service, place) if it else () for it in (before, after)
            )
            lines = tuple(iptables.changed(old, new)[:DIFF_MAX])
            yield Step(22, at_ms, f"kube-proxy of {name}", str(service), lines)


def _rules(state: State | None, service: Key, place: iptables.Place) -> tuple[Rule, ...]:
    return () if state is None else iptables.service_rules(state, service, place)


def _service_of(slice_: Obj) -> Key:
    metadata = slice_["metadata"]
    return Key("Service", metadata["namespace"], metadata["labels"]["kubernetes.io/service-name"])


def _slices_around(
    cluster: Cluster, log: list[Change], change: Change
) -> tuple[list[Obj], list[Obj]]:
    """The slices of a change's Service just before it, and just after: the log, undone from now."""
    service = _service_of(change.object)
    where = f"{service.namespace}/{service.name}"
    now = {
        it["metadata"]["name"]: it
        for it in cluster.world.store.by("EndpointSlice", "service", where)
    }
    for later in reversed(log):
        if later.key.kind != "EndpointSlice" or _service_of(later.object) != service:
            continue
        if later is change:
            after = dict(now)
        if later.previous is None:
            now.pop(later.key.name, None)
        else:
            now[later.key.name] = later.previous
        if later is change:
            break
    return [now[name] for name in sorted(now)], [after[name] for name in sorted(after)]


def served(cluster: Cluster, since_ms: int, namespace: str, pods: set[str]) -> Iterator[Step]:
    """23: the first request that each pod answered, and how long after the apply."""
    first: dict[str, tuple[int, str]] = {}
    for name, load in traffic.loads(cluster.world).items():
        for sample in traffic.samples(cluster.world, name, since_ms, cluster.now_ms):
            for pod, (requests, failed) in sample["by_pod"].items():
                if pod in pods and requests > failed:
                    first.setdefault(pod, (sample["t_ms"], load["url"]))
    for pod, (at_ms, url) in first.items():
        end_ms = at_ms + 1000
        line = f"GET {url}, within {(end_ms - since_ms) / 1000:g} s of the apply"
        yield Step(23, end_ms, "a client", f"Pod/{namespace}/{pod}", (line,))
