"""DaemonSets: where their pods are, and the update strategies that no trace shows."""

from itertools import pairwise

from .workloads import POD, SPEC, create, kubectl, new_cluster, pods, told

DAEMON_SET = f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent}}
spec:
  selector: {{matchLabels: {{app: a}}}}
  updateStrategy: %s
  template: {{ {POD}, {SPEC} }}
"""
IMAGE = ("spec", "containers", 0, "image")


def with_strategy(strategy):
    cluster = new_cluster()
    create(cluster, DAEMON_SET % strategy)
    cluster.advance(5)
    assert len(pods(cluster)) == 3
    return cluster


def images(cluster):
    return sorted(pod["spec"]["containers"][0]["image"] for pod in pods(cluster).values())


def test_on_delete_waits_for_the_hand_that_deletes():
    cluster = with_strategy("{type: OnDelete}")
    kubectl(cluster, "set image ds/agent c=app:v2")
    cluster.advance(30)
    assert images(cluster) == ["app:v1"] * 3
    kubectl(cluster, f"delete pod {min(pods(cluster))}")
    cluster.advance(5)
    assert images(cluster) == ["app:v1", "app:v1", "app:v2"]


def test_surge_starts_the_new_pod_before_the_old_one_goes():
    """maxSurge: never fewer than one ready pod a node; one node at a time has two."""
    strategy = "{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
    cluster = with_strategy(strategy)
    kubectl(cluster, "set image ds/agent c=app:v2")
    fewest, most = 3, 3
    for _ in range(300):
        cluster.advance(0.1)
        status = cluster.get("DaemonSet", "default", "agent")["status"]
        fewest = min(fewest, status.get("numberAvailable", 0))
        living = [it for it in pods(cluster).values() if "deletionTimestamp" not in it["metadata"]]
        most = max(most, len(living))
    assert images(cluster) == ["app:v2"] * 3
    assert (fewest, most) == (3, 4)


def test_a_node_selector_decides_where_it_runs():
    """WL-019, ND-020."""
    cluster = with_strategy("{}")
    patch = '{"spec":{"template":{"spec":{"nodeSelector":{"disk":"ssd"}}}}}'
    kubectl(cluster, f"patch ds agent -p '{patch}'")
    kubectl(cluster, "label node node-2 disk=ssd")
    cluster.advance(10)
    assert [pod["spec"]["nodeName"] for pod in pods(cluster).values()] == ["node-2"]
    kubectl(cluster, "label node node-2 disk-")
    cluster.advance(10)
    assert pods(cluster) == {}


def test_its_pods_outlive_the_silence_of_their_node():
    """WL-021: they tolerate not-ready and unreachable without limit."""
    cluster = with_strategy("{}")
    cluster.inject("node-partition", node="node-1")
    cluster.advance(600)
    assert all("deletionTimestamp" not in pod["metadata"] for pod in pods(cluster).values())


def test_a_rollback_gives_the_old_template_a_new_number():
    cluster = with_strategy("{}")
    kubectl(cluster, "set image ds/agent c=app:v2")
    cluster.advance(30)
    assert kubectl(cluster, "rollout undo ds/agent").stdout == "daemonset.apps/agent rolled back\n"
    cluster.advance(30)
    assert images(cluster) == ["app:v1"] * 3
    numbers = sorted(it["revision"] for it in cluster.list("ControllerRevision", "default"))
    assert numbers == [2, 3]


def test_pods_that_fail_again_and_again_are_replaced_ever_later():
    """As if a kubelet rejected them, 1.1 s after each start: then 2 s, 4 s, 8 s, 16 s pass."""
    cluster = with_strategy("{type: RollingUpdate}")
    failing = next(pod["spec"]["nodeName"] for pod in pods(cluster).values())
    deleted_ms = []
    for _ in range(400):
        for pod in pods(cluster).values():
            running = pod["status"].get("phase") == "Running"
            if running and pod["spec"]["nodeName"] == failing:
                status = {**pod["status"], "phase": "Failed"}
                cluster.world.api.update_status(pod, status)
        before = len(told(cluster, "FailedDaemonPod"))
        cluster.advance(0.1)
        deleted_ms += [cluster.now_ms] * (len(told(cluster, "FailedDaemonPod")) - before)
    apart_s = [(after - before) / 1000 for before, after in pairwise(deleted_ms)]
    assert apart_s == [1.1, 3.1, 5.1, 9.1, 17.1]
