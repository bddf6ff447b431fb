"""StatefulSets: claims and what becomes of them, identity, and a node that is lost."""

import pytest

from k8slab.engine.base.pods import pod_is_ready

from .workloads import POD, SPEC, create, kubectl, new_cluster, pods

STATEFUL_SET = f"""
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  serviceName: db
  replicas: 3
  selector: {{matchLabels: {{app: a}}}}
  persistentVolumeClaimRetentionPolicy: {{whenDeleted: %s, whenScaled: %s}}
  template: {{ {POD}, {SPEC} }}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-%d}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /x}}
"""


def running(deleted="Retain", scaled="Retain"):
    cluster = new_cluster()
    for number in range(4):
        create(cluster, VOLUME % number)
    create(cluster, STATEFUL_SET % (deleted, scaled))
    cluster.advance(20)
    assert sorted(pods(cluster)) == ["db-0", "db-1", "db-2"]
    return cluster


def claims(cluster):
    return {it["metadata"]["name"]: it for it in cluster.list("PersistentVolumeClaim", "default")}


def test_each_pod_has_its_own_claim_and_each_claim_its_volume():
    """WL-013."""
    cluster = running()
    found = claims(cluster)
    assert sorted(found) == ["data-db-0", "data-db-1", "data-db-2"]
    assert all(claim["status"]["phase"] == "Bound" for claim in found.values())
    assert len({claim["spec"]["volumeName"] for claim in found.values()}) == 3


def test_a_deleted_pod_comes_back_as_itself_with_its_claim():
    """WL-012, WL-015, WL-035."""
    cluster = running()
    before, volume = pods(cluster)["db-1"], claims(cluster)["data-db-1"]["spec"]["volumeName"]
    kubectl(cluster, "delete pod db-1")
    cluster.advance(10)
    after = pods(cluster)["db-1"]
    assert sorted(pods(cluster)) == ["db-0", "db-1", "db-2"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["spec"]["volumes"][0] == before["spec"]["volumes"][0]
    assert claims(cluster)["data-db-1"]["spec"]["volumeName"] == volume


@pytest.mark.parametrize(("scaled", "left"), [("Retain", 3), ("Delete", 1)])
def test_what_scaling_leaves_of_the_claims(scaled, left):
    cluster = running(scaled=scaled)
    kubectl(cluster, "scale sts db --replicas=1")
    cluster.advance(20)
    assert sorted(pods(cluster)) == ["db-0"]
    assert len(claims(cluster)) == left


@pytest.mark.parametrize(("deleted", "left"), [("Retain", 3), ("Delete", 0)])
def test_what_deletion_leaves_of_the_claims(deleted, left):
    cluster = running(deleted=deleted)
    kubectl(cluster, "delete sts db")
    cluster.advance(20)
    assert pods(cluster) == {}
    assert len(claims(cluster)) == left


def test_a_pod_on_a_lost_node_is_not_replaced_before_it_is_removed():
    """WL-015: two pods of one name are never let run."""
    cluster = running()
    lost = pods(cluster)["db-2"]
    cluster.inject("node-partition", node=lost["spec"]["nodeName"])
    cluster.advance(600)
    still = pods(cluster)["db-2"]
    assert still["metadata"]["uid"] == lost["metadata"]["uid"]
    assert "deletionTimestamp" in still["metadata"]
    kubectl(cluster, "delete pod db-2 --force --grace-period=0")
    cluster.advance(10)
    assert pods(cluster)["db-2"]["metadata"]["uid"] != lost["metadata"]["uid"]


def test_scaling_down_goes_from_the_highest_number():
    """WL-014."""
    cluster = running()
    kubectl(cluster, "scale sts db --replicas=0")
    going = []
    for _ in range(80):
        cluster.advance(0.1)
        for name, pod in pods(cluster).items():
            if "deletionTimestamp" in pod["metadata"] and name not in going:
                going.append(name)
    assert going == ["db-2", "db-1", "db-0"]


def test_max_unavailable_is_dropped_in_silence():
    """Its feature gate is off in 1.36: the update goes on one pod at a time."""
    cluster = new_cluster()
    strategy = "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n  serviceName: db"
    text = STATEFUL_SET[: STATEFUL_SET.index("  volumeClaimTemplates")] % ("Retain", "Retain")
    create(cluster, text.replace("serviceName: db", strategy))
    cluster.advance(20)
    stored = cluster.get("StatefulSet", "default", "db")["spec"]["updateStrategy"]
    assert stored == {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    kubectl(cluster, "set image statefulset/db c=app:v2")
    gone = []
    for _ in range(100):
        cluster.advance(0.2)
        gone.append(3 - len([pod for pod in pods(cluster).values() if pod_is_ready(pod)]))
    assert max(gone) == 1 and gone[-1] == 0
