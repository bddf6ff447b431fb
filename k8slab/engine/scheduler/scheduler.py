"""One attempt a pod: filter the nodes, score those that will do, bind to the best (1.36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from ..api.errors import ApiError
from ..base.conditions import condition_of, replaced
from ..base.objects import Key, Obj, get_in, is_deleting, key_of
from ..base.pods import node_of, pod_is_terminal
from ..control import World
from ..control.loop import Watch
from .choice import Fit, Scores, find_fitting, score
from .claims import what_is_awaited
from .nodeinfo import Nodes
from .plugin import Cycle, Refusal

NAME = "scheduler"
SOURCE = "default-scheduler"
BACKOFF_MS = 1_000  # podInitialBackoffSeconds, doubling
BACKOFF_MAX_MS = 10_000  # podMaxBackoffSeconds
FLUSH_MS = 300_000  # an unschedulable pod is tried again after five minutes in any case
DECISIONS_KEPT = 32
NODES_SHOWN = 20
DECISIONS = Key("Decisions", "", "")
NEXT = Key("Next", "", "")
HELPLESS = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


class Scheduler:
    """kube-scheduler with the default profile.

    Notes: per waiting pod {"attempts", "at_ms", "message"}, and the last decisions (for the page)
    as {"pod", "at_ms", "filters": {node: texts}, "scores": {node: {plugin: weighted}}, "chosen"}.
    """

    name = NAME
    lag_ms = 5

    def __init__(self) -> None:
        self._nodes = Nodes()

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Pod": _pods, "Node": _waiting, "PersistentVolumeClaim": _waiting}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Try to place one pod; in how many milliseconds to try again where it fits nowhere."""
        pod = world.store.get(key)
        if pod is None or not _is_mine(pod):
            world.set_note(NAME, key, None)
            return None
        if _is_gated(world, pod):
            return None
        note = world.note(NAME, key) or {"attempts": 0, "at_ms": 0, "message": ""}
        wait_ms = _backoff_left(world, note)
        if wait_ms > 0:
            return wait_ms
        cycle = Cycle(pod, self._nodes.update(world.store), world.store, self._nodes)
        awaited = what_is_awaited(world.store, pod)
        if awaited:
            message = f"0/{len(cycle.nodes)} nodes are available: {awaited}. not found"
            return _give_up(world, pod, message, {}, note)
        fit = find_fitting(cycle, world.note(NAME, NEXT, 0))
        world.read(f"{len(cycle.nodes)} nodes, and what their pods request")
        world.compare("nodes that fit", "1 or more", len(fit.nodes))
        if not fit.nodes:
            return _give_up(world, pod, _explain(fit.refusals), fit.refusals, note)
        world.set_note(NAME, NEXT, fit.next or None)
        scores = score(cycle, fit)
        best = scores.best()
        turn = world.between(0, len(best) - 1, NAME, *key, world.now_ms)
        chosen = fit.nodes[best[turn]].name
        _remember(world, key, fit, scores, chosen)
        world.set_note(NAME, key, None)
        world.api.bind(pod, chosen)
        message = f"Successfully assigned {key.namespace}/{key.name} to {chosen}"
        world.event(pod, "Normal", "Scheduled", message, SOURCE)
        return None


def _give_up(world: World, pod: Obj, message: str, refusals: dict[str, Refusal], note: Obj) -> int:
    key = key_of(pod)
    retried_in_vain = message == note["message"] and world.now_ms - note["at_ms"] < FLUSH_MS
    attempts = note["attempts"] + 1
    world.set_note(NAME, key, {"attempts": attempts, "at_ms": world.now_ms, "message": message})
    if not retried_in_vain:
        _remember(world, key, Fit([], [], refusals, 0), Scores({}, []), "")
        world.event(pod, "Warning", "FailedScheduling", message, SOURCE)
        _set_unscheduled(world, pod, "Unschedulable", message)
    return FLUSH_MS


def _explain(refusals: dict[str, Refusal]) -> str:
    """The FitError text: how many nodes said what, and whether preemption could help."""
    count = len(refusals)
    if not count:
        return "no nodes available to schedule pods"
    said = Counter(text for refusal in refusals.values() for text in refusal.texts)
    helped = Counter(
        NO_VICTIMS if refusal.resolvable else HELPLESS for refusal in refusals.values()
    )
    available = f"0/{count} nodes are available: "
    return (
        f"{available}{_histogram(said)}. no new claims to deallocate, "
        f"preemption: {available}{_histogram(helped)}."
    )


def _histogram(said: Counter[str]) -> str:
    return ", ".join(sorted(f"{count} {text}" for text, count in said.items()))


def _is_gated(world: World, pod: Obj) -> bool:
    """Whether scheduling gates hold the pod back; says so once on its condition."""
    gates = pod["spec"].get("schedulingGates")
    if not gates:
        return False
    _set_unscheduled(
        world, pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates"
    )
    return True


def _set_unscheduled(world: World, pod: Obj, reason: str, message: str) -> None:
    old = condition_of(pod, "PodScheduled")
    if old is not None and (old.get("reason"), old.get("message")) == (reason, message):
        return
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
    status = pod.get("status") or {}
    conditions = replaced(status.get("conditions") or [], condition)
    try:
        world.api.update_status(pod, {**status, "conditions": conditions})
    except ApiError:
        return  # the pod is gone


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


def _backoff_left(world: World, note: Obj) -> int:
    if not note["attempts"]:
        return 0
    backoff_ms = min(BACKOFF_MS << min(note["attempts"] - 1, 10), BACKOFF_MAX_MS)
    left_ms: int = note["at_ms"] + backoff_ms - world.now_ms
    return left_ms


def _is_mine(pod: Obj) -> bool:
    unbound = not node_of(pod) and not is_deleting(pod) and not pod_is_terminal(pod)
    return unbound and get_in(pod, "spec", "schedulerName", default=SOURCE) == SOURCE


def _pods(world: World, pod: Obj) -> Iterable[Key]:
    """An unbound pod wakes itself; one that frees its place wakes those that wait."""
    key = key_of(pod)
    if _is_mine(pod):
        if world.store.get(key) is pod:  # as it is, not as it was before it was bound
            yield key
    elif node_of(pod) and (pod_is_terminal(pod) or world.store.get(key) is None):
        yield from _waiting(world, pod)


def _waiting(world: World, obj: Obj) -> Iterable[Key]:
    """The pods that fit nowhere so far."""
    for pod in world.store.by("Pod", "node", ""):
        key = key_of(pod)
        if world.note(NAME, key) is not None:
            yield key
