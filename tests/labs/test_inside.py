"""The Inside views: what they tell is the engine's own state, and of the moment that is shown."""

from __future__ import annotations

import orjson
import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, key_of
from k8slab.engine.components import node_card, one_pattern
from k8slab.engine.etcd import path_of
from k8slab.labs.history import History
from k8slab.labs.inside import VIEWS, traced
from k8slab.shell import Shell

from .conftest import DEPLOYMENT

LEAKY = """\
apiVersion: v1
kind: Pod
metadata: {name: leaky}
spec:
  containers:
  - {name: app, image: "demo/leaky:1", resources: {limits: {memory: 160Mi}}}
"""


@pytest.fixture
def cluster() -> Cluster:
    """Three nodes with a Deployment of three pods that are ready."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    Shell(cluster, files={"web.yaml": DEPLOYMENT}).run("kubectl apply -f web.yaml")
    cluster.advance(30)
    return cluster


def test_views_only_read(cluster):
    before = cluster.snapshot()
    for view in VIEWS.values():
        orjson.dumps(view(cluster, ""))
    traced(cluster, History(), cluster, "")
    assert cluster.snapshot() == before


def test_nothing_but_the_api_server_is_joined_to_etcd(cluster):
    """CP-001: the diagram's boxes, each with its last action, and its edges."""
    shown = VIEWS["components"](cluster, "")
    boxes = {box["name"]: box for box in shown["boxes"]}
    assert list(boxes) == [
        "kube-apiserver",
        "kubectl",
        "etcd",
        "kube-scheduler",
        "kube-controller-manager",
        "cloud-controller-manager",
        "node-1",
        "node-2",
        "node-3",
    ]
    assert all(edge[0] == "kube-apiserver" for edge in shown["edges"])
    assert ["kube-apiserver", "kubectl"] in shown["edges"]
    assert [edge for edge in shown["edges"] if "etcd" in edge] == [["kube-apiserver", "etcd"]]
    assert boxes["kube-scheduler"]["last"]["did"].startswith("bound Pod/default/web-")
    assert boxes["etcd"]["last"]["did"].startswith("/registry/")
    assert boxes["kubectl"]["last"]["did"] == "create Deployment/web"
    assert boxes["cloud-controller-manager"]["state"] == "absent"
    cluster.inject("node-crash", node="node-2")
    after = {box["name"]: box["state"] for box in VIEWS["components"](cluster, "")["boxes"]}
    assert (after["node-1"], after["node-2"]) == ("runs", "stopped")


def test_the_api_servers_card_shows_four_of_its_clients_as_one_loop(cluster):
    """CM-029"""
    pattern = VIEWS["components"](cluster, "kube-apiserver")["card"]["pattern"]
    assert pattern == one_pattern(cluster.loop)
    assert [it["name"] for it in pattern] == ["scheduler", "kubelet", "deployment", "kube-proxy"]
    assert all(it["input"] and it["desired"] for it in pattern)
    assert pattern[2]["last"]["did"] == "updated Deployment/default/web status"


def test_a_nodes_card_is_the_engines(cluster):
    """ND-009"""
    card = VIEWS["components"](cluster, "node-1")["card"]
    told = node_card(cluster.world, cluster.reasons, "node-1")
    assert {name: card[name] for name in told} == told
    assert [it["name"] for it in card["components"]] == ["kubelet", "kube-proxy", "containerd"]
    on_node = cluster.world.store.by("Pod", "node", "node-1")
    assert [it["name"] for it in card["pods"]] == [it["metadata"]["name"] for it in on_node]


def test_a_program_that_is_stopped_says_so(cluster):
    cluster.inject("component-stop", component="kube-scheduler")
    shown = VIEWS["components"](cluster, "kube-scheduler")
    assert {box["name"]: box["state"] for box in shown["boxes"]}["kube-scheduler"] == "stopped"
    assert [loop["name"] for loop in shown["card"]["loops"]] == ["scheduler"]


def test_a_pods_placing_tells_dropped_nodes_scores_and_the_winner(cluster):
    """CP-021"""
    shell = Shell(cluster)
    shell.run("kubectl cordon node-1")
    shell.run("kubectl scale deployment web --replicas=4")
    cluster.advance(5)
    decision = VIEWS["scheduler"](cluster, "")["decision"]
    assert decision["filters"] == {"node-1": ["node(s) were unschedulable"]}
    assert set(decision["totals"]) == {"node-2", "node-3"}
    assert decision["totals"][decision["chosen"]] == max(decision["totals"].values())
    assert all(set(row) <= set(decision["plugins"]) for row in decision["scores"].values())
    namespace, name = VIEWS["scheduler"](cluster, "")["of"].split("/")
    assert cluster.get("Pod", namespace, name)["spec"]["nodeName"] == decision["chosen"]


def test_every_object_has_a_key_in_the_store(cluster):
    """CP-013"""
    shown = VIEWS["store"](cluster, "Deployment/default/web")
    objects = [it for kind in cluster.world.store.kinds() for it in cluster.list(kind)]
    keys = dict(shown["keys"])
    assert list(keys) == sorted(path_of(key_of(it)) for it in objects)
    assert shown["of"] == "/registry/deployments/default/web"
    stored = cluster.world.store.get(Key("Deployment", "default", "web"))
    assert orjson.loads(shown["value"]) == stored
    assert str(keys[shown["of"]]) == stored["metadata"]["resourceVersion"]


def test_usage_has_its_limit_and_marks_what_ran_out_of_memory():
    cluster = Cluster(nodes=1, seed=7)
    Shell(cluster, files={"leaky.yaml": LEAKY}).run("kubectl apply -f leaky.yaml")
    cluster.advance(250)
    shown = VIEWS["usage"](cluster, "default/leaky/app")
    series = shown["series"]
    assert series["memory_limit"] == 160 * 1024 * 1024
    assert series["kills"] and series["kills"] == series["ends"]
    assert (shown["from_ms"], shown["to_ms"]) == (0, 250_000)


def test_rules_name_the_pods_behind_a_service(cluster):
    Shell(cluster).run("kubectl expose deployment web --port=80")
    cluster.advance(5)
    text = VIEWS["rules"](cluster, "node-2")["text"]
    ips = [pod["status"]["podIP"] for pod in cluster.list("Pod")]
    assert all(f"--to-destination {ip}:80" in text for ip in ips)


def test_a_trace_goes_as_far_as_the_moment_that_is_shown(cluster):
    """TR-030: at a moment of the past the trace ends there."""
    whole = traced(cluster, History(), cluster, "")
    past = Cluster.replay(cluster.genesis, cluster.journal, 20)
    part = traced(cluster, History(), past, "")
    assert reached(part) == list(range(1, 16))
    assert reached(part) < reached(whole)
    assert all(step["at_ms"] <= 20 for stage in part["stages"] for step in stage["steps"])
    assert reached(traced(cluster, History(), Cluster(nodes=1), "")) == []


def test_a_trace_follows_one_pod(cluster):
    """TR-030: the steps of the others are left out, those of no pod stay."""
    pod = traced(cluster, History(), cluster, "")["choices"][1]
    stages = traced(cluster, History(), cluster, pod)["stages"]
    told = [step["object"] for stage in stages for step in stage["steps"]]
    assert {name for name in told if name.startswith("Pod/")} == {pod}
    assert "Deployment/default/web" in told


def test_a_checkpoint_leads_to_the_same_trace_as_a_replay(cluster):
    history = History()
    history.note(cluster)
    cluster.advance(7)
    Shell(cluster).run("kubectl scale deployment web --replicas=5")
    Shell(cluster).run("kubectl set image deployment web app=nginx:1.28")
    cluster.advance(20)
    for _ in range(2):
        assert traced(cluster, history, cluster, "") == traced(cluster, History(), cluster, "")


def test_what_nothing_came_of_has_no_afterwards(cluster):
    Shell(cluster).run("kubectl scale deployment web --replicas=3")
    assert max(reached(traced(cluster, History(), cluster, ""))) <= 8
    Shell(cluster).run("kubectl delete pod --all")
    assert max(reached(traced(cluster, History(), cluster, ""))) <= 8


def reached(shown):
    return [stage["number"] for stage in shown["stages"] if stage["steps"]]


@pytest.mark.asyncio
async def test_a_page_looks_inside_and_stops_at_a_step(lab, visitor, open_page):
    """TR-030: "break here" pauses at the step's very moment."""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        refused = await page.ask("reach-step", step=15)
        assert not refused["ok"], refused
        await page.ask("apply", name="web.yaml")
        reply = await page.ask("reach-step", step=15)
        assert reply["result"]["reached"], reply
        shown = (await page.ask("inside", view="trace", of=""))["result"]
        assert reached(shown)[-1] == 15
        assert page.state["clock"]["paused"]
        await page.ask("view", at_ms=0)
        shown = (await page.ask("inside", view="scheduler", of=""))["result"]
        assert shown["decision"] is None
        assert not (await page.ask("inside", view="nothing", of=""))["ok"]
