"""What a Deployment says of itself: conditions, deadlines, revisions and refusals, look by look.

The cases are those of the upstream controller's own tables (syncRolloutStatus,
requeueStuckDeployment, checkPausedConditions, oldPodsRunning, getNewReplicaSet).
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.conditions import condition_of

from .rolling import REVISION, Rolling, rolling

HISTORY = "deployment.kubernetes.io/revision-history"


def with_status(rollout, **status):
    """The Deployment as if it had reported that before."""
    whole = {**rollout.deployment, "status": {"observedGeneration": 1, **status}}
    rollout.deployment = rollout.stage.world.store.write(whole, 0)


def progressing(rollout, reason="ReplicaSetUpdated", *, ago=0, status="True"):
    """A Progressing condition, last changed 500 s ago and updated ``ago`` seconds ago."""
    return {
        "type": "Progressing",
        "status": status,
        "reason": reason,
        "message": "before",
        "lastUpdateTime": rollout.stage.ago(ago),
        "lastTransitionTime": rollout.stage.ago(500),
    }


def said(obj, type_="Progressing"):
    found = condition_of(obj, type_)
    return found and (found["status"], found["reason"], found["message"])


def stuck(ago, reason="ReplicaSetUpdated", *, deadline=60, status="True", available=1):
    """3 replicas of one ReplicaSet, of which some are available, as the Deployment said before."""
    rollout = Rolling(3, "app:v1", strategy=rolling(), progressDeadlineSeconds=deadline)
    rollout.stage.advance(1000)
    rollout.add(3, for_=(3, 0), readyReplicas=available, availableReplicas=available)
    counts = {"replicas": 3, "updatedReplicas": 3, "readyReplicas": available}
    with_status(
        rollout,
        **counts,
        availableReplicas=available,
        conditions=[progressing(rollout, reason, ago=ago, status=status)],
    )
    return rollout


@pytest.mark.parametrize(("ago", "again_s"), [(0, 61), (30, 31), (59, 2), (60, 0), (61, None)])
def test_when_a_stuck_rollout_is_looked_at_again(ago, again_s):
    """One second after its deadline; at once where less than a second is left."""
    rollout = stuck(ago)
    late = said(rollout.look())[1] == "ProgressDeadlineExceeded"
    assert late == (ago > 60)
    if again_s:
        assert rollout.stage.again_ms == again_s * 1000
    elif again_s == 0:
        assert rollout.stage.again_ms <= 1000


def test_no_deadline_no_progress_to_speak_of():
    rollout = stuck(61, deadline=2**31 - 1)
    assert said(rollout.look()) is None
    assert rollout.stage.again_ms is None


@pytest.mark.parametrize(
    ("before", "ago", "available", "expected"),
    [
        (("True", "ReplicaSetUpdated"), 61, 1, ("False", "ProgressDeadlineExceeded", "timed out")),
        (("False", "ProgressDeadlineExceeded"), 0, 1, ("False", "ProgressDeadlineExceeded", "")),
        (("False", "ProgressDeadlineExceeded"), 99, 2, ("True", "ReplicaSetUpdated", "is prog")),
        (("False", "ProgressDeadlineExceeded"), 99, 3, ("True", "NewReplicaSetAvailable", "succ")),
        (("True", "NewReplicaSetAvailable"), 999, 1, ("True", "NewReplicaSetAvailable", "before")),
        (("Unknown", "DeploymentResumed"), 30, 1, ("Unknown", "DeploymentResumed", "before")),
        (("Unknown", "DeploymentResumed"), 61, 1, ("False", "ProgressDeadlineExceeded", "timed")),
        (("True", "ReplicaSetUpdated"), 999, 2, ("True", "ReplicaSetUpdated", "is progressing")),
    ],
)
def test_how_progress_is_judged(before, ago, available, expected):
    """By whether more pods are available than the 1 of the last look, then by the deadline."""
    rollout = stuck(ago, before[1], status=before[0])
    found = rollout.replica_set("web-v1")
    counts = {"readyReplicas": available, "availableReplicas": available}
    rollout.stage.world.store.write({**found, "status": {**found["status"], **counts}}, 0)
    status, reason, words = expected
    now = said(rollout.look())
    assert now[:2] == (status, reason) and words in now[2]
    condition = condition_of(rollout.deployment, "Progressing")
    unchanged = status == before[0]
    assert (condition["lastTransitionTime"] == rollout.stage.ago(500)) == unchanged


@pytest.mark.parametrize(
    ("paused", "before", "expected"),
    [
        (True, "ReplicaSetUpdated", ("Unknown", "DeploymentPaused", "Deployment is paused")),
        (True, "DeploymentPaused", ("True", "DeploymentPaused", "before")),
        (True, "ProgressDeadlineExceeded", ("True", "ProgressDeadlineExceeded", "before")),
        (False, "DeploymentPaused", ("Unknown", "DeploymentResumed", "Deployment is resumed")),
        (False, "ReplicaSetUpdated", ("True", "ReplicaSetUpdated", "before")),
    ],
)
def test_what_pausing_and_resuming_say(paused, before, expected):
    rollout = stuck(0, before)
    whole = {**rollout.deployment, "spec": {**rollout.deployment["spec"], "paused": paused}}
    rollout.deployment = rollout.stage.world.store.write(whole, 0)
    assert said(rollout.look()) == expected


@pytest.mark.parametrize(
    ("failing", "expected"), [(["web-v1"], "of web-v1"), (["web-v1", "web-v2"], "of web-v2")]
)
def test_the_new_replica_sets_failure_is_told_before_an_old_ones(failing, expected):
    rollout = Rolling(3, "app:v2", strategy=rolling())
    for size in (2, 1):
        name = rollout.add(size, for_=(3, 0))
        if name in failing:
            found = rollout.replica_set(name)
            failure = {
                "type": "ReplicaFailure",
                "status": "True",
                "reason": "FailedCreate",
                "message": f"of {name}",
                "lastTransitionTime": rollout.stage.ago(7),
            }
            status = {**found["status"], "conditions": [failure]}
            rollout.stage.world.store.write({**found, "status": status}, 0)
    assert said(rollout.look(), "ReplicaFailure") == ("True", "FailedCreate", expected)
    moved = condition_of(rollout.deployment, "ReplicaFailure")
    assert moved["lastUpdateTime"] == moved["lastTransitionTime"] == rollout.stage.ago(7)


def test_a_replica_set_that_is_refused_is_told():
    """Beyond a quota: Progressing is False, and a Warning says why."""
    rollout = Rolling(1, "app:v1", strategy=rolling())
    counts = {"count/replicasets.apps": "0"}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none"},
        "spec": {"hard": counts},
    }
    rollout.stage.put(quota, status={"hard": counts, "used": counts})
    rollout.deployment = rollout.stage.refused(rollout.deployment)
    status, reason, message = said(rollout.deployment)
    assert (status, reason) == ("False", "ReplicaSetCreateError")
    assert message.startswith('Failed to create new replica set "web-')
    assert "is forbidden: exceeded quota: none" in message
    assert rollout.stage.told() == [("Warning", "ReplicaSetCreateError", message)]


@pytest.mark.parametrize("ours", [True, False])
def test_a_name_that_is_taken_moves_the_hash_on(ours):
    """By a stranger, or by its own ReplicaSet whose template someone edited."""
    rollout = Rolling(1, "app:v1", strategy=rolling())
    rollout.look()
    (first,) = rollout.stage.cluster.list("ReplicaSet", "default")
    template = {**first["spec"]["template"], "spec": {"containers": [{"name": "x", "image": "x"}]}}
    owners = first["metadata"]["ownerReferences"]
    if not ours:
        owners = [{**owners[0], "uid": "another"}]
    metadata = {**first["metadata"], "ownerReferences": owners}
    spec = {**first["spec"], "template": template}
    rollout.stage.world.store.write({**first, "metadata": metadata, "spec": spec}, 0)
    rollout.deployment = rollout.stage.refused(rollout.deployment)
    assert rollout.deployment["status"]["collisionCount"] == 1
    rollout.look()
    names = {it["metadata"]["name"] for it in rollout.stage.cluster.list("ReplicaSet", "default")}
    assert len(names) == 2 and first["metadata"]["name"] in names
    assert rollout.deployment["status"]["collisionCount"] == 1


@pytest.mark.parametrize(
    ("history", "expected"),
    [("", "1"), ("3,4", "3,4,1"), (",".join(["10000"] * 334), ",".join(["10000"] * 333) + ",1")],
)
def test_a_template_that_comes_back_remembers_its_revisions(history, expected):
    """The oldest are forgotten where the annotation would be longer than 2,000 characters."""
    rollout = Rolling(2, "app:v1", strategy=rolling())
    name = rollout.add(0, for_=(2, 0))
    rollout.add(2, for_=(2, 0))
    if history:
        found = rollout.replica_set(name)
        annotations = {**found["metadata"]["annotations"], HISTORY: history}
        metadata = {**found["metadata"], "annotations": annotations}
        rollout.stage.world.store.write({**found, "metadata": metadata}, 0)
    rollout.look()
    annotations = rollout.replica_set(name)["metadata"]["annotations"]
    assert (annotations[REVISION], annotations[HISTORY]) == ("3", expected)


@pytest.mark.parametrize(
    ("phase", "waits"),
    [("Running", True), ("Pending", True), ("Unknown", True), ("Failed", False)],
)
def test_recreate_waits_for_every_old_pod_that_is_not_finished(phase, waits):
    rollout = Rolling(1, "app:v2", strategy={"type": "Recreate"})
    old = rollout.replica_set(rollout.add(0, for_=(1, 0)))
    labels = old["spec"]["template"]["metadata"]["labels"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old", "labels": labels}}
    pod = {**pod, "spec": {"containers": [{"name": "web", "image": "app:v1"}]}}
    rollout.stage.put(pod, owner=old, status={"phase": phase})
    rollout.look()
    assert (len(rollout.stage.cluster.list("ReplicaSet", "default")) == 1) == waits
