"""What the recorder's other scenarios, which ran at the same time, did to the nodes all shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slab.engine import Cluster

Action = Callable[[Cluster, str], None]
_TEAM = {"key": "team", "value": "a"}


def node_comes(
    name: str, labels: dict[str, str], taints: tuple[dict[str, str], ...] = ()
) -> Action:
    """A node like the first joins."""

    def act(cluster: Cluster, namespace: str) -> None:
        first = cluster.get("Node", "", "node-1")
        assert first is not None
        own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **labels}
        spec: dict[str, Any] = {"taints": list(taints)} if taints else {}
        body = {"metadata": {"name": name, "labels": own}, "spec": spec, "status": first["status"]}
        cluster.request({"verb": "create", "kind": "Node", "body": body})

    return act


def node_is_changed(name: str, spec: dict[str, Any]) -> Action:
    """Fields of a node's spec are set."""

    def act(cluster: Cluster, namespace: str) -> None:
        head = {"verb": "patch", "kind": "Node", "namespace": "", "name": name}
        cluster.request({**head, "patch_type": "merge", "body": {"spec": spec}})

    return act


def hollow(number: int) -> Action:
    """A node of the scenarios with a real kubelet, which lets in no other pods."""
    taint = {"key": "pool", "value": "hollow", "effect": "NoSchedule"}
    arch = {"beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux"}
    labels = {**arch, "kubernetes.io/arch": "amd64", "pool": "hollow"}
    return node_comes(f"hollow-{number}", labels, (taint,))


SIXTH = node_comes("x-6", {"pool": "x", "topology.kubernetes.io/zone": "zone-c"})
"""What 06-daemonset added."""
_DAEMON_SET_S = 9.34
"""By how much 06-daemonset began later than 02-deployment-proportional-scaling."""
BY: dict[str, tuple[tuple[float, Action], ...]] = {
    "02-deployment-proportional-scaling": (
        (_DAEMON_SET_S + 7.7, SIXTH),
        (_DAEMON_SET_S + 14.96, node_is_changed("x-6", {"unschedulable": True})),
        (
            _DAEMON_SET_S + 22.84,
            node_is_changed("x-6", {"taints": [{**_TEAM, "effect": "NoExecute"}]}),
        ),
        (
            _DAEMON_SET_S + 27.36,
            node_is_changed("x-6", {"taints": [], "unschedulable": False}),
        ),
    ),
    "05-statefulset-pvc": ((10.0, hollow(4)), (10.1, hollow(5))),
    "06-daemonset": tuple((0.0, hollow(number)) for number in range(1, 6)),
}
"""At which of a trace's seconds what happened."""
