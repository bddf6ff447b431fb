"""Deployments and ReplicaSets: invariants 4, 5 and 7.

The bounds of a rollout hold for what controllers do. Where somebody else moves the ground (a pod
fails, a person changes the size), they are owed again once the controllers had time to look.
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of, conditions_of, find
from k8slab.engine.base.intstr import scaled
from k8slab.engine.base.objects import (
    Obj,
    annotations_of,
    controller_of,
    get_in,
    is_deleting,
    uid_of,
)
from k8slab.engine.base.pods import available_in_ms, node_of, pod_is_ready, pod_is_terminal
from k8slab.engine.base.storage import claims_of
from k8slab.engine.base.times import parse_rfc3339
from k8slab.engine.store import Change

from ..manifests import SOUND_IMAGES
from ..view import COMMAND, View, actor_of

LOOK_MS = 2_000
START_MS = 100_000
DESIRED = "deployment.kubernetes.io/desired-replicas"
SIZER, DOER = "deployment", "replicaset"


def limits(deployment: Obj) -> tuple[int, int]:
    """maxSurge and maxUnavailable in pods; without bound and all where it recreates."""
    replicas, strategy = deployment["spec"]["replicas"], deployment["spec"]["strategy"]
    if strategy["type"] == "Recreate":
        return 0, replicas
    rolling = strategy["rollingUpdate"]
    surge = scaled(rolling["maxSurge"], replicas, round_up=True)
    unavailable = scaled(rolling["maxUnavailable"], replicas, round_up=False)
    return surge, 1 if surge == 0 and unavailable == 0 else unavailable


def _deployment_of(view: View, change: Change) -> Obj | None:
    owner: Obj | None = change.object
    while owner is not None and owner["kind"] != "Deployment":
        owner = view.owner(owner)
    return owner


def _pods(view: View, deployment: Obj) -> list[Obj]:
    return [
        pod
        for replica_set in view.owned("ReplicaSet", deployment)
        for pod in view.active(replica_set)
    ]


def _note_disturbance(view: View, change: Change, deployment: Obj) -> None:
    """Remember when anybody but the controllers last moved the ground under a Deployment."""
    if _disturbs(change) or _is_adoption(change):
        view.recall("disturbed", {})[uid_of(deployment)] = view.now_ms
    if change.key.kind == "ReplicaSet":
        _note_sizing(view, change, deployment)


def _note_sizing(view: View, change: Change, deployment: Obj) -> None:
    """Remember that somebody sized, deleted or handed over a ReplicaSet of a Deployment."""
    if actor_of(change) == COMMAND or _is_adoption(change):
        view.recall("sized by hand", set()).add(uid_of(deployment))


def _is_adoption(change: Change) -> bool:
    """Whether a ReplicaSet, pods and all, is new to its Deployment."""
    before = change.previous
    return change.key.kind == "ReplicaSet" and before is not None and controller_of(before) is None


def _disturbs(change: Change) -> bool:
    if change.key.kind == "Pod":
        before, after = change.previous, change.object
        if before is None:
            return False
        lost = pod_is_ready(before) and not pod_is_ready(after)
        marked = is_deleting(after) and not is_deleting(before)
        return (lost and not is_deleting(before)) or (marked and actor_of(change) != DOER)
    return actor_of(change) not in (SIZER, DOER)


def _is_undisturbed(view: View, deployment: Obj) -> bool:
    since_ms = view.recall("disturbed", {}).get(uid_of(deployment), -LOOK_MS)
    return not is_deleting(deployment) and view.now_ms - since_ms >= LOOK_MS


def _available_in_ms(view: View, pod: Obj) -> int | None:
    """As its ReplicaSet counts: an old one keeps the minReadySeconds that it was made with."""
    owner = view.owner(pod)
    least_s = owner["spec"].get("minReadySeconds", 0) if owner is not None else 0
    return available_in_ms(pod, least_s, view.unix_ms)


def _available(view: View, pods: list[Obj]) -> int:
    return sum(_available_in_ms(view, pod) == 0 for pod in pods)


def enough_are_available(view: View, change: Change) -> Iterator[str]:
    """4. available >= replicas - maxUnavailable in a rollout, unless pods fail by themselves.

    A ReplicaSet that is to shed an unavailable pod may take an available one while another is ready
    and not yet available: its ranking asks for ready, then for nodes in common (replica_set.go).
    """
    if change.key.kind not in ("Pod", "ReplicaSet", "Deployment"):
        return
    deployment = _deployment_of(view, change)
    if deployment is None or change.type == "DELETED":
        if deployment is not None and change.key.kind == "ReplicaSet":
            _note_sizing(view, change, deployment)
        return
    _note_disturbance(view, change, deployment)
    if change.key.kind != "Pod" or actor_of(change) != DOER or not _begins_to_go(change):
        return
    if _available_in_ms(view, change.object) != 0:
        return
    floor = deployment["spec"]["replicas"] - limits(deployment)[1]
    have = _available(view, _pods(view, deployment))
    if have < floor and _is_undisturbed(view, deployment) and not _has_young(view, change):
        yield f"{change.key} was deleted: {have} are available, {floor} are owed"


def _has_young(view: View, change: Change) -> bool:
    """Whether its ReplicaSet has a pod that is ready and not yet available."""
    owner = view.owner(change.object)
    pods = view.active(owner) if owner is not None else []
    return any(_available_in_ms(view, pod) for pod in pods)


def _begins_to_go(change: Change) -> bool:
    before = change.previous
    return before is not None and is_deleting(change.object) and not is_deleting(before)


def surge_is_bounded(view: View, change: Change) -> Iterator[str]:
    """5. Pods that don't terminate <= replicas + maxSurge.

    The Deployment controller sizes its ReplicaSets within that, and they create no more than their
    size; a size that somebody else set is undone when enough pods are available. Until then a
    change of the Deployment's size multiplies it by its old max-replicas annotation, which may pass
    the bound (sync.go, getReplicaSetFraction), so a Deployment sized by hand owes no sum.
    """
    yield from _sizes_after_a_look(view, change)
    if change.key.kind != "Pod" or actor_of(change) != DOER or change.type != "ADDED":
        return
    deployment = _deployment_of(view, change)
    if deployment is None or not _is_undisturbed(view, deployment):
        return
    sizes, most = _sizes(view, deployment)
    have = len(_pods(view, deployment))
    if have > most >= sizes:
        yield f"{change.key} was created: {have} pods, {most} are allowed"


def _sizes(view: View, deployment: Obj) -> tuple[int, int]:
    """What the sizes of a Deployment's ReplicaSets sum to, and what they may."""
    sizes = sum(it["spec"]["replicas"] for it in view.owned("ReplicaSet", deployment))
    return sizes, deployment["spec"]["replicas"] + limits(deployment)[0]


def _sizes_after_a_look(view: View, change: Change) -> Iterator[str]:
    """A look that lets a ReplicaSet grow may write several; the sum counts when it is over."""
    look = view.recall("look", {"cause": None, "breach": ""})
    if look["breach"] and change.cause is not look["cause"]:
        yield look["breach"]
        look["breach"] = ""
    if change.key.kind != "ReplicaSet" or actor_of(change) != SIZER or change.type == "DELETED":
        return
    deployment = _deployment_of(view, change)
    if deployment is not None and (_grows(change) or change.cause is look["cause"]):
        if uid_of(deployment) in view.recall("sized by hand", set()):
            return
        sizes, most = _sizes(view, deployment)
        text = f"{change.key} grew: sizes sum to {sizes}, {most} are allowed"
        look.update(cause=change.cause, breach=text if sizes > most else "")


def _grows(change: Change) -> bool:
    before = change.previous["spec"]["replicas"] if change.previous is not None else 0
    return bool(change.object["spec"]["replicas"] > before)


def replica_sets_converge(view: View, cluster: Cluster) -> Iterator[str]:
    """7. Every ReplicaSet converges when capacity and quota allow."""
    for replica_set in view.all("ReplicaSet"):
        name = replica_set["metadata"]["name"]
        if is_deleting(replica_set) or view.is_ending(replica_set):
            continue
        pods, status = view.active(replica_set), replica_set.get("status") or {}
        wanted = replica_set["spec"]["replicas"]
        refused = find(conditions_of(replica_set), "ReplicaFailure") is not None
        if len(pods) != wanted and not refused:
            yield f"ReplicaSet {name} has {len(pods)} pods and wants {wanted}"
        if any(_changed_lately(view, pod) for pod in pods):
            continue
        ready = sum(map(pod_is_ready, pods))
        if (status.get("replicas"), status.get("readyReplicas", 0)) != (len(pods), ready):
            yield f"ReplicaSet {name} reports {status}; it has {len(pods)} pods, {ready} ready"


def _changed_lately(view: View, pod: Obj) -> bool:
    """Whether the ReplicaSet's controller may not have seen yet how the pod stands."""
    times = [it["lastTransitionTime"] for it in conditions_of(pod) if it.get("lastTransitionTime")]
    return any(view.unix_ms - parse_rfc3339(time) < LOOK_MS for time in times)


def sound_pods_are_ready(view: View, cluster: Cluster) -> Iterator[str]:
    """7. A pod that is on a live node and has nothing wrong with it gets ready."""
    for pod in view.all("Pod"):
        node = cluster.get("Node", "", node_of(pod)) if node_of(pod) else None
        young_ms = view.unix_ms - parse_rfc3339(pod["metadata"]["creationTimestamp"])
        due = node is not None and young_ms > START_MS and _is_sound(pod)
        due = due and not _waits_for_a_disk(view, pod)
        if due and not pod_is_ready(pod):
            yield f"pod {pod['metadata']['name']} is not ready: {pod.get('status')}"


def _waits_for_a_disk(view: View, pod: Obj) -> bool:
    """Whether a pod elsewhere has a claim that this one needs, too (Multi-Attach)."""
    claims = set(claims_of(pod))
    return any(
        claims & set(claims_of(other))
        for other in (view.all("Pod") if claims else ())
        if node_of(other) not in ("", node_of(pod)) and not pod_is_terminal(other)
    )


def _is_sound(pod: Obj) -> bool:
    spec = pod["spec"]
    known = pod["metadata"].get("deletionTimestamp") or spec.get("initContainers")
    if known or get_in(pod, "status", "phase") in ("Failed", "Succeeded"):
        return False
    plain = {"readinessProbe", "livenessProbe", "startupProbe", "envFrom", "lifecycle"}
    return all(
        each["image"] in SOUND_IMAGES and not plain & each.keys() for each in spec["containers"]
    )


def _is_wedged(spec: Obj, replica_sets: list[Obj]) -> bool:
    """Made Recreate and resized in the middle of a rolling update: with two active ReplicaSets of
    another size than is wanted, each look is a scaling event, and scale() does nothing where the
    Deployment does not roll (sync.go)."""
    active = [it for it in replica_sets if it["spec"]["replicas"]]
    told = {annotations_of(it).get(DESIRED) for it in active}
    stale = bool(told) and str(spec["replicas"]) not in told
    return spec["strategy"]["type"] == "Recreate" and len(active) > 1 and stale


def deployments_complete(view: View, cluster: Cluster) -> Iterator[str]:
    """7. A Deployment whose pods are all ready has rolled out: no pod of an old template is left.

    One whose ReplicaSet somebody sized or deleted may stand still (sync.go: an active ReplicaSet of
    the right size keeps its old desired-replicas annotation: a scaling event for ever).
    """
    by_hand = view.recall("sized by hand", set())
    for deployment in view.all("Deployment"):
        status = deployment.get("status") or {}
        spec = deployment["spec"]
        ends = is_deleting(deployment) or view.is_ending(deployment)
        if ends or spec.get("paused") or uid_of(deployment) in by_hand:
            continue
        name = deployment["metadata"]["name"]
        if status.get("observedGeneration") != deployment["metadata"]["generation"]:
            yield f"Deployment {name} has not been observed"
        replica_sets = view.owned("ReplicaSet", deployment)
        refused = any(find(conditions_of(it), "ReplicaFailure") for it in replica_sets)
        pods = _pods(view, deployment)
        if not refused and not _is_wedged(spec, replica_sets) and all(map(pod_is_ready, pods)):
            updated = status.get("updatedReplicas", 0)
            wanted = spec["replicas"]
            if (len(pods), updated) != (wanted, wanted):
                yield f"Deployment {name}: {len(pods)} pods, {updated} updated, of {wanted}"
            progressing = condition_of(deployment, "Progressing")
            if progressing is not None and progressing["status"] != "True":
                yield f"Deployment {name} is complete and says {progressing['reason']}"
