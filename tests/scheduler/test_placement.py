"""Where pods go, from requests, taints, affinities and what is there already."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key
from k8slab.engine.scheduler.decision import decision_on, totals
from k8slab.shell import Shell

ZONE = "topology.kubernetes.io/zone"


@pytest.fixture
def cluster():
    return Cluster(nodes=3, seed=5, settings={"frozen": True, "node_cpu": "4"})


def pod(name, cpu=None, labels=None, **spec):
    resources = {"requests": {"cpu": cpu}} if cpu else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}},
        "spec": {
            "containers": [{"name": "c", "image": "nginx:1.27", "resources": resources}],
            **spec,
        },
    }


def create(cluster, *pods, seconds=1):
    for each in pods:
        name = each["metadata"]["name"]
        answer = cluster.request(
            {"verb": "create", "kind": "Pod", "namespace": "default", "name": name, "body": each}
        )
        assert answer["kind"] == "Pod", answer
        cluster.advance(seconds)


def node_of(cluster, name):
    return cluster.get("Pod", "default", name)["spec"].get("nodeName", "")


def run(cluster, line):
    output = Shell(cluster).run(line)
    assert output.exit_code == 0, output.stderr
    return output.stdout


def said_of(cluster, name):
    return [
        event["message"]
        for event in cluster.list("Event", "default")
        if event["involvedObject"]["name"] == name and event["reason"] == "FailedScheduling"
    ]


def test_requests_taints_and_affinity_decide_together(cluster):
    """CP-019, RS-002: a hand-computed table; requests count, not what is used."""
    run(cluster, "kubectl taint node node-1 team=a:NoSchedule")
    run(cluster, "kubectl label node node-2 disk=ssd")
    create(
        cluster,
        pod("ssd", "3", nodeSelector={"disk": "ssd"}),  # node-2 has the label
        pod("big", "3"),  # node-2 has 1 CPU left, node-1 is tainted
        pod(
            "bears", "3", tolerations=[{"key": "team", "operator": "Exists"}]
        ),  # only node-1 is left
        pod("late", "2"),  # 1 CPU is left on each
    )
    where = {name: node_of(cluster, name) for name in ("ssd", "big", "bears", "late")}
    assert where == {"ssd": "node-2", "big": "node-3", "bears": "node-1", "late": ""}
    cluster.advance(60)
    run(cluster, "kubectl delete pod ssd --grace-period=0 --force")
    cluster.advance(5)
    assert node_of(cluster, "late") == "node-2"


def test_a_pod_is_pending_until_it_has_a_node_and_beyond(cluster):
    """CP-020, CP-029: no nodeName, then one by a Binding; Pending while its image is pulled."""
    body = pod("slow")
    cluster.request(
        {"verb": "create", "kind": "Pod", "namespace": "default", "name": "slow", "body": body}
    )
    created = cluster.get("Pod", "default", "slow")
    assert "nodeName" not in created["spec"] and created["status"]["phase"] == "Pending"
    cluster.advance_until(lambda c: node_of(c, "slow") != "")
    bound = cluster.get("Pod", "default", "slow")
    assert bound["status"]["phase"] == "Pending"
    change = next(it for it in cluster.changes(since=0) if it.object is bound)
    assert change.cause.actor == "scheduler" and "bound" in change.cause.did[0]
    cluster.advance(60)
    assert cluster.get("Pod", "default", "slow")["status"]["phase"] == "Running"


def test_the_decision_tells_dropped_nodes_scores_and_the_winner(cluster):
    """CP-021, CP-028: each node is dropped with a reason or scored; the highest total wins."""
    run(cluster, "kubectl taint node node-1 team=a:NoSchedule")
    create(cluster, pod("first", "2"))
    create(cluster, pod("second", "1"))
    decision = decision_on(cluster.world, Key("Pod", "default", "second"))
    assert decision["filters"] == {"node-1": ["node(s) had untolerated taint(s)"]}
    assert set(decision["scores"]) == {"node-2", "node-3"}
    assert {"NodeResourcesFit", "NodeResourcesBalancedAllocation"} <= set(
        decision["scores"]["node-2"]
    )
    sums = totals(decision)
    assert sums[decision["chosen"]] == max(sums.values())
    assert decision["chosen"] == node_of(cluster, "second") != node_of(cluster, "first")


def test_ties_are_broken_by_the_seed_alone():
    """CP-028: the same cluster chooses the same node, another seed may not."""

    def chosen(seed):
        cluster = Cluster(nodes=3, seed=seed)
        create(cluster, pod("p"))
        return node_of(cluster, "p")

    assert chosen(3) == chosen(3)
    assert len({chosen(seed) for seed in range(8)}) > 1


def test_no_node_has_the_cpu(cluster):
    """CP-022."""
    create(cluster, pod("huge", "5"))
    assert node_of(cluster, "huge") == ""
    assert said_of(cluster, "huge")[0].startswith(
        "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate"
    )


def test_a_toleration_lets_the_pod_on_the_tainted_node(cluster):
    """CP-023."""
    for node in ("node-1", "node-2", "node-3"):
        run(cluster, f"kubectl taint node {node} team=a:NoSchedule")
    tolerant = [{"key": "team", "operator": "Equal", "value": "a", "effect": "NoSchedule"}]
    create(cluster, pod("plain"), pod("tolerant", tolerations=tolerant))
    assert node_of(cluster, "plain") == "" and node_of(cluster, "tolerant") != ""
    assert "3 node(s) had untolerated taint(s)" in said_of(cluster, "plain")[0]


def test_a_label_on_a_node_unblocks_the_pod_that_selects_it(cluster):
    """CP-024: at once, without waiting for a retry."""
    create(cluster, pod("picky", nodeSelector={"disk": "ssd"}))
    assert "3 node(s) didn't match Pod's node affinity/selector" in said_of(cluster, "picky")[0]
    cluster.advance(60)
    run(cluster, "kubectl label node node-3 disk=ssd")
    cluster.advance(1)
    assert node_of(cluster, "picky") == "node-3"


def test_required_anti_affinity_leaves_one_of_four_pending(cluster):
    """CP-025."""
    apart = {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {
                    "topologyKey": "kubernetes.io/hostname",
                    "labelSelector": {"matchLabels": {"app": "db"}},
                }
            ]
        }
    }
    names = ["db-0", "db-1", "db-2", "db-3"]
    create(cluster, *(pod(name, labels={"app": "db"}, affinity=apart) for name in names))
    nodes = [node_of(cluster, name) for name in names]
    assert sorted(nodes) == ["", "node-1", "node-2", "node-3"]


def test_replicas_are_spread_over_zones():
    """CP-026: with zones of two, one and one nodes, three replicas are in three zones."""
    cluster = Cluster(nodes=4, seed=2)
    for node, zone in (("node-1", "a"), ("node-2", "a"), ("node-3", "b"), ("node-4", "c")):
        run(cluster, f"kubectl label node {node} {ZONE}=zone-{zone}")
    run(cluster, "kubectl create deployment web --image=nginx:1.27 --replicas=3")
    cluster.advance(30)
    zones = [each["metadata"]["labels"][ZONE] for each in cluster.list("Pod", "default")]
    assert sorted(zones) == ["zone-a", "zone-b", "zone-c"]


def test_a_node_that_has_the_image_is_preferred(cluster):
    """CP-027: else equal, the node that reports the image wins by the plugin's own score."""
    node = cluster.get("Node", "", "node-3")
    image = {"names": ["registry.example/model:1"], "sizeBytes": 900_000_000}
    cluster.world.api.update_status(node, {**node["status"], "images": [image]})
    wanted = pod("wanted")
    wanted["spec"]["containers"][0]["image"] = "registry.example/model:1"
    create(cluster, wanted)
    decision = decision_on(cluster.world, Key("Pod", "default", "wanted"))
    scores = {name: row["ImageLocality"] for name, row in decision["scores"].items()}
    assert scores["node-3"] > 0 == scores["node-1"] == scores["node-2"]
    assert node_of(cluster, "wanted") == "node-3"


def test_the_scheduler_binds_and_starts_nothing(cluster):
    """CP-030: with every kubelet stopped a pod has a node and no container."""
    for node in ("node-1", "node-2", "node-3"):
        cluster.inject("kubelet-stop", node=node)
    create(cluster, pod("bound"))
    cluster.advance(20)
    bound = cluster.get("Pod", "default", "bound")
    assert bound["spec"]["nodeName"] and bound["status"]["phase"] == "Pending"
    assert "containerStatuses" not in bound["status"]


def test_label_keys_stand_in_the_selectors_of_a_new_pod(cluster):
    """matchLabelKeys and mismatchLabelKeys become expressions with the pod's own values."""
    term = {
        "topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": ["hash", "none"],
        "mismatchLabelKeys": ["tenant"],
    }
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": ["hash"],
    }
    preferred = [{"weight": 1, "podAffinityTerm": term}]
    anti = {"preferredDuringSchedulingIgnoredDuringExecution": preferred}
    labels = {"app": "web", "hash": "7", "tenant": "a"}
    affinity = {"affinity": {"podAntiAffinity": anti}, "topologySpreadConstraints": [spread]}
    create(cluster, pod("p", labels=labels, **affinity))
    spec = cluster.get("Pod", "default", "p")["spec"]
    same = {"key": "hash", "operator": "In", "values": ["7"]}
    other = {"key": "tenant", "operator": "NotIn", "values": ["a"]}
    [kept] = spec["affinity"]["podAntiAffinity"][next(iter(anti))]
    assert kept["podAffinityTerm"]["labelSelector"]["matchExpressions"] == [same, other]
    assert kept["podAffinityTerm"]["matchLabelKeys"] == ["hash", "none"]
    assert spec["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"] == [same]


def test_pods_of_another_revision_do_not_count_by_label_keys(cluster):
    """A rollout's new pods spread anew: matchLabelKeys tells them from the old ones."""
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": ["hash"],
    }
    old, new = {"app": "web", "hash": "old"}, {"app": "web", "hash": "new"}
    on = {"nodeSelector": {"kubernetes.io/hostname": "node-1"}}
    create(cluster, *(pod(f"old-{n}", labels=old, **on) for n in range(3)))
    create(cluster, pod("n", labels=new, topologySpreadConstraints=[spread], **on))
    assert node_of(cluster, "n") == "node-1"
    create(cluster, pod("o", labels=old, topologySpreadConstraints=[spread]))
    assert node_of(cluster, "o") in ("node-2", "node-3")
