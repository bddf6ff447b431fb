"""The scores and choices of a real 1.36 scheduler (truth 26): 66 pods placed one by one."""

import json
from pathlib import Path

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.scheduler.scheduler import DECISIONS, NAME, Scheduler

TRUTH = json.loads((Path(__file__).parents[1] / "truth" / "26-scheduler-scores.json").read_text())
FILLERS = [("node-1", "1", "1Gi"), ("node-2", "2", "2Gi"), ("node-3", "3", "1Gi")]
FILLERS += [("node-4", "500m", "6Gi")]


def a_pod(name, labels, spec, requests=None):
    container = {"name": "c", "image": "app:v1", "resources": {"requests": requests or {}}}
    container |= {field: spec.pop(field) for field in ("resources", "ports") if field in spec}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "sched", "labels": labels},
        "spec": {"containers": [container], **spec},
    }


def new_world():
    """The recorder's five nodes, with what already ran there."""
    cluster = Cluster(nodes=5, settings={"frozen": True})
    world = cluster.world
    for number, zone in enumerate("abcab", start=1):
        node = cluster.get("Node", "", f"node-{number}")
        labels = {**(node["metadata"].get("labels") or {}), "topology.kubernetes.io/zone": zone}
        if number in (2, 4):
            labels["disk"] = "ssd"
        node = set_in(node, ("metadata", "labels"), labels)
        if number == 5:
            taint = {"key": "soft", "value": "1", "effect": "PreferNoSchedule"}
            node = set_in(node, ("spec", "taints"), [taint])
        allocatable = {"cpu": "4", "memory": "8Gi", "pods": "110"}
        world.api.update_status(world.api.update(node), {"allocatable": allocatable})
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "sched"}}
    world.api.create(namespace)
    if world.store.get(Key("ServiceAccount", "sched", "default")) is None:
        metadata = {"name": "default", "namespace": "sched"}
        world.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    spec = {"selector": {"app": "svc"}, "ports": [{"port": 80}]}
    metadata = {"name": "svc", "namespace": "sched"}
    world.api.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})
    for node, cpu, memory in FILLERS:
        requests = {"cpu": cpu, "memory": memory}
        world.api.create(a_pod(f"fill-{node}", {"app": "fill"}, {"nodeName": node}, requests))
    return world


@pytest.fixture(scope="module")
def world():
    return new_world()


def attempt(world, entry):
    """Let a fresh scheduler place one pod; (chosen, scores), then bind it as the truth did."""
    pod = a_pod(entry["pod"], entry["labels"], dict(entry["spec"]))
    world.api.create(pod)
    key = Key("Pod", "sched", entry["pod"])
    Scheduler().reconcile(world, key)
    decision = world.note(NAME, DECISIONS)[-1]
    stored = world.store.get(key)
    right = set_in(stored, ("spec", "nodeName"), entry["chosen"])
    world.store.write(right, world.now_ms)
    return decision


def test_every_score_and_choice_is_the_real_schedulers(world):
    differences = []
    for entry in TRUTH["pods"]:
        decision = attempt(world, entry)
        totals = {name: sum(row.values()) for name, row in decision["scores"].items()}
        wanted = entry["plugin_scores"]
        for plugin, row in wanted.items():
            for node, score in row.items():
                have = decision["scores"].get(node, {}).get(plugin, 0)
                if have != score:
                    differences.append((entry["pod"], entry["what"], plugin, node, score, have))
        if len(entry["final_scores"]) > 1 and totals != entry["final_scores"]:
            differences.append((entry["pod"], "total", entry["final_scores"], totals))
        if entry["ties"] == 1 and decision["chosen"] != entry["chosen"]:
            differences.append((entry["pod"], "chosen", entry["chosen"], decision["chosen"]))
    assert differences == []
