"""Where pods are put: invariants 9 and 10, worked out anew without the scheduler's own code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slab.engine.base.objects import Key, Obj, get_in, is_deleting, labels_of
from k8slab.engine.base.pods import node_of, pod_is_terminal
from k8slab.engine.base.quantity import milli_value
from k8slab.engine.base.selectors import matcher
from k8slab.engine.base.taints import tolerates
from k8slab.engine.store import Change

from ..view import View, actor_of

SCHEDULER = "scheduler"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def _bound_now(change: Change) -> bool:
    if change.key.kind != "Pod" or actor_of(change) != SCHEDULER or change.type == "DELETED":
        return False
    return bool(node_of(change.object)) and not (change.previous and node_of(change.previous))


def _requests(pod: Obj, resource: str) -> int:
    def of(container: Obj) -> int:
        stated = container.get("resources") or {}
        both = {**(stated.get("limits") or {}), **(stated.get("requests") or {})}
        return milli_value(str(both.get(resource, 0)))

    spec = pod["spec"]
    inits = [of(each) for each in spec.get("initContainers") or ()]
    return max([sum(map(of, spec["containers"])), *inits])


def nodes_are_not_overcommitted(view: View, change: Change) -> Iterator[str]:
    """9. A node's requests <= allocatable, pods <= 110."""
    if not _bound_now(change):
        return
    node = view.get(Key("Node", "", node_of(change.object)))
    if node is None:
        yield f"{change.key} was bound to {node_of(change.object)}, which is not there"
        return
    name = node["metadata"]["name"]
    pods = [pod for pod in view.on_node(name) if not pod_is_terminal(pod)]
    allocatable = node["status"]["allocatable"]
    if len(pods) > min(110, int(allocatable["pods"])):
        yield f"{name} has {len(pods)} pods"
    for resource in ("cpu", "memory"):
        requested = sum(_requests(pod, resource) for pod in pods)
        if requested > milli_value(str(allocatable[resource])):
            yield f"{name}: {requested} m of {resource} requested, of {allocatable[resource]}"


def bindings_satisfy_their_constraints(view: View, change: Change) -> Iterator[str]:
    """10. A binding satisfies taints, affinity, host ports, required spread."""
    if not _bound_now(change):
        return
    pod = change.object
    node = view.get(Key("Node", "", node_of(pod)))
    if node is None:
        return
    for holds in (_taints, node_affinity, _host_ports, _anti_affinity, _spread):
        for text in holds(view, pod, node):
            yield f"{change.key} on {node['metadata']['name']}: {text}"


def not_tolerated(pod: Obj, node: Obj) -> list[Obj]:
    """The node's taints that keep the pod away."""
    taints = list(node["spec"].get("taints") or ())
    if node["spec"].get("unschedulable"):
        taints.append(UNSCHEDULABLE)
    tolerations = pod["spec"].get("tolerations") or ()
    return [
        taint
        for taint in taints
        if taint["effect"] in ("NoSchedule", "NoExecute")
        and not any(tolerates(it, taint) for it in tolerations)
    ]


def _taints(view: View, pod: Obj, node: Obj) -> Iterator[str]:
    for taint in not_tolerated(pod, node):
        yield f"taint {taint['key']} is not tolerated"


def node_affinity(view: View, pod: Obj, node: Obj) -> Iterator[str]:
    labels = labels_of(node)
    if not (pod["spec"].get("nodeSelector") or {}).items() <= labels.items():
        yield "nodeSelector"
    terms = get_in(pod, "spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
    if terms is None:
        return
    name = node["metadata"]["name"]
    if not any(_term_matches(term, labels, name) for term in terms):
        yield "required node affinity"


def _term_matches(term: Obj, labels: dict[str, str], name: str) -> bool:
    on_labels = {"matchExpressions": term.get("matchExpressions") or []}
    on_fields = {"matchExpressions": term.get("matchFields") or []}
    return matcher(on_labels)(labels) and matcher(on_fields)({"metadata.name": name})


def _neighbours(view: View, pod: Obj) -> list[Obj]:
    """The other pods of its node that have not finished."""
    uid = pod["metadata"]["uid"]
    others = view.on_node(node_of(pod))
    return [it for it in others if it["metadata"]["uid"] != uid and not pod_is_terminal(it)]


def _ports(pod: Obj) -> set[int]:
    return {
        port["hostPort"]
        for container in pod["spec"]["containers"]
        for port in container.get("ports") or ()
        if port.get("hostPort")
    }


def _host_ports(view: View, pod: Obj, node: Obj) -> Iterator[str]:
    for other in _neighbours(view, pod):
        if shared := _ports(pod) & _ports(other):
            yield f"host ports {sorted(shared)} belong to {other['metadata']['name']}"


def _anti_terms(pod: Obj) -> list[Obj]:
    found: list[Obj] = get_in(pod, "spec", "affinity", "podAntiAffinity", REQUIRED, default=[])
    return found


def _anti_affinity(view: View, pod: Obj, node: Obj) -> Iterator[str]:
    for other in _neighbours(view, pod):
        if other["metadata"]["namespace"] != pod["metadata"]["namespace"]:
            continue
        for one, two in ((pod, other), (other, pod)):
            if any(matcher(it["labelSelector"])(labels_of(two)) for it in _anti_terms(one)):
                yield f"anti-affinity with {other['metadata']['name']}"


def _spread(view: View, pod: Obj, node: Obj) -> Iterator[str]:
    for rule in pod["spec"].get("topologySpreadConstraints") or ():
        if rule["whenUnsatisfiable"] != "DoNotSchedule":
            continue
        counts = _counts(view, pod, rule)
        skew = counts[node["metadata"]["name"]] - min(counts.values())
        if skew > rule["maxSkew"]:
            yield f"skew {skew} of {dict(counts)}"


def _counts(view: View, pod: Obj, rule: Obj) -> Counter[str]:
    """Selected pods by node (each its own domain), over the nodes that the pod may go to."""
    selects = matcher(rule["labelSelector"])
    eligible = [it for it in view.all("Node") if not list(node_affinity(view, pod, it))]
    counts = Counter({it["metadata"]["name"]: 0 for it in eligible})
    for other in view.all("Pod"):
        same = other["metadata"]["namespace"] == pod["metadata"]["namespace"]
        stays = not is_deleting(other) and not pod_is_terminal(other)
        if same and stays and node_of(other) in counts and selects(labels_of(other)):
            counts[node_of(other)] += 1
    return counts
