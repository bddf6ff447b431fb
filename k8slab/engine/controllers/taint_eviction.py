"""The taint eviction controller: who does not tolerate NoExecute goes, in time (1.36).

A pod stays for the shortest tolerationSeconds among the tolerations that cover the node's
NoExecute taints, for ever where none has any, and not at all where a taint is not covered. Once its
time runs, further taints that are tolerated for a while change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.conditions import conditions_of, replaced
from ..base.objects import Key, Obj, Objs, is_deleting, key_of, uid_of
from ..base.pods import node_of
from ..base.taints import tolerates
from ..control import World
from ..control.loop import Watch

SOURCE = "taint-eviction-controller"


class TaintEviction:
    """Remembers when a pod's time is over: {"uid", "since_ms", "due_ms"}."""

    name = "taint-eviction"
    lag_ms = 10

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Node": _pods_on_node, "Pod": _on_tainted_node}

    def reconcile(self, world: World, key: Key) -> int | None:
        pod = world.store.get(key)
        note = world.note(self.name, key)
        if pod is None or is_deleting(pod):
            world.set_note(self.name, key, None)
            return None
        stay_ms = _stay_ms(pod, _taints(world, node_of(pod)))
        if stay_ms is None:
            if note is not None:
                world.set_note(self.name, key, None)
                _tell(world, pod, "Cancelling deletion of")
            return None
        known = note is not None and note["uid"] == uid_of(pod)
        if known and stay_ms == 0:
            _tell(world, pod, "Cancelling deletion of")
        if note is None or not known or stay_ms == 0 or note["since_ms"] == world.now_ms:
            due_ms = world.now_ms + stay_ms
            note = {"uid": uid_of(pod), "since_ms": world.now_ms, "due_ms": due_ms}
            world.set_note(self.name, key, note)
        spent_ms = world.now_ms - note["since_ms"]
        whole_ms = note.get("due_ms", note["since_ms"] + stay_ms) - note["since_ms"]
        world.compare("seconds it tolerates the taint", whole_ms // 1000, spent_ms // 1000)
        if spent_ms < whole_ms:
            return int(whole_ms - spent_ms)
        world.set_note(self.name, key, None)
        _evict(world, pod)
        return None


def _pods_on_node(world: World, node: Obj) -> Iterable[Key]:
    for pod in world.store.by("Pod", "node", node["metadata"]["name"]):
        yield key_of(pod)


def _on_tainted_node(world: World, pod: Obj) -> Iterable[Key]:
    if node_of(pod) and _taints(world, node_of(pod)):
        yield key_of(pod)


def _taints(world: World, name: str) -> Objs:
    """The node's NoExecute taints."""
    node = world.store.get(Key("Node", "", name))
    taints = node["spec"].get("taints") or [] if node is not None else []
    return [taint for taint in taints if taint["effect"] == "NoExecute"]


def _stay_ms(pod: Obj, taints: Objs) -> int | None:
    """How long the pod may stay; None for ever."""
    if not taints:
        return None
    used: Objs = []
    for taint in taints:
        covering = [it for it in pod["spec"].get("tolerations") or () if tolerates(it, taint)]
        if not covering:
            return 0
        used += covering
    seconds = [it["tolerationSeconds"] for it in used if it.get("tolerationSeconds") is not None]
    return max(0, min(seconds)) * 1000 if seconds else None


def _evict(world: World, pod: Obj) -> None:
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "DeletionByTaintManager",
        "message": "Taint manager: deleting due to NoExecute taint",
        "lastProbeTime": None,
        "lastTransitionTime": world.timestamp(),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    status = {**(pod.get("status") or {}), "conditions": replaced(conditions_of(pod), condition)}
    _tell(world, pod, "Marking for deletion")
    world.api.update_status(pod, status)
    world.api.delete(key_of(pod), uid=uid_of(pod))


def _tell(world: World, pod: Obj, what: str) -> None:
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    world.event(pod, "Normal", "TaintManagerEviction", f"{what} Pod {name}", SOURCE)
