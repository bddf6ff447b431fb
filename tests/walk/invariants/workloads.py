"""StatefulSets, DaemonSets and disruption budgets: invariants 17, 18 and 22."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj, get_in, is_deleting, labels_of
from k8slab.engine.base.pods import node_of, pod_is_active, pod_is_ready
from k8slab.engine.base.selectors import matcher
from k8slab.engine.base.taints import tolerated
from k8slab.engine.store import Change

from ..view import View, actor_of
from .scheduling import REQUIRED, node_affinity, not_tolerated

CONTROLLERS = {"StatefulSet": "statefulset", "DaemonSet": "daemonset"}


def _owner_of_kind(view: View, change: Change, kind: str) -> Obj | None:
    """The owner of a pod that its controller has just written; None for all else."""
    if change.key.kind != "Pod" or actor_of(change) != CONTROLLERS[kind]:
        return None
    owner = view.owner(change.object)
    return owner if owner is not None and owner["kind"] == kind else None


def _ordinal(pod: Obj) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def ordinals_come_and_go_in_order(view: View, change: Change) -> Iterator[str]:
    """17. StatefulSet order; one pod an ordinal."""
    owner = _owner_of_kind(view, change, "StatefulSet")
    if owner is None or change.type == "DELETED":
        return
    if change.type == "ADDED":
        yield from _comes(view, change, owner)
    elif is_deleting(change.object) and not (change.previous and is_deleting(change.previous)):
        yield from _goes(view, change, owner)


def _range(owner: Obj) -> range:
    start = get_in(owner, "spec", "ordinals", "start", default=0)
    return range(start, start + owner["spec"]["replicas"])


def _is_ordered(owner: Obj) -> bool:
    return bool(owner["spec"].get("podManagementPolicy") != "Parallel")


def _comes(view: View, change: Change, owner: Obj) -> Iterator[str]:
    ordinal = _ordinal(change.object)
    if ordinal not in _range(owner):
        yield f"{change.key} is outside of {_range(owner)}"
    others = {_ordinal(pod): pod for pod in view.owned("Pod", owner)}
    for below in range(_range(owner).start, ordinal) if _is_ordered(owner) else ():
        pod = others.get(below)
        if pod is None or not pod_is_ready(pod) or is_deleting(pod):
            yield f"{change.key} was created before ordinal {below} was ready"


def _goes(view: View, change: Change, owner: Obj) -> Iterator[str]:
    ordinal = _ordinal(change.object)
    if ordinal in _range(owner) or not _is_ordered(owner):
        return
    above = [_ordinal(pod) for pod in view.owned("Pod", owner) if _ordinal(pod) > ordinal]
    if above:
        yield f"{change.key} was deleted while the ordinals {sorted(above)} are there"


def _meant_for(pod: Obj) -> str:
    """The node that a daemon pod is for: it is bound to it, or its affinity names it."""
    terms = get_in(pod, "spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
    fields = [field for term in terms or () for field in term.get("matchFields") or ()]
    return node_of(pod) or (fields[0]["values"][0] if fields else "")


def one_daemon_a_node(view: View, change: Change) -> Iterator[str]:
    """18. One daemon pod an eligible node (one more, of another template, while it surges)."""
    owner = _owner_of_kind(view, change, "DaemonSet")
    if owner is None or change.type != "ADDED":
        return
    node = _meant_for(change.object)
    pods = [pod for pod in view.active(owner) if _meant_for(pod) == node]
    surge = get_in(owner, "spec", "updateStrategy", "rollingUpdate", "maxSurge", default=0)
    label = "controller-revision-hash"
    revisions = [labels_of(pod).get(label) for pod in pods]
    if len(pods) > (2 if surge else 1) or len(set(revisions)) < len(revisions):
        yield f"{node} has {len(pods)} daemons, of revisions {revisions}"


def every_eligible_node_has_its_daemon(view: View, cluster: Cluster) -> Iterator[str]:
    """18. At rest each node that a daemon may go to has one, and one that it must leave has none.

    A surging update that is stuck has a second one; a taint that only keeps new pods away does not
    drive an old one off; where a daemon bears a taint for some seconds only, it comes and goes.
    """
    for daemon_set in view.all("DaemonSet"):
        if is_deleting(daemon_set) or view.is_ending(daemon_set):
            continue
        pods = view.active(daemon_set)
        surge = get_in(daemon_set, "spec", "updateStrategy", "rollingUpdate", "maxSurge", default=0)
        for node in view.all("Node"):
            where = node["metadata"]["name"]
            count = sum(_meant_for(pod) == where for pod in pods)
            may_come, may_stay = _may(view, daemon_set, node)
            stays = may_come and not _is_borne_for_a_while(daemon_set, node)
            least = stays and not _is_rationed(view, daemon_set)
            most = (2 if surge else 1) if may_stay else 0
            if not least <= count <= most:
                yield f"DaemonSet {daemon_set['metadata']['name']} has {count} pods for {where}"


TOLERATED = (
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"},
)


def _is_borne_for_a_while(daemon_set: Obj, node: Obj) -> bool:
    """Whether a NoExecute taint of the node is tolerated for some seconds only."""
    stated = get_in(daemon_set, "spec", "template", "spec", "tolerations", default=[])
    brief = [it for it in stated if it.get("tolerationSeconds") is not None]
    return any(
        taint["effect"] == "NoExecute" and tolerated(brief, taint)
        for taint in get_in(node, "spec", "taints", default=[])
    )


def _is_rationed(view: View, obj: Obj) -> bool:
    """Whether a quota may keep pods out of its namespace."""
    namespace = obj["metadata"]["namespace"]
    return any(it["metadata"]["namespace"] == namespace for it in view.all("ResourceQuota"))


def _may(view: View, daemon_set: Obj, node: Obj) -> tuple[bool, bool]:
    """Whether a daemon may come to the node, and whether one that is there may stay."""
    template = daemon_set["spec"]["template"]
    own = template["spec"].get("tolerations") or []
    pod = {**template, "spec": {**template["spec"], "tolerations": [*own, *TOLERATED]}}
    fits = not list(node_affinity(view, pod, node))
    refused = not_tolerated(pod, node)
    return fits and not refused, fits and "NoExecute" not in {it["effect"] for it in refused}


def evictions_respect_budgets(view: View, change: Change) -> Iterator[str]:
    """22. Evictions never breach a PDB (a pod that is not ready costs its budget nothing)."""
    request = view.request or {}
    if change.key.kind != "Pod" or request.get("subresource") != "eviction":
        return
    pod = change.previous
    if pod is None or not pod_is_ready(pod) or is_deleting(pod):
        return
    for budget in view.all("PodDisruptionBudget"):
        same = budget["metadata"]["namespace"] == change.key.namespace
        if same and matcher(budget["spec"].get("selector"))(labels_of(pod)):
            yield from _within(view, change, budget)


def _within(view: View, change: Change, budget: Obj) -> Iterator[str]:
    selects = matcher(budget["spec"].get("selector"))
    pods = [
        pod
        for pod in view.all("Pod")
        if pod["metadata"]["namespace"] == change.key.namespace
        and selects(labels_of(pod))
        and pod_is_active(pod)
    ]
    healthy = sum(map(pod_is_ready, pods))
    least = budget["spec"].get("minAvailable")
    if isinstance(least, int) and healthy < least:
        yield f"{change.key} was evicted: {healthy} healthy, {least} are owed"
