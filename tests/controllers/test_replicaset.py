"""ReplicaSets one look at a time: creation that is refused, counts, and whose pods they are.

The cases are those of upstream's replica_set_test and replica_set_utils_test.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import key_of, owner_reference
from k8slab.engine.controllers.replicaset import ReplicaSets

from .stage import Stage, pod, quota

LABELS = {"app": "web"}


def replica_set(stage, replicas, **spec):
    template = {"metadata": {"labels": LABELS}, "spec": pod("", {})["spec"]}
    spec = {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": template, **spec}
    head = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web"}}
    return stage.put({**head, "spec": spec})


def ready(stage, ago):
    """The status of a pod that has been ready for so many seconds."""
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": stage.ago(ago)}
    return {"phase": "Running", "conditions": [condition]}


@pytest.mark.parametrize(
    ("room", "wanted", "created", "refused"),
    [(0, 10, 0, 1), (1, 10, 1, 2), (2, 10, 2, 1), (5, 10, 5, 2), (7, 20, 7, 8), (9, 20, 9, 6)],
)
def test_creation_starts_slowly_and_stops_after_a_batch_with_refusals(
    room, wanted, created, refused
):
    """Batches of 1, 2, 4, 8: all of a batch are tried, and each refusal is told."""
    stage = Stage(ReplicaSets())
    hard = {"pods": str(room)}
    stage.put(quota(**hard), status={"hard": hard, "used": {"pods": "0"}})
    after = stage.refused(replica_set(stage, wanted))
    told = [reason for _, reason, _ in stage.told()]
    assert told.count("SuccessfulCreate") == len(stage.cluster.list("Pod")) == created
    assert told.count("FailedCreate") == refused
    failure = condition_of(after, "ReplicaFailure")
    assert (failure["status"], failure["reason"]) == ("True", "FailedCreate")
    assert "exceeded quota: quota" in failure["message"]
    assert "Error creating" not in failure["message"]


def test_a_failure_is_forgotten_when_creation_succeeds_again():
    stage = Stage(ReplicaSets())
    hard = {"pods": "0"}
    none = stage.put(quota(**hard), status={"hard": hard, "used": hard})
    web = stage.refused(replica_set(stage, 1))
    stage.advance(60)
    first = condition_of(stage.refused(web), "ReplicaFailure")
    assert first == condition_of(web, "ReplicaFailure")
    stage.world.api.delete(key_of(none))
    assert condition_of(stage.look(web), "ReplicaFailure") is None


@pytest.mark.parametrize(
    ("min_ready", "ages", "available", "again_s"),
    [
        (0, [0, 5], 2, None),
        (10, [0, 4], 0, 6),
        (10, [12, 4], 1, 6),
        (10, [10, 11], 2, None),
        (3600, [None, 10], 0, 3590),
    ],
)
def test_ready_pods_become_available_with_time(min_ready, ages, available, again_s):
    """And the ReplicaSet looks again when the next one does."""
    stage = Stage(ReplicaSets())
    web = replica_set(stage, len(ages), minReadySeconds=min_ready)
    for number, age in enumerate(ages):
        status = {"phase": "Running"} if age is None else ready(stage, age)
        stage.put(pod(f"p{number}", LABELS), owner=web, status=status)
    status = stage.look(web)["status"]
    counted = sum(age is not None for age in ages)
    assert (status["replicas"], status.get("readyReplicas", 0)) == (len(ages), counted)
    assert status.get("availableReplicas", 0) == available
    assert stage.again_ms == (again_s and again_s * 1000)


def test_what_the_counts_count():
    """Finished pods are nothing, those being deleted are terminating, and labels may be fewer."""
    stage = Stage(ReplicaSets())
    template = {"metadata": {"labels": {**LABELS, "more": "1"}}, "spec": pod("", {})["spec"]}
    web = replica_set(stage, 2, template=template)
    stage.put(pod("plain", LABELS), owner=web, status=ready(stage, 5))
    stage.put(pod("full", {**LABELS, "more": "1", "x": "y"}), owner=web, status={})
    going = {"deletionTimestamp": stage.ago(0), "deletionGracePeriodSeconds": 30}
    stage.put(pod("going", LABELS), owner=web, status=ready(stage, 5), **going)
    stage.put(pod("gone", LABELS), owner=web, status={"phase": "Failed"}, **going)
    stage.put(pod("failed", LABELS), owner=web, status={"phase": "Failed"})
    status = stage.look(web)["status"]
    assert status == {
        "replicas": 2,
        "fullyLabeledReplicas": 1,
        "readyReplicas": 1,
        "availableReplicas": 1,
        "terminatingReplicas": 1,
        "observedGeneration": 1,
    }


@pytest.mark.parametrize(
    ("what", "adopted"),
    [("orphan", True), ("other labels", False), ("going", False), ("finished", False),
     ("another's", False), ("owned beside", True)],
)  # fmt: skip
def test_whose_pods_are_adopted(what, adopted):
    stage = Stage(ReplicaSets())
    web = replica_set(stage, 1)
    labels = {"app": "api"} if what == "other labels" else LABELS
    status = {"phase": "Succeeded" if what == "finished" else "Running"}
    going = {"deletionTimestamp": stage.ago(0)} if what == "going" else {}
    owners = {"another's": {}, "owned beside": {"controller": False}}.get(what)
    if owners is not None:
        reference = {**owner_reference(web), "uid": "x", "name": "other", **owners}
        going = {"ownerReferences": [reference]}
    old = stage.put(pod("old", labels), status=status, **going)
    stage.look(web)
    pods = stage.cluster.list("Pod")
    assert len(pods) == (1 if adopted else 2)
    owners = [it["uid"] for it in stage.now(old)["metadata"].get("ownerReferences", ())]
    assert (web["metadata"]["uid"] in owners) == adopted


def test_a_pod_whose_label_goes_is_released_and_replaced():
    stage = Stage(ReplicaSets())
    web = replica_set(stage, 1)
    old = stage.put(pod("old", {"app": "debug"}), owner=web, status=ready(stage, 5))
    stage.look(web)
    assert "ownerReferences" not in stage.now(old)["metadata"]
    assert len(stage.cluster.list("Pod")) == 2


def test_a_replica_set_that_goes_makes_and_deletes_nothing():
    stage = Stage(ReplicaSets())
    web = replica_set(stage, 3)
    metadata = {**web["metadata"], "deletionTimestamp": stage.ago(0), "finalizers": ["x/y"]}
    web = stage.world.store.write({**web, "metadata": metadata}, 0)
    stage.put(pod("orphan", LABELS), status={"phase": "Running"})
    assert stage.look(web)["status"]["replicas"] == 0
    assert len(stage.cluster.list("Pod")) == 1


def test_siblings_pods_make_a_node_crowded():
    """One of two ReplicaSets of a Deployment shrinks: it leaves the node where both have pods."""
    stage = Stage(ReplicaSets())
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "uid": "d"}}
    web = replica_set(stage, 1)
    metadata = {**web["metadata"], "ownerReferences": [owner_reference(owner)]}
    web = stage.world.store.write({**web, "metadata": metadata}, 0)
    sibling = {**web, "metadata": {**metadata, "name": "web2", "uid": "web2"}}
    sibling = stage.world.store.write(sibling, 0)
    stage.put(pod("a", LABELS, nodeName="x"), owner=web, status=ready(stage, 99))
    stage.put(pod("b", LABELS, nodeName="y"), owner=web, status=ready(stage, 1))
    stage.put(pod("c", LABELS, nodeName="x"), owner=sibling, status=ready(stage, 1))
    stage.look(web)
    left = {it["metadata"]["name"] for it in stage.cluster.list("Pod")
            if "deletionTimestamp" not in it["metadata"]}  # fmt: skip
    assert left == {"b", "c"}
