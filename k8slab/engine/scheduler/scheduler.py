"""One attempt a pod: filter the nodes, score those that will do, bind to the best (1.36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ..api.errors import ApiError
from ..base.conditions import condition_of, replaced
from ..base.objects import Key, Obj, get_in, is_deleting, key_of
from ..base.pods import node_of, pod_is_terminal
from ..control import World
from ..control.loop import Watch
from ..control.series import Report
from . import waiting
from .choice import Fit, Scores, asked_of, find_fitting, refusal_of, score, what_if, without
from .claims import select_node, what_is_awaited
from .filters.node import conflict_of
from .nodeinfo import Nodes
from .opinion import opinions_on
from .plugin import Cycle, Refusal
from .podinfo import priority_of
from .preemption import Verdict, evict, preempt
from .waiting import NAME

SOURCE = "default-scheduler"
FLUSH_MS = 300_000  # an unschedulable pod is tried again after five minutes in any case
BIND_TIMEOUT_MS = 600_000
"""VolumeBindingArgs.bindTimeoutSeconds."""
BINDING = "scheduler-binding"
NOT_BOUND = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
DECISIONS_KEPT = 32
NODES_SHOWN = 20
DECISIONS = Key("Decisions", "", "")
NEXT = Key("Next", "", "")
UNASKED = Verdict(None, "", None)


class Scheduler:
    """kube-scheduler with the default profile.

    Notes: who waits and for what (``waiting``), since when (ms) a pod's claims are being bound,
    where the next pod's turn begins, and the last decisions (for the page) as {"pod", "at_ms",
    "filters": {node: texts}, "scores": {node: {plugin: weighted}}, "chosen"}.
    """

    name = NAME
    lag_ms = 5

    def __init__(self) -> None:
        self._nodes = Nodes()

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "Pod": self._by_pod,
            "Node": waiting.by_node,
            "PersistentVolumeClaim": waiting.by_storage,
            "PersistentVolume": waiting.by_storage,
            "StorageClass": waiting.by_storage,
        }

    def _by_pod(self, world: World, pod: Obj) -> Iterable[Key]:
        self._nodes.keep_up(world.store)
        return waiting.by_pod(world, pod)

    def reconcile(self, world: World, key: Key) -> int | None:
        """Try to place one pod; in how many milliseconds to try again where it fits nowhere."""
        pod = world.store.get(key)
        if pod is None or not _is_mine(pod):
            _dismiss(world, key)
            return None
        if pod["spec"].get("schedulingGates"):
            return None
        cycle = Cycle(pod, self._nodes.update(world.store), world.store, self._nodes)
        unasked = conflict_of(pod["spec"]) or what_is_awaited(world.store, pod)
        if unasked is not None:
            why = unasked.texts[0]
            message = f"0/{len(cycle.nodes)} nodes are available: {why}. not found"
            return _give_up(world, pod, message, {"": unasked._replace(texts=())})
        fit = _find(world, cycle)
        world.read(f"{len(cycle.nodes)} nodes, and what their pods request")
        world.compare("nodes that fit", "1 or more", len(fit.nodes))
        if not fit.nodes:
            return _make_room(world, cycle, fit)
        scores = score(cycle, fit)
        best = scores.best()
        turn = world.between(0, len(best) - 1, NAME, *key, world.now_ms)
        node = fit.nodes[best[turn]].name
        if select_node(world, pod, node):
            waiting.wait(world, key, {"VolumeBinding"})
            return _await_binding(world, pod)
        _bind(world, cycle, fit, scores, node)
        return None


def _find(world: World, cycle: Cycle) -> Fit:
    """The nodes that will do, those aside that are kept for others who wait."""
    own = cycle.known.get((cycle.pod.get("status") or {}).get("nominatedNodeName", ""))
    if own is not None and refusal_of(cycle, own, asked_of(cycle)) is None:
        return Fit([own], list(opinions_on(cycle, [own])), {}, world.note(NAME, NEXT, 0))
    fit = find_fitting(cycle, world.note(NAME, NEXT, 0))
    world.set_note(NAME, NEXT, fit.next or None)
    refused: dict[str, Refusal] = {}
    for node in waiting.nominated_nodes(world):
        info = cycle.known.get(node)
        kept = [
            other
            for other in waiting.nominated(world, node)
            if other is not cycle.pod and priority_of(other) >= priority_of(cycle.pod)
        ]
        if info is not None and kept and info in fit.nodes:
            refusal = what_if(cycle, info, [*info.pods.values(), *kept], asked_of(cycle))
            if refusal is not None:
                refused[node] = refusal
    return without(fit, refused) if refused else fit


def _bind(world: World, cycle: Cycle, fit: Fit, scores: Scores, node: str) -> None:
    pod, key = cycle.pod, key_of(cycle.pod)
    _remember(world, key, fit, scores, node)
    _dismiss(world, key)
    world.api.bind(pod, node)
    message = f"Successfully assigned {key.namespace}/{key.name} to {node}"
    world.report(pod, Report("Normal", "Scheduled", "Binding", message, SOURCE))


def _await_binding(world: World, pod: Obj) -> int:
    """The pod's claims are being bound (PreBind): for ten minutes, then it is tried anew."""
    key = key_of(pod)
    since_ms = world.note(BINDING, key, world.now_ms)
    left_ms = since_ms + BIND_TIMEOUT_MS - world.now_ms
    if left_ms > 0:
        world.set_note(BINDING, key, since_ms)
        return int(left_ms)
    world.set_note(BINDING, key, world.now_ms)
    world.report(pod, Report("Warning", "FailedScheduling", "Scheduling", NOT_BOUND, SOURCE))
    _set_unscheduled(world, pod, "SchedulerError", NOT_BOUND, None)
    return BIND_TIMEOUT_MS


def _make_room(world: World, cycle: Cycle, fit: Fit) -> int:
    """The pod fits nowhere: see whether less important ones should go (PostFilter)."""
    available = f"0/{len(fit.refusals)} nodes are available: {_histogram(fit.refusals)}."
    if not fit.refusals:
        available = "no nodes available to schedule pods"
    verdict = preempt(world, cycle, fit)
    message = available
    if verdict.victims is None and fit.refusals:
        message += f" no new claims to deallocate, preemption: {verdict.why_not}"
    return _give_up(world, cycle.pod, message, fit.refusals, verdict)


def _give_up(
    world: World,
    pod: Obj,
    message: str,
    refusals: dict[str, Refusal],
    verdict: Verdict = UNASKED,
) -> int:
    """Say that the pod fits nowhere (handleSchedulingFailure), and have the victims go."""
    key = key_of(pod)
    waiting.wait(world, key, {refusal.plugin for refusal in refusals.values()} or {""})
    _remember(world, key, Fit([], [], refusals, 0), Scores({}, []), "")
    world.report(pod, Report("Warning", "FailedScheduling", "Scheduling", message, SOURCE))
    _set_unscheduled(world, pod, "Unschedulable", message, verdict.node)
    if verdict.node is not None:
        waiting.nominate(world, key, verdict.node)
    if verdict.victims is not None:
        _give_way(world, pod, verdict.victims.node)
        evict(world, pod, verdict.victims)
    return FLUSH_MS


def _give_way(world: World, pod: Obj, node: str) -> None:
    """Less important pods for which the node was kept look elsewhere (prepareCandidate)."""
    for other in waiting.nominated(world, node):
        if priority_of(other) < priority_of(pod):
            waiting.nominate(world, key_of(other), "")
            status = {**other["status"]}
            status.pop("nominatedNodeName", None)
            world.api.update_status(other, status)


def _dismiss(world: World, key: Key) -> None:
    waiting.forget(world, key)
    world.set_note(BINDING, key, None)
    if f"{key.namespace}/{key.name}" in (world.note(NAME, waiting.NOMINATED) or {}):
        waiting.nominate(world, key, "")


def _histogram(refusals: dict[str, Refusal]) -> str:
    """How many nodes said what (FitError)."""
    said = Counter(text for refusal in refusals.values() for text in refusal.texts)
    return ", ".join(sorted(f"{count} {text}" for text, count in said.items()))


def _set_unscheduled(
    world: World, pod: Obj, reason: str, message: str, nominated: str | None
) -> None:
    old = condition_of(pod, "PodScheduled")
    since = old["lastTransitionTime"] if old and old["status"] == "False" else world.timestamp()
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": since,
        "reason": reason,
        "message": message,
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    status: dict[str, Any] = {**(pod.get("status") or {})}
    status["conditions"] = replaced(status.get("conditions") or [], condition)
    if nominated is not None:
        status.pop("nominatedNodeName", None)
    if nominated:
        status["nominatedNodeName"] = nominated
    try:
        world.api.update_status(pod, status)
    except ApiError:
        return  # the pod is gone


def _is_mine(pod: Obj) -> bool:
    unbound = not node_of(pod) and not is_deleting(pod) and not pod_is_terminal(pod)
    return unbound and get_in(pod, "spec", "schedulerName", default=SOURCE) == SOURCE


def _remember(world: World, key: Key, fit: Fit, scores: Scores, chosen: str) -> None:
    """Keep the decision for the page, for the first nodes of a large cluster."""
    decision = {
        "pod": f"{key.namespace}/{key.name}",
        "at_ms": world.now_ms,
        "filters": {
            name: list(refusal.texts) for name, refusal in islice(fit.refusals.items(), NODES_SHOWN)
        },
        "scores": {
            info.name: scores.of(index) for index, info in enumerate(fit.nodes[:NODES_SHOWN])
        },
        "chosen": chosen,
    }
    kept = world.note(NAME, DECISIONS) or []
    world.set_note(NAME, DECISIONS, [*kept[-(DECISIONS_KEPT - 1) :], decision])
