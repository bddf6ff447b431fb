"""The cluster in which a trace was recorded: its nodes, and what befell them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from k8slab.engine import Cluster
from k8slab.engine.apps.catalogue import canonical
from k8slab.engine.base.objects import Key
from k8slab.engine.control.leases import lease_renewed_ms
from k8slab.engine.controllers.node_lifecycle import PASS_MS
from k8slab.engine.nodes.images import EMPTY

ZONE = "topology.kubernetes.io/zone"


class Scene(NamedTuple):
    """How to set a trace's stage.

    ``alias`` maps the recorder's node names to ours; ``pool`` of the first nodes is a label and a
    taint; ``faults`` are a mark of the trace, what is injected at it, and where; ``seen_s`` is the
    moment at which the node lifecycle controller last saw a Lease renewed, modulo 10 s; nodes from
    ``pulled_from`` on have the images; ``seed`` is one whose ties of placement fall as recorded;
    ``second`` is where in its minute the recorder's second 0 was.
    """

    nodes: int = 5
    zones: str = "abcab"
    kubelet: str = "fake"
    alias: tuple[tuple[str, str], ...] = ()
    pool: tuple[str, int] | None = None
    faults: tuple[tuple[str, str, str], ...] = ()
    seen_s: float | None = None
    seed: int = 0
    pulled_from: int = 1
    second: float | None = None


_FAILURE = Scene(
    seed=2,
    nodes=8,
    zones="aaaabcab",
    alias=((r"\bf-([123])\b", r"nude-\1"), (r"\bnode-([1-5])\b", "healthy"), ("nude", "node")),
    pool=("fail", 3),
    faults=(
        ("stop f-1 (last lease renewal up to 10s before)", "node-partition", "node-1"),
        ("node f-1 comes back", "node-recover", "node-1"),
    ),
    seen_s=8.778,
)
_HOLLOW = Scene(
    seen_s=6.4,
    zones="",
    kubelet="real",
    alias=((r"\bhollow-(\d)\b", r"node-\1"),),
    pool=("hollow", 5),
    faults=(
        ("hollow-3 kubelet killed", "node-crash", "node-3"),
        ("hollow-3 kubelet started again (empty runtime)", "node-recover", "node-3"),
    ),
)
_DRAINED = Scene(
    nodes=8,
    zones="abcabcab",
    alias=((r"\bd-([123])\b", r"nude-\1"), (r"\bnode-([1-5])\b", "healthy"), ("nude", "node")),
    pool=("drain", 3),
)
SCENES = {
    "03": _FAILURE,
    "04": _DRAINED,
    "05-statefulset-partition": Scene(seed=2),
    "05-statefulset-pvc": Scene(nodes=8, zones="abcababc"),
    "07-service": Scene(seed=5),
    "08": Scene(seed=1),
    "06-cronjob": Scene(second=44.39),
    "06-job-backoff": Scene(second=44.37),
    "06-job-completions": Scene(second=38.4),
    "11-realkubelet-deployment": _HOLLOW._replace(pulled_from=6),
    "11-realkubelet-pod": _HOLLOW._replace(pulled_from=2, seed=2),
    "11-realkubelet-node": _HOLLOW._replace(seed=18),
}
INSTANT = {"size_mb": 0, "boot": [], "term": {"drains": 0, "code": 0}}
IMAGES = {
    "app:*": {**INSTANT, "ports": [8080], "exec": {"ok": {"when": "up", "says": "", "else": ""}}},
    "i:*": {**INSTANT, "exits": {"after": 3600, "code": 0}},
}


def scene_of(name: str) -> Scene:
    """The scene of a trace by its file's name."""
    return next((scene for start, scene in SCENES.items() if name.startswith(start)), Scene())


def aliased(text: str, scene: Scene) -> str:
    """A trace's text with our names of its nodes."""
    for pattern, name in scene.alias:
        text = re.sub(pattern, name, text)
    return text


def new_cluster(scene: Scene, seed: int, **more: Any) -> Cluster:
    """The cluster as it stood when the recorder started; ``more`` settings where asked for."""
    settings = {"kubelet": scene.kubelet, "frozen": True, **more}
    cluster = Cluster(nodes=scene.nodes, seed=seed, settings=settings, images=IMAGES)
    for number in range(scene.pulled_from, scene.nodes + 1):
        _pull(cluster, f"node-{number}")
    for number in range(1, scene.nodes + 1):
        _furnish(cluster, scene, number)
        if scene.kubelet == "fake":
            _fake(cluster, f"node-{number}")
    return cluster


def _pull(cluster: Cluster, node: str) -> None:
    """The node has the app's images from scenarios before."""
    ready = {canonical(f"app:{tag}"): 0 for tag in ("v1", "v2")}
    cluster.world.set_note("images", Key("Node", "", node), {**EMPTY, "ready": ready})


def _furnish(cluster: Cluster, scene: Scene, number: int) -> None:
    """Label and taint one node."""
    labels = {ZONE: f"zone-{scene.zones[number - 1]}"} if scene.zones else {}
    spec: dict[str, Any] = {}
    if scene.pool is not None and number <= scene.pool[1]:
        labels["pool"] = scene.pool[0]
        spec["taints"] = [{"key": "pool", "value": scene.pool[0], "effect": "NoSchedule"}]
    body = {"metadata": {"labels": labels}, "spec": spec}
    head = {"verb": "patch", "kind": "Node", "namespace": "", "name": f"node-{number}"}
    cluster.request({**head, "patch_type": "merge", "body": body})


def _fake(cluster: Cluster, node: str) -> None:
    """What the recorder's fake nodes said of themselves."""
    more = {"hugepages-1Gi": None, "hugepages-2Mi": None, "ephemeral-storage": "100Gi"}
    resources = {"memory": "8Gi", **more}
    info = {"kernelVersion": "6.1", "osImage": "Fake", "containerRuntimeVersion": "fake://1"}
    blank = dict.fromkeys(("machineID", "systemUUID", "bootID"), "")
    status = {"capacity": resources, "allocatable": resources, "nodeInfo": {**info, **blank}}
    status["daemonEndpoints"] = {"kubeletEndpoint": {"Port": 0}}
    head = {"verb": "patch", "kind": "Node", "namespace": "", "name": node, "patch_type": "merge"}
    cluster.request({**head, "subresource": "status", "body": {"status": status}})
    annotations = {"volumes.kubernetes.io/controller-managed-attach-detach": None}
    cluster.request({**head, "body": {"metadata": {"annotations": annotations}}})


def start_ms(cluster: Cluster, scene: Scene) -> int:
    """The moment of ours that is the recorder's second 0."""
    base_ms = cluster.now_ms
    if scene.second is not None:
        return base_ms + (round(scene.second * 1000) - base_ms) % 60_000
    if scene.seen_s is None:
        return base_ms
    silent = scene.faults[0][2]
    node = cluster.get("Node", "", silent)
    assert node is not None
    seen_ms = -(-lease_renewed_ms(cluster.world, node) // PASS_MS) * PASS_MS
    return base_ms + (seen_ms - base_ms - round(scene.seen_s * 1000)) % 10_000
