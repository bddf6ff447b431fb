"""Which nodes a DaemonSet's pods belong on (daemon_controller.go NodeShouldRunDaemonPod, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.memo import by_identity
from ...base.nodeselector import matches_required
from ...base.objects import Obj, Objs, get_in
from ...base.pods import node_of
from ...base.taints import tolerated

_ALWAYS_TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def should_run(daemon_set: Obj, node: Obj) -> tuple[bool, bool]:
    """Whether a pod should be started there, and whether one that is there may stay.

    A taint that only keeps pods from being scheduled lets a running one stay.
    """
    spec = daemon_set["spec"]["template"]["spec"]
    if spec.get("nodeName", node["metadata"]["name"]) != node["metadata"]["name"]:
        return False, False
    if not matches_required(spec, node):
        return False, False
    bad = [
        taint["effect"]
        for taint in get_in(node, "spec", "taints", default=[])
        if taint["effect"] != "PreferNoSchedule" and not tolerated(tolerations(spec), taint)
    ]
    return not bad, "NoExecute" not in bad


@by_identity
def tolerations(spec: Obj) -> Objs:
    """A template's tolerations, and those that every daemon pod has (in place of a limited one)."""
    found: Objs = list(spec.get("tolerations") or ())
    extra = [*_ALWAYS_TOLERATED, *([_NETWORK] if spec.get("hostNetwork") else [])]
    for key, effect in extra:
        new = {"key": key, "operator": "Exists", "effect": effect}
        unlimited = [{k: it[k] for k in it if k != "tolerationSeconds"} for it in found]
        if new in unlimited:
            found[unlimited.index(new)] = new
        else:
            found.append(new)
    return found


def pinned(spec: Obj, node: str) -> Obj:
    """A template's pod spec for one node: by node affinity, so that the scheduler binds it.

    What the template itself requires of nodes was asked already, and is replaced.
    """
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    affinity: dict[str, Any] = spec.get("affinity") or {}
    near = {**(affinity.get("nodeAffinity") or {}), _REQUIRED: required}
    return {
        **spec,
        "affinity": {**affinity, "nodeAffinity": near},
        "tolerations": tolerations(spec),
    }


def target_node(pod: Obj) -> str:
    """The node that a daemon pod is bound to, or that its affinity names ("" for neither)."""
    if node_of(pod):
        return node_of(pod)
    required = get_in(pod, "spec", "affinity", "nodeAffinity", _REQUIRED, default={})
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and len(field["values"]) == 1:
                return str(field["values"][0])
    return ""
