"""Eventual consistency: not at once, but in the end, and then it stays."""

from k8slab.engine import Cluster
from k8slab.shell import Shell

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: shop/api:1.0
        resources: {requests: {cpu: "1"}}
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 3}
"""


def applied(nodes):
    cluster = Cluster(nodes, seed=7, settings={"frozen": True, "node_cpu": "4"})
    assert Shell(cluster, files={"web.yaml": WEB}).run("kubectl apply -f web.yaml").exit_code == 0
    return cluster


def bars(cluster):
    """For each pod the moments at which it was scheduled, started and ready."""
    found = {}
    for change in cluster.changes(since=0):
        pod = change.object
        if change.key.kind != "Pod" or change.type == "DELETED":
            continue
        bar = found.setdefault(change.key.name, {})
        if pod["spec"].get("nodeName"):
            bar.setdefault("scheduled", change.at_ms)
        for status in (pod.get("status") or {}).get("containerStatuses") or ():
            if status.get("started"):
                bar.setdefault("started", change.at_ms)
            if status.get("ready"):
                bar.setdefault("ready", change.at_ms)
    return found


def missing(cluster):
    """|desired - ready| at each write of the Deployment's status, with the time."""
    return [
        (change.at_ms, 10 - (change.object.get("status") or {}).get("readyReplicas", 0))
        for change in cluster.changes(since=0)
        if change.key.kind == "Deployment"
    ]


def test_ten_pods_come_one_stage_after_the_other_and_not_together():
    """EC-002: a bar for each pod, scheduled before started before ready; the bars differ."""
    cluster = Cluster(4, seed=7, settings={"frozen": True, "node_cpu": "4"})
    shell = Shell(cluster, files={"web.yaml": WEB})
    pinned = '{"spec":{"nodeName":"node-1"}}'
    shell.run(f"kubectl run first --image=shop/api:1.0 --overrides='{pinned}'")
    cluster.advance(60)  # now one node has the image, the others have yet to pull it
    shell.run("kubectl delete pod first --grace-period=0 --force")
    shell.run("kubectl apply -f web.yaml")
    cluster.advance(300)
    found = [bar for name, bar in bars(cluster).items() if name != "first"]
    assert len(found) == 10
    assert all(bar["scheduled"] < bar["started"] < bar["ready"] for bar in found)
    assert len({bar["ready"] for bar in found}) > 1


def test_wish_and_world_differ_for_a_while_and_then_agree_for_good():
    """EC-003, EC-004: the difference is above 0, falls to 0, and nothing is written afterwards."""
    cluster = applied(nodes=4)
    cluster.advance(300)
    curve = missing(cluster)
    assert curve[0][1] == 10 and curve[-1][1] == 0
    took_ms = next(at_ms for at_ms, gap in curve if gap == 0)
    assert 5_000 < took_ms < 120_000
    version = cluster.version
    cluster.advance(600)
    assert cluster.version == version


def test_without_room_the_wish_is_never_met():
    """EC-001: what does not fit waits for ever."""
    cluster = applied(nodes=2)
    cluster.advance(3600)
    phases = [pod["status"]["phase"] for pod in cluster.list("Pod", "default")]
    assert sorted(phases) == ["Pending"] * 2 + ["Running"] * 8
