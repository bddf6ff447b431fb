"""Steps 9 to 23: what a Deployment's write set off, from the log of changes and their causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..api.admission.limit_ranger import ANNOTATION as LIMIT_RANGER
from ..base.conditions import condition_of
from ..base.objects import Key, Obj, controller_of
from ..base.pods import node_of
from ..cluster import Cluster
from ..scheduler.decision import decision_on, totals
from ..store import Change
from .serving import in_rules, in_slices, served
from .step import Step

MANAGER = "kube-controller-manager"
BINDING = "The scheduler posts a Binding; the API server writes the node's name."
SANDBOX = "First the sandbox with its network, and the volumes; init containers before the others."
AGAIN = "Each pod goes through steps 3 to 8 of its own; what admission does to pods, it does here."
PULLS = ("Pulling", "Pulled", "Failed", "BackOff")


def afterwards(cluster: Cluster, request: Obj, since: int) -> list[Step]:
    """The steps that followed the write after version ``since``, so far; none without a write."""
    home = (request["namespace"], request["name"])
    log = list(cluster.changes(since=since))
    if not log or log[0].key != Key("Deployment", *home):
        return []
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
    steps += [*in_slices(log, mine), *in_rules(cluster, log, mine)]
    return [*steps, *served(cluster, log[0].at_ms, home[0], mine)]


def _owner(obj: Obj) -> tuple[str, str]:
    owner = controller_of(obj)
    return obj["metadata"].get("namespace", ""), owner["name"] if owner else ""


def _controllers(
    log: list[Change], home: tuple[str, str], names: set[str], born: list[Change]
) -> Iterator[Step]:
    """Who was told, and what they made: the causes of the changes are the reconciles."""
    told: set[tuple[str, int]] = set()
    woken: set[Key] = set()
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
        if key not in woken:
            seen = next(it for it in log if it.key == key and it.type != "DELETED")
            lines = [f"watch event {seen.type} {key}", *lines]
            woken.add(key)
        yield Step(number, reason.at_ms, MANAGER, str(key), tuple(lines))
    for change in log:
        if change.type == "ADDED" and change.key.kind == "ReplicaSet" and change.key.name in names:
            owner = f"ownerReference Deployment {home[1]}"
            yield Step(10, change.at_ms, MANAGER, str(change.key), (owner,))
    for change in born:
        line = f"ownerReference ReplicaSet {_owner(change.object)[1]}, no nodeName"
        admitted = (line, *_admitted(change.object))
        yield Step(12, change.at_ms, MANAGER, str(change.key), admitted, AGAIN)


def _admitted(pod: Obj) -> Iterator[str]:
    """What pod admission filled in, of what a template does not say."""
    limits = (pod["metadata"].get("annotations") or {}).get(LIMIT_RANGER)
    if limits:
        yield limits
    for field in ("serviceAccountName", "priority", "tolerations"):
        if pod["spec"].get(field):
            yield f"set spec.{field}"


def _compared(reason: Any) -> Iterable[str]:
    for what, want, have in reason.compared:
        yield f"{what}: want {want}, have {'none' if have is None else have}"


def _life(cluster: Cluster, log: list[Change], born: Change) -> Iterator[Step]:
    """One pod, from the scheduler to ready."""
    key, name = born.key, str(born.key)
    changes = [it for it in log if it.key == key and it.type != "ADDED"]
    attempts = {it.cause.number: it for it in changes if it.cause and it.cause.actor == "scheduler"}
    for change in attempts.values():
        lines = (f"watch event {born.type} {name}", "nodeName is empty: into the scheduling queue")
        yield Step(13, change.at_ms, "kube-scheduler", name, lines)
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
    lines = (f"watch event MODIFIED {name}", f"pods of {node} only")
    yield Step(16, seen.at_ms, kubelet, name, lines)
    yield from _events(log, key, kubelet, _sandbox(changes))
    yield from _probes(log, changes, key, kubelet)


def _sandbox(changes: list[Change]) -> str:
    for change in changes:
        condition = condition_of(change.object, "PodReadyToStartContainers")
        if condition is not None and condition["status"] == "True":
            ip = (change.object.get("status") or {}).get("podIP")
            return f"sandbox and volumes since {change.at_ms / 1000:g} s, its network gave {ip}"
    return "no sandbox"


def _decision(cluster: Cluster, pod: Key) -> Iterator[str]:
    decision = decision_on(cluster.world, pod)
    if decision is None:
        return
    for node, texts in decision["filters"].items():
        yield f"{node}: dropped, {', '.join(texts)}"
    for node, total in totals(decision).items():
        yield f"{node}: {total}" + (" (chosen)" if node == decision["chosen"] else "")


def _events(log: list[Change], pod: Key, kubelet: str, sandbox: str) -> Iterator[Step]:
    """What the kubelet told of the image and of the containers, which come after the sandbox."""
    before: tuple[str, ...] = (sandbox,)
    for change, event in _told(log, pod):
        if event["reason"] in PULLS:
            yield Step(17, change.at_ms, kubelet, str(pod), (event["message"],))
        elif event["reason"] in ("Created", "Started"):
            field = event["involvedObject"].get("fieldPath", "")
            lines = (*before, f"{field}: {event['message']}")
            before = ()
            yield Step(18, change.at_ms, kubelet, str(pod), lines, SANDBOX)


def _told(log: list[Change], pod: Key) -> Iterator[tuple[Change, Obj]]:
    """The Events about a pod, each time that one was written."""
    for change in log:
        if change.key.kind == "Event" and change.type != "DELETED":
            on = change.object["involvedObject"]
            if (on["kind"], on.get("namespace"), on["name"]) == tuple(pod):
                yield change, change.object


def _probes(log: list[Change], changes: list[Change], pod: Key, kubelet: str) -> Iterator[Step]:
    """Attempts that failed, as they were told, then the one that did not."""
    for change, event in _told(log, pod):
        if event["reason"] == "Unhealthy":
            number = 19 if event["message"].startswith("Startup") else 20
            line = f"{event['message']} (x{event.get('count') or 1})"
            yield Step(number, change.at_ms, kubelet, str(pod), (line,))
    spec = changes[-1].object["spec"]
    running = next((it for it in changes if _all(it.object, "started")), None)
    if running is not None:
        line = "passed" if _probe(spec, "startupProbe") else "no startup probe"
        yield Step(19, running.at_ms, kubelet, str(pod), (line,))
    ready = next((it for it in changes if _all(it.object, "ready")), None)
    if ready is not None:
        none = "no readiness probe: ready as soon as it runs"
        since = condition_of(ready.object, "Ready")
        told = f"Ready since {since['lastTransitionTime']}" if since else ""
        line = "passed" if _probe(spec, "readinessProbe") else none
        yield Step(20, ready.at_ms, kubelet, str(pod), (line, told))


def _probe(spec: Obj, name: str) -> bool:
    return any(name in container for container in spec["containers"])


def _all(pod: Obj, what: str) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    return bool(statuses) and all(status.get(what) for status in statuses)
