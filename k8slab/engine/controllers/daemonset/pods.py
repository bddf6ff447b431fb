"""Creating and deleting daemon pods (daemon_controller.go manage and syncNodes, 1.36)."""

from __future__ import annotations

from ...api.errors import NAMESPACE_TERMINATING, ApiError
from ...base.objects import Obj, Objs, get_in, is_deleting, key_of, labels_of, owner_reference
from ...base.pods import phase_of, pod_is_ready
from ..batches import slow_start
from . import backoff
from .look import GENERATION, HASH, SOURCE, Look, oldest_first
from .nodes import pinned

BURST = 250


def manage(look: Look) -> bool:
    """A pod on each node that should have one, none elsewhere; whether anything was done."""
    missing: list[str] = []
    surplus: Objs = []
    names = set()
    for node in look.nodes:
        name = node["metadata"]["name"]
        names.add(name)
        wants, extra = _on_node(look, node, look.by_node.get(name))
        missing += [name] if wants else []
        surplus += extra
    gone = [pod for name in look.by_node if name not in names for pod in look.by_node[name]]
    surplus += [pod for pod in gone if not pod["spec"].get("nodeName") and not is_deleting(pod)]
    look.world.compare("nodes that lack a pod", 0, len(missing))
    return sync_nodes(look, surplus, missing)


def _on_node(look: Look, node: Obj, pods: Objs | None) -> tuple[bool, Objs]:
    """Whether the node needs a pod, and which of its pods are to go."""
    start, stay = look.places[node["metadata"]["name"]]
    if not pods:
        return start, []
    if not stay:
        return False, [pod for pod in pods if not is_deleting(pod)]
    kept = [pod for pod in pods if not is_deleting(pod)]
    ended = [pod for pod in kept if phase_of(pod) in ("Failed", "Succeeded")]
    going = _to_end(look, ended, node["metadata"]["name"])
    running = oldest_first([pod for pod in kept if pod not in ended])
    if not look.surge:
        return False, [*going, *running[1:]]
    if len(running) <= 1:
        return start and not running, going
    return False, [*going, *_surplus_of_surge(look, running)]


def _surplus_of_surge(look: Look, running: Objs) -> Objs:
    """Of two, the new pod while it is not available and the old one while it is ready may stay."""
    new = [pod for pod in running if labels_of(pod).get(HASH) == look.hash]
    old = [pod for pod in running if labels_of(pod).get(HASH) != look.hash]
    surplus = [*new[1:], *old[1:]]
    if new and old and (not pod_is_ready(old[0]) or look.is_available(new[0])):
        surplus.append(old[0])
    return surplus


def _to_end(look: Look, ended: Objs, node: str) -> Objs:
    """Of the pods that have ended: those to delete now. Failed ones are held up by the back-off."""
    going: Objs = []
    for pod in ended:
        if phase_of(pod) == "Failed":
            delay_ms = backoff.delay_ms(look, node)
            if delay_ms:
                look.waits_ms.append(delay_ms)
                continue
            backoff.begin(look, node)
        _tell_ended(look, pod, node)
        going.append(pod)
    return going


def _tell_ended(look: Look, pod: Obj, node: str) -> None:
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    what, tail = ("failed", "kill") if phase_of(pod) == "Failed" else ("succeeded", "delete")
    message = f"Found {what} daemon pod {namespace}/{name} on node {node}, will try to {tail} it"
    kind = "Warning" if what == "failed" else "Normal"
    look.world.event(look.daemon_set, kind, f"{what.capitalize()}DaemonPod", message, SOURCE)


def sync_nodes(look: Look, surplus: Objs, missing: list[str]) -> bool:
    """Create and delete, each up to BURST; whether there was anything to do.

    A refused creation does not keep what is too much in place.
    """
    nodes = missing[:BURST]
    refusal = slow_start(len(nodes), lambda place: _create(look, nodes[place]))
    for pod in surplus[:BURST]:
        _delete(look, pod)
    if refusal is not None:
        raise refusal
    return bool(missing or surplus)


def _delete(look: Look, pod: Obj) -> None:
    look.world.api.delete(key_of(pod))
    message = f"Deleted pod: {pod['metadata']['name']}"
    look.world.event(look.daemon_set, "Normal", "SuccessfulDelete", message, SOURCE)


def _create(look: Look, node: str) -> None:
    daemon_set = look.daemon_set
    template = daemon_set["spec"]["template"]
    labels = {**get_in(template, "metadata", "labels", default={}), HASH: look.hash}
    if look.generation:
        labels[GENERATION] = look.generation
    metadata = {
        "generateName": f"{daemon_set['metadata']['name']}-",
        "namespace": daemon_set["metadata"]["namespace"],
        "labels": labels,
        "ownerReferences": [owner_reference(daemon_set)],
    }
    for field in ("annotations", "finalizers"):
        if value := get_in(template, "metadata", field):
            metadata[field] = value
    spec = pinned(template["spec"], node)
    try:
        pod = look.world.api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        )
    except ApiError as refusal:
        if refusal.because(NAMESPACE_TERMINATING):
            return
        message = f"Error creating: {refusal.message}"
        look.world.event(daemon_set, "Warning", "FailedCreate", message, SOURCE)
        raise
    message = f"Created pod: {pod['metadata']['name']}"
    look.world.event(daemon_set, "Normal", "SuccessfulCreate", message, SOURCE)
