"""Many nodes that fall silent: how fast their pods may be driven away (nodelifecycle, 1.36)."""

from k8slab.engine import Cluster
from k8slab.engine.base.times import parse_rfc3339
from k8slab.shell import Shell

UNREACHABLE = "node.kubernetes.io/unreachable"


def cluster_of(nodes, zones=1):
    cluster = Cluster(nodes=nodes, seed=3, settings={"frozen": True})
    if zones > 1:
        for number in range(1, nodes + 1):
            zone = f"topology.kubernetes.io/zone=z{number % zones}"
            line = f"kubectl label --overwrite node node-{number} {zone}"
            assert Shell(cluster).run(line).exit_code == 0
    cluster.advance(10)
    return cluster


def crash(cluster, *numbers):
    for number in numbers:
        cluster.inject("node-crash", node=f"node-{number}")


def driven(cluster):
    """When (s) the nodes were tainted NoExecute, by the number of the node."""
    found = {}
    for node in cluster.list("Node"):
        for taint in node["spec"].get("taints") or ():
            if taint["effect"] == "NoExecute" and taint["key"] == UNREACHABLE:
                found[int(node["metadata"]["name"].split("-")[1])] = taint["timeAdded"]
    return found


def silent(cluster):
    return [
        node["metadata"]["name"]
        for node in cluster.list("Node")
        for condition in node["status"]["conditions"]
        if condition["type"] == "Ready" and condition["status"] == "Unknown"
    ]


def wait_for(cluster, nodes):
    assert cluster.advance_until(lambda c: len(silent(c)) == nodes, timeout_s=120)


def test_one_node_in_ten_seconds():
    """The first at once, the next ten seconds later."""
    cluster = cluster_of(5)
    crash(cluster, 1, 2)
    wait_for(cluster, 2)
    cluster.advance(60)
    first, second = (parse_rfc3339(at) for at in sorted(driven(cluster).values()))
    assert second - first >= 9_000


def test_where_all_are_down_nobody_is_driven_away():
    """Master disruption mode: it is the control plane that is cut off."""
    cluster = cluster_of(3)
    crash(cluster, 1, 2, 3)
    wait_for(cluster, 3)
    cluster.advance(60)
    assert driven(cluster) == {}
    cluster.inject("node-recover", node="node-1")
    cluster.advance(90)
    assert sorted(driven(cluster)) == [2, 3]


def test_most_of_a_small_zone_is_left_alone():
    """Three of five are 60 %: the zone is disrupted in part, and too small for a slow rate."""
    cluster = cluster_of(5)
    crash(cluster, 1, 2, 3)
    wait_for(cluster, 3)
    before = driven(cluster)
    cluster.advance(120)
    assert len(before) < 3 and driven(cluster) == before
    cluster.inject("node-recover", node="node-1")
    cluster.advance(60)
    assert sorted(driven(cluster)) == [2, 3]


def test_a_zone_that_is_down_as_a_whole_goes_at_the_normal_rate():
    cluster = cluster_of(6, zones=2)
    crash(cluster, 2, 4, 6)
    wait_for(cluster, 3)
    cluster.advance(90)
    assert sorted(driven(cluster)) == [2, 4, 6]
