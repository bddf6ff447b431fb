"""Steps 9 to 23: what a Deployment's write set off, from the log of changes and their causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .. import traffic
from ..base.conditions import condition_of
from ..base.objects import Key, Obj, controller_of
from ..base.pods import node_of
from ..cluster import Cluster
from ..network import kube_proxy
from ..scheduler.decision import decision_on, totals
from ..store import Change
from .step import Step

MANAGER = "kube-controller-manager"
BINDING = "The scheduler posts a Binding; the API server writes the node's name."
SANDBOX = "First the sandbox with its network, and the volumes; init containers before the others."
SLICES = "EndpointSlices: kube-proxy reads these, and only ready addresses are served."
PULLS = ("Pulling", "Pulled", "Failed", "BackOff")


def afterwards(cluster: Cluster, request: Obj, since: int) -> list[Step]:
    """The steps that followed the write after version ``since``, so far."""
    if request["kind"] != "Deployment":
        return []
    log = list(cluster.changes(since=since))
    home = (request["namespace"], request["name"])
    sets = [it for it in log if it.key.kind == "ReplicaSet" and _owner(it.object) == home]
    names = {it.key.name for it in sets}
    born = [
        it
        for it in log
        if it.type == "ADDED" and it.key.kind == "Pod" and _owner(it.object)[1] in names
    ]
    steps = [*_controllers(log, home, names, born)]
    for pod in born:
        steps += _life(cluster, log, pod)
    mine = {it.key.name for it in born}
    return [*steps, *_network(cluster, log, mine), *_served(cluster, home[0], mine)]


def _owner(obj: Obj) -> tuple[str, str]:
    owner = controller_of(obj)
    return obj["metadata"].get("namespace", ""), owner["name"] if owner else ""


def _controllers(
    log: list[Change], home: tuple[str, str], names: set[str], born: list[Change]
) -> Iterator[Step]:
    """Who was told, and what they made: the causes of the changes are the reconciles."""
    told: set[tuple[str, int]] = set()
    for change in log:
        reason = change.cause
        if reason is None or (reason.actor, reason.number) in told:
            continue
        key = reason.key
        if reason.actor == "deployment" and (key.namespace, key.name) == home:
            number = 9
        elif reason.actor == "replicaset" and key.namespace == home[0] and key.name in names:
            number = 11
        else:
            continue
        told.add((reason.actor, reason.number))
        lines = [f"queue key {key.namespace}/{key.name}", *_compared(reason)]
        yield Step(number, reason.at_ms, MANAGER, str(key), tuple(lines))
    for change in log:
        if change.type == "ADDED" and change.key.kind == "ReplicaSet" and change.key.name in names:
            owner = f"ownerReference Deployment {home[1]}"
            yield Step(10, change.at_ms, MANAGER, str(change.key), (owner,))
    for change in born:
        line = f"ownerReference ReplicaSet {_owner(change.object)[1]}, no nodeName"
        yield Step(12, change.at_ms, MANAGER, str(change.key), (line,))


def _compared(reason: Any) -> Iterable[str]:
    return (f"{what}: want {want}, have {have}" for what, want, have in reason.compared)


def _life(cluster: Cluster, log: list[Change], born: Change) -> Iterator[Step]:
    """One pod, from the scheduler to ready."""
    key, name = born.key, str(born.key)
    changes = [it for it in log if it.key == key and it.type != "ADDED"]
    attempts = {it.cause.number: it for it in changes if it.cause and it.cause.actor == "scheduler"}
    for change in attempts.values():
        yield Step(13, change.at_ms, "kube-scheduler", name, ("nodeName is empty",))
        yield Step(14, change.at_ms, "kube-scheduler", name, tuple(_decision(cluster, key)))
    bound = next((it for it in changes if node_of(it.object)), None)
    if bound is None:
        return
    node = node_of(bound.object)
    yield Step(15, bound.at_ms, "kube-scheduler", name, (f'nodeName: "" -> "{node}"',), BINDING)
    kubelet = f"kubelet of {node}"
    seen = next((it for it in changes if it.cause and it.cause.actor == "kubelet"), None)
    if seen is None:
        return
    yield Step(16, seen.at_ms, kubelet, name, (f"pods of {node} only",))
    yield from _events(cluster, log, key, kubelet)
    yield from _probes(changes, key, kubelet)


def _decision(cluster: Cluster, pod: Key) -> Iterator[str]:
    decision = decision_on(cluster.world, pod)
    if decision is None:
        return
    for node, texts in decision["filters"].items():
        yield f"{node}: dropped, {', '.join(texts)}"
    for node, total in totals(decision).items():
        yield f"{node}: {total}" + (" (chosen)" if node == decision["chosen"] else "")


def _events(cluster: Cluster, log: list[Change], pod: Key, kubelet: str) -> Iterator[Step]:
    """What the kubelet told of the image and of the containers."""
    for change in log:
        event = change.object
        if change.key.kind != "Event" or change.type == "DELETED":
            continue
        on = event["involvedObject"]
        if (on["kind"], on.get("namespace"), on["name"]) != tuple(pod):
            continue
        if event["reason"] in PULLS:
            yield Step(17, change.at_ms, kubelet, str(pod), (event["message"],))
        elif event["reason"] in ("Created", "Started"):
            yield Step(18, change.at_ms, kubelet, str(pod), (event["message"],), SANDBOX)


def _probes(changes: list[Change], pod: Key, kubelet: str) -> Iterator[Step]:
    spec = changes[-1].object["spec"]
    running = [it for it in changes if _all(it.object, "started")]
    if running:
        probe = any("startupProbe" in container for container in spec["containers"])
        line = "passed" if probe else "no startup probe"
        yield Step(19, running[0].at_ms, kubelet, str(pod), (line,))
    ready = next((it for it in changes if _all(it.object, "ready")), None)
    if ready is not None:
        probe = any("readinessProbe" in container for container in spec["containers"])
        since = condition_of(ready.object, "Ready")
        line = "passed" if probe else "no readiness probe: ready as soon as it runs"
        told = f"Ready since {since['lastTransitionTime']}" if since else ""
        yield Step(20, ready.at_ms, kubelet, str(pod), (line, told))


def _all(pod: Obj, what: str) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    return bool(statuses) and all(status.get(what) for status in statuses)


def _network(cluster: Cluster, log: list[Change], pods: set[str]) -> Iterator[Step]:
    """Endpoints that got a pod of this apply, the rules of each node, the first request served."""
    world = cluster.world
    for change in log:
        if change.key.kind != "EndpointSlice" or change.type == "DELETED":
            continue
        before, after = _ready(change.previous, pods), _ready(change.object, pods)
        if not after - before:
            continue
        line = f"ready: {sorted(before) or 'none'} -> {sorted(after)}"
        yield Step(21, change.at_ms, MANAGER, str(change.key), (line,), SLICES)
        labels = change.object["metadata"]["labels"]
        service = Key("Service", change.key.namespace, labels["kubernetes.io/service-name"])
        for noted_ms, _ in world.note(kube_proxy.OWNER, service, []):
            if change.at_ms < noted_ms <= change.at_ms + 10:
                yield from _rules(cluster, service, noted_ms, after - before)


def _ready(slice_: Obj | None, pods: set[str]) -> set[str]:
    return {
        endpoint["targetRef"]["name"]
        for endpoint in (slice_ or {}).get("endpoints") or ()
        if endpoint["conditions"].get("ready") and endpoint["targetRef"]["name"] in pods
    }


def _rules(cluster: Cluster, service: Key, noted_ms: int, new: set[str]) -> Iterator[Step]:
    for node in cluster.list("Node"):
        name = node["metadata"]["name"]
        at_ms = kube_proxy.synced_ms(cluster.world, name, service, noted_ms)
        if at_ms <= cluster.now_ms:
            line = f"one more chain for each of {', '.join(sorted(new))}"
            yield Step(22, at_ms, f"kube-proxy of {name}", str(service), (line,))


def _served(cluster: Cluster, namespace: str, pods: set[str]) -> Iterator[Step]:
    first: dict[str, int] = {}
    for load in traffic.loads(cluster.world):
        for sample in traffic.samples(cluster.world, load, 0, cluster.now_ms):
            for pod, (requests, failed) in sample["by_pod"].items():
                if pod in pods and requests > failed:
                    first.setdefault(pod, sample["t_ms"])
    for pod, at_ms in first.items():
        line = "within the second before"
        yield Step(23, at_ms + 1000, "a client", f"Pod/{namespace}/{pod}", (line,))
