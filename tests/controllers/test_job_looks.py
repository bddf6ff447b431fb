"""Jobs one look at a time: how many pods run, what is counted, and how a Job ends.

The cases are those of upstream's job_controller_test and backoff_utils_test.
"""

from __future__ import annotations

from collections import Counter

import pytest

from k8slab.engine.base.conditions import conditions_of
from k8slab.engine.base.objects import is_deleting, key_of, labels_of
from k8slab.engine.controllers.job import Jobs

from .stage import Stage, pod, quota

INDEX = "batch.kubernetes.io/job-completion-index"
FINALIZER = "batch.kubernetes.io/job-tracking"
NEVER = {**pod("", {})["spec"], "restartPolicy": "Never"}


class Job:
    """A Job "j" whose pods someone else runs."""

    def __init__(self, template=None, **spec):
        self.stage = Stage(Jobs())
        self.stage.advance(10_000)
        head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}}
        spec = {"template": {"spec": template or NEVER}, **spec}
        self.job = self.stage.put({**head, "spec": spec}, age_s=900)
        self.made = 0

    def begun(self, ago=600, **status):
        """The status that it had before."""
        before = {"startTime": self.stage.ago(ago), "uncountedTerminatedPods": {}, **status}
        self.job = self.stage.world.store.write({**self.job, "status": before}, 0)

    def add(self, phase="Running", *, index=None, status=None, tracked=True, age=100, **metadata):
        """A pod of the Job; its name tells how many there were before."""
        name = f"p{self.made}"
        self.made += 1
        notes = {"annotations": {INDEX: str(index)}} if index is not None else {}
        labels = labels_of(self.job["spec"]["template"])
        body = pod(name, labels, nodeName="n", restartPolicy="Never")
        body["metadata"] = {**body["metadata"], **notes}
        body["metadata"]["finalizers"] = [FINALIZER] if tracked else []
        status = {"phase": phase, **(status or {})}
        return self.stage.put(body, owner=self.job, status=status, age_s=age, **metadata)

    def going(self, phase="Running", **more):
        """A pod whose deletion began 5 seconds ago, with 30 seconds of grace."""
        deleted = {"deletionTimestamp": self.stage.ago(-25), "deletionGracePeriodSeconds": 30}
        return self.add(phase, **deleted, **more)

    def look(self):
        self.job = self.stage.look(self.job)
        return self.job["status"]

    def pods(self):
        return {it["metadata"]["name"]: it for it in self.stage.cluster.list("Pod")}

    def staying(self):
        return [it for it in self.pods().values() if not is_deleting(it) and not _ended(it)]

    def conditions(self):
        return [it["type"] for it in conditions_of(self.job) if it["status"] == "True"]

    def told(self):
        return Counter(reason for _, reason, _ in self.stage.told())


def _ended(it):
    return it["status"]["phase"] in ("Failed", "Succeeded")


def exited(stage, code=1, ago=0, container="c"):
    """The status of a pod whose container has ended so many seconds ago."""
    state = {"terminated": {"exitCode": code, "finishedAt": stage.ago(ago)}}
    return {"containerStatuses": [{"name": container, "restartCount": 0, "state": state}]}


@pytest.mark.parametrize(
    ("spec", "pods", "running"),
    [
        ({"parallelism": 2, "completions": 5}, {}, 2),
        ({"parallelism": 2}, {}, 2),
        ({"parallelism": 2, "completions": 5}, {"active": 1}, 2),
        ({"parallelism": 2, "completions": 5}, {"active": 1, "succeeded": 1}, 2),
        ({"parallelism": 2}, {"active": 1, "succeeded": 1}, 1),
        ({"parallelism": 2, "completions": 5}, {"active": 3}, 2),
        ({"parallelism": 4, "completions": 5}, {"succeeded": 3}, 2),
        ({"parallelism": 2, "completions": 5}, {"active": 3, "succeeded": 4}, 1),
        ({"parallelism": 0, "completions": 5}, {"active": 2}, 0),
        ({"parallelism": 5, "completions": 2}, {}, 2),
        ({"parallelism": 3, "completions": 3}, {"active": 2, "going": 1}, 3),
        ({"parallelism": 3, "completions": 3, "podReplacementPolicy": "Failed"},
         {"active": 2, "going": 1}, 2),
        ({"parallelism": 2, "completions": 2, "suspend": True}, {"active": 2}, 0),
    ],
)  # fmt: skip
def test_how_many_pods_run(spec, pods, running):
    job = Job(**{"backoffLimit": 6, **spec})
    job.begun()
    for _ in range(pods.get("active", 0)):
        job.add()
    for _ in range(pods.get("going", 0)):
        job.going(status=exited(job.stage, ago=60))
    for _ in range(pods.get("succeeded", 0)):
        job.add("Succeeded")
    status = job.look()
    assert len(job.staying()) == running
    assert (status.get("active", 0), status.get("succeeded", 0)) == (
        running,
        pods.get("succeeded", 0),
    )


@pytest.mark.parametrize(
    ("room", "wanted", "created", "refused"), [(0, 9, 0, 1), (2, 9, 2, 1), (4, 9, 4, 3)]
)
def test_refused_pods_are_told_and_what_is_there_is_counted(room, wanted, created, refused):
    job = Job(parallelism=wanted)
    hard = {"pods": str(room)}
    job.stage.put(quota(**hard), status={"hard": hard, "used": {"pods": "0"}})
    job.job = job.stage.refused(job.job)
    assert (job.told()["SuccessfulCreate"], job.told()["FailedCreate"]) == (created, refused)
    assert job.job["status"].get("active", 0) == len(job.pods()) == created
    assert "startTime" in job.job["status"]


@pytest.mark.parametrize(
    ("keep", "go"),
    [
        ({}, {"nodeName": ""}),
        ({}, {"phase": "Pending"}),
        ({"ready": 10}, {}),
        ({"ready": 10}, {"ready": 9}),
        ({"age": 50}, {"age": 49}),
        ({"ready": 10, "restarts": 1}, {"ready": 10, "restarts": 2}),
        ({"ready": 10}, {"ready": 9, "cost": "100"}),
    ],
)
def test_which_pod_is_one_too_many(keep, go):
    """By exact ages, and without deletion costs: unlike a ReplicaSet."""
    job = Job(parallelism=1)
    job.begun()
    for one in (go, keep):
        since = job.stage.ago(one.get("ready", 0))
        ready = {"type": "Ready", "status": str("ready" in one), "lastTransitionTime": since}
        restarts = [{"name": "c", "restartCount": one.get("restarts", 0), "state": {}}]
        made = job.add(
            one.get("phase", "Running"),
            status={"conditions": [ready], "containerStatuses": restarts},
            age=one.get("age", 50),
            annotations={"controller.kubernetes.io/pod-deletion-cost": one.get("cost", "0")},
        )
        if "nodeName" in one:
            spec = {**made["spec"], "nodeName": ""}
            job.stage.world.store.write({**made, "spec": spec}, 0)
    job.look()
    assert [it["metadata"]["name"] for it in job.staying()] == ["p1"]


def test_of_pods_with_one_index_the_most_settled_stays_and_wrong_indexes_go():
    job = Job(parallelism=3, completions=3, completionMode="Indexed")
    job.begun()
    for index, age in ((0, 10), (0, 90), (1, 5), (7, 99), (None, 99)):
        job.add(index=index, age=age)
    job.look()
    assert [it["metadata"]["name"] for it in job.staying()] == ["p1", "p2"]
    assert job.job["status"].get("failed", 0) == 0


@pytest.mark.parametrize(
    ("policy", "indexes"), [("TerminatingOrFailed", ["0", "1", "2"]), ("Failed", ["1", "2"])]
)
def test_an_index_whose_pod_is_ending_waits_for_its_failure(policy, indexes):
    job = Job(parallelism=3, completions=3, completionMode="Indexed", podReplacementPolicy=policy)
    job.begun()
    job.going(index=0, status=exited(job.stage, ago=60))
    job.look()
    assert sorted(it["metadata"]["annotations"][INDEX] for it in job.staying()) == indexes


def test_ended_pods_of_indexes_that_are_no_more_are_let_go_and_not_counted():
    job = Job(parallelism=2, completions=2, completionMode="Indexed")
    job.begun()
    for phase, index in (("Succeeded", 5), ("Failed", 4), ("Succeeded", 0)):
        job.add(phase, index=index, status=exited(job.stage, ago=60))
    status = job.look()
    assert (status["succeeded"], status.get("failed", 0)) == (1, 0)
    assert status["completedIndexes"] == "0"
    assert not any(it["metadata"].get("finalizers") for it in job.pods().values() if _ended(it))


@pytest.mark.parametrize(
    ("phase", "tracked", "counts"),
    [
        ("Succeeded", True, (1, 0)),
        ("Failed", True, (0, 1)),
        ("Succeeded", False, (0, 0)),
        ("Failed", False, (0, 0)),
    ],
)
def test_each_pod_is_counted_once(phase, tracked, counts):
    job = Job(parallelism=1, completions=3, backoffLimit=6)
    job.begun()
    job.add(phase, tracked=tracked)
    for _ in range(2):
        status = job.look()
        assert (status.get("succeeded", 0), status.get("failed", 0)) == counts
        assert status["uncountedTerminatedPods"] == {}


@pytest.mark.parametrize(
    ("failed", "remaining"),
    [([0], 10), ([4], 6), ([10], 0), ([3, 0], 20), ([0, 3], 20), ([1, 2, 3], 39), ([0] * 9, 600)],
)
def test_the_back_off_counts_from_the_last_failure(failed, remaining):
    """10 s, 20 s, 40 s ... and 10 minutes at most."""
    job = Job(parallelism=1, completions=1, backoffLimit=99)
    job.begun()
    for ago in failed:
        job.add("Failed", status=exited(job.stage, ago=ago))
    status = job.look()
    assert status.get("active", 0) == (remaining == 0)
    assert job.stage.again_ms == (remaining * 1000 or None)


@pytest.mark.parametrize(
    ("status", "metadata", "remaining"),
    [
        ({"containerStatuses": [{"name": "c", "restartCount": 0, "state": {"running": {}}}]},
         {"deletionTimestamp": -25, "deletionGracePeriodSeconds": 30}, 5),
        ({"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": 3}]}, {}, 7),
        ({"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": 3}]},
         {"deletionTimestamp": 2}, 8),
        ({}, {}, 0),
    ],
)  # fmt: skip
def test_when_a_pod_without_ended_containers_ended(status, metadata, remaining):
    """Since it is not ready, else since its deletion began, else since its creation (100 s ago)."""
    job = Job(parallelism=1, completions=1)
    job.begun()

    def at(seconds):
        return job.stage.ago(seconds)

    metadata = {k: at(v) if k == "deletionTimestamp" else v for k, v in metadata.items()}
    for said in status.get("conditions", ()):
        if isinstance(said["lastTransitionTime"], int):
            said["lastTransitionTime"] = at(said["lastTransitionTime"])
    job.add("Failed", status=status, **metadata)
    job.look()
    assert job.stage.again_ms == (remaining * 1000 or None)


@pytest.mark.parametrize(
    ("failed", "succeeded", "failures"), [([5, 3, 1], [4], 2), ([5, 3], [1], 0), ([3], [3], 0)]
)
def test_a_success_ends_the_back_off_of_failures_before_it(failed, succeeded, failures):
    job = Job(parallelism=1, completions=9)
    job.begun()
    for ago in failed:
        job.add("Failed", status=exited(job.stage, ago=ago))
    for ago in succeeded:
        job.add("Succeeded", status=exited(job.stage, 0, ago=ago))
    job.look()
    expected = (10 << (failures - 1)) - min(failed) if failures else None
    assert job.stage.again_ms == (expected and expected * 1000)


@pytest.mark.parametrize(("limit", "restarts", "over"), [(0, 0, False), (0, 1, True), (1, 1, True),
                                                         (2, 1, False), (2, 2, True)])  # fmt: skip
def test_restarts_count_as_failures_where_the_kubelet_restarts(limit, restarts, over):
    job = Job({**NEVER, "restartPolicy": "OnFailure"}, backoffLimit=limit)
    job.begun()
    said = [{"name": "c", "restartCount": restarts, "state": {"running": {}}}]
    job.add(status={"containerStatuses": said})
    job.look()
    assert ("FailureTarget" in job.conditions()) == over


def test_more_successes_than_asked_for_are_told():
    job = Job(parallelism=2, completions=2)
    job.begun()
    for _ in range(3):
        job.add("Succeeded")
    job.look()
    assert job.conditions() == ["SuccessCriteriaMet", "Complete"]
    too_many = "Too many succeeded pods running after completion count reached"
    assert job.stage.told() == [
        ("Warning", "TooManySucceededPods", too_many),
        ("Normal", "Completed", "Job completed"),
    ]


def test_a_failed_job_waits_for_the_end_of_its_pods():
    job = Job(parallelism=2, completions=2, backoffLimit=0)
    job.begun()
    job.add("Failed", status=exited(job.stage))
    alive = job.add()
    status = job.look()
    assert job.conditions() == ["FailureTarget"]
    assert (status["failed"], status["terminating"], status.get("active", 0)) == (2, 1, 0)
    assert job.told()["SuccessfulDelete"] == 1 and job.told()["BackoffLimitExceeded"] == 0
    job.stage.world.store.delete(key_of(alive), 0)
    job.look()
    assert job.conditions() == ["FailureTarget", "Failed"]
    assert job.told()["BackoffLimitExceeded"] == 1


def test_names_of_indexed_pods_are_cut_and_finalizers_of_the_template_are_kept():
    job = Job(completions=1, completionMode="Indexed")
    spec = job.job["spec"]
    metadata = {**spec["template"]["metadata"], "finalizers": ["mine.example.com/x"]}
    spec = {**spec, "template": {**spec["template"], "metadata": metadata}}
    named = {**job.job["metadata"], "name": "n" * 60, "uid": "long"}
    job.job = job.stage.world.store.write({**job.job, "metadata": named, "spec": spec}, 0)
    job.look()
    (made,) = job.pods().values()
    assert made["metadata"]["generateName"] == "n" * 55 + "-0-"
    assert made["metadata"]["finalizers"] == ["mine.example.com/x", FINALIZER]
