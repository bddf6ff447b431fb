"""How a Job ends, look by look: policies, limits, deadlines, and what stands in its status.

The cases are those of upstream's job_controller_test, pod_failure_policy_test,
success_policy_test and indexed_job_utils_test.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.conditions import condition_of, conditions_of

from .test_job_looks import INDEX, NEVER, Job, exited

FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"
INDEXED = {"completionMode": "Indexed"}


def verdict(job):
    """The interim condition, its reason and its message."""
    found = conditions_of(job.job)
    return (found[0]["type"], found[0]["reason"], found[0]["message"]) if found else None


def rules(*given):
    return {"podFailurePolicy": {"rules": list(given)}}


def on_exit(action, *values, operator="In", container=None):
    named = {"containerName": container} if container else {}
    return {"action": action, "onExitCodes": {"operator": operator, "values": [*values], **named}}


def on_condition(action, type_, status="True"):
    return {"action": action, "onPodConditions": [{"type": type_, "status": status}]}


def disrupted(*types):
    return {"conditions": [{"type": it, "status": "True"} for it in types]}


EXIT_5 = "Container c for pod default/p0 failed with exit code 5 matching FailJob rule at index "
HAS = "Pod default/p0 has condition "


@pytest.mark.parametrize(
    ("given", "status", "fails", "failed"),
    [
        ([on_exit("FailJob", 5)], "exit", EXIT_5 + "0", 1),
        ([on_exit("FailJob", 1, 2)], "exit", None, 1),
        ([on_exit("FailJob", 1, operator="NotIn")], "exit", EXIT_5 + "0", 1),
        ([on_exit("FailJob", 5, operator="NotIn")], "exit", None, 1),
        ([on_exit("FailJob", 5, container="c")], "exit", EXIT_5 + "0", 1),
        ([on_exit("Ignore", 5), on_exit("FailJob", 5)], "exit", None, 0),
        ([on_exit("Count", 5), on_exit("FailJob", 5)], "exit", None, 1),
        ([on_exit("Ignore", 7), on_exit("FailJob", 5)], "exit", EXIT_5 + "1", 1),
        ([on_condition("FailJob", "DisruptionTarget")], ["DisruptionTarget"],
         HAS + "DisruptionTarget matching FailJob rule at index 0", 1),
        ([on_condition("Ignore", "DisruptionTarget")], ["DisruptionTarget"], None, 0),
        ([on_condition("FailJob", "X", "False")], ["X"], None, 1),
        ([on_condition("FailJob", "B"), on_condition("FailJob", "A")], ["A", "B"],
         HAS + "B matching FailJob rule at index 0", 1),
    ],
)  # fmt: skip
def test_what_a_failure_policy_makes_of_a_failure(given, status, fails, failed):
    job = Job(parallelism=1, completions=1, backoffLimit=6, **rules(*given))
    job.begun()
    said = exited(job.stage, 5) if status == "exit" else disrupted(*status)
    job.add("Failed", status=said)
    after = job.look()
    assert after.get("failed", 0) == failed
    assert verdict(job) == (fails and ("FailureTarget", "PodFailurePolicy", fails))


def test_an_init_containers_exit_counts_after_the_containers():
    job = Job(**rules(on_exit("FailJob", 5, 6)))
    job.begun()
    init = exited(job.stage, 6, container="i")["containerStatuses"]
    job.add("Failed", status={**exited(job.stage, 5), "initContainerStatuses": init})
    job.look()
    assert verdict(job)[2] == EXIT_5 + "0"


def test_a_pod_that_only_ends_is_judged_when_it_has_failed():
    """With a failure policy: what is being deleted keeps its place and counts for nothing yet."""
    job = Job(parallelism=1, completions=1, **rules(on_exit("FailJob", 5)))
    job.begun()
    job.going(status=exited(job.stage, 5))
    status = job.look()
    assert verdict(job) is None and job.staying() == []
    assert (status.get("failed", 0), status["terminating"]) == (0, 1)


@pytest.mark.parametrize(
    ("spec", "pods", "expected"),
    [
        ({"backoffLimit": 1}, 2, ("FailureTarget", "BackoffLimitExceeded")),
        ({"backoffLimit": 2}, 2, None),
        ({"backoffLimit": 0}, 1, ("FailureTarget", "BackoffLimitExceeded")),
        ({"activeDeadlineSeconds": 600}, 0, ("FailureTarget", "DeadlineExceeded")),
        ({"activeDeadlineSeconds": 601}, 0, None),
        ({"activeDeadlineSeconds": 1, "suspend": True}, 0, ("Suspended", "JobSuspended")),
        ({"activeDeadlineSeconds": 1, "backoffLimit": 0}, 1,
         ("FailureTarget", "BackoffLimitExceeded")),
    ],
)  # fmt: skip
def test_limits_and_deadlines(spec, pods, expected):
    """Its time began 600 seconds ago."""
    job = Job(parallelism=1, completions=1, **spec)
    job.begun(600)
    for _ in range(pods):
        job.add("Failed", status=exited(job.stage, ago=300))
    job.look()
    assert (verdict(job) and verdict(job)[:2]) == expected
    if spec.get("activeDeadlineSeconds") == 601:
        assert job.stage.again_ms == 1000


def by_index(**spec):
    more = {**INDEXED, "backoffLimitPerIndex": 1, **spec}
    job = Job(parallelism=2, completions=2, **more)
    job.begun()
    return job


def failing(job, index, failures, ago=300, **more):
    notes = {"annotations": {INDEX: str(index), FAILURES: str(failures)}}
    return job.add("Failed", index=index, status=exited(job.stage, 5, ago=ago), **notes, **more)


def replacement(job, index):
    (made,) = [it for it in job.staying() if it["metadata"]["annotations"][INDEX] == str(index)]
    return made["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("given", "failures", "notes"),
    [
        ([], 0, {FAILURES: "1"}),
        ([on_exit("Ignore", 5)], 1, {FAILURES: "1", IGNORED: "1"}),
        ([on_exit("Ignore", 7)], 0, {FAILURES: "1"}),
    ],
)
def test_the_pod_that_replaces_a_failed_one_carries_the_count_on(given, failures, notes):
    job = by_index(**(rules(*given) if given else {}))
    failing(job, 0, failures)
    job.look()
    assert {name: it for name, it in replacement(job, 0).items() if name != INDEX} == notes
    assert replacement(job, 1)[FAILURES] == "0"


@pytest.mark.parametrize(("failures", "ago", "wait_s"), [(0, 4, 6), (1, 4, 16), (0, 10, None)])
def test_each_index_has_its_own_back_off(failures, ago, wait_s):
    job = by_index(backoffLimitPerIndex=5)
    job.add(index=1)
    failing(job, 0, failures, ago)
    status = job.look()
    assert status["active"] == (1 if wait_s else 2)
    assert job.stage.again_ms == (wait_s and wait_s * 1000)
    assert status.get("failed", 0) == 0, "it is counted once its replacement is seen"
    job.look()
    assert job.job["status"].get("failed", 0) == (0 if wait_s else 1)


@pytest.mark.parametrize(
    ("spec", "pods", "expected", "failed_indexes"),
    [
        ({}, [(0, 1)], None, "0"),
        ({}, [(0, 1), (1, 1)], "FailedIndexes", "0,1"),
        ({"maxFailedIndexes": 0}, [(0, 1)], "MaxFailedIndexesExceeded", "0"),
        ({"maxFailedIndexes": 1}, [(0, 1)], None, "0"),
        ({"backoffLimit": 0}, [(0, 0)], "BackoffLimitExceeded", ""),
        ({"backoffLimit": 1, "maxFailedIndexes": 0}, [(0, 1), (1, 0)], "BackoffLimitExceeded", "0"),
        (rules(on_exit("FailIndex", 5)), [(0, 0)], None, "0"),
    ],
)
def test_failed_indexes_end_a_job(spec, pods, expected, failed_indexes):
    """The limit of all failures is asked before those of the indexes."""
    job = by_index(**spec)
    for index, failures in pods:
        failing(job, index, failures)
    status = job.look()
    assert status["failedIndexes"] == failed_indexes
    assert (verdict(job) and verdict(job)[1]) == expected


@pytest.mark.parametrize(
    ("rule", "done", "met"),
    [
        ([{"succeededIndexes": "0,2"}], [0, 2], 0),
        ([{"succeededIndexes": "0,2"}], [0, 1], None),
        ([{"succeededIndexes": "0-2", "succeededCount": 2}], [0, 2], 0),
        ([{"succeededIndexes": "0-2", "succeededCount": 2}], [0, 3], None),
        ([{"succeededCount": 2}], [1, 3], 0),
        ([{"succeededCount": 3}], [1, 3], None),
        ([{"succeededIndexes": "3"}, {"succeededCount": 1}], [0], 1),
        ([{"succeededIndexes": "3"}, {"succeededCount": 1}], [], None),
    ],
)
def test_what_a_success_policy_asks_for(rule, done, met):
    job = Job(parallelism=4, completions=4, **INDEXED, successPolicy={"rules": rule})
    job.begun()
    for index in range(4):
        job.add("Succeeded" if index in done else "Running", index=index)
    status = job.look()
    assert status.get("completedIndexes", "") == ",".join(map(str, done))
    if met is None:
        assert verdict(job) is None
        return
    assert verdict(job) == ("SuccessCriteriaMet", "SuccessPolicy", f"Matched rules at index {met}")
    assert (status["terminating"], status.get("failed", 0)) == (4 - len(done), 0)


def test_a_failure_wins_over_a_success_policy_but_a_success_that_stands_stays():
    rule = {"successPolicy": {"rules": [{"succeededCount": 1}]}}
    job = Job(parallelism=2, completions=2, backoffLimit=0, **INDEXED, **rule)
    job.begun()
    job.add("Succeeded", index=0)
    job.add("Failed", index=1, status=exited(job.stage))
    job.look()
    assert verdict(job)[1] == "BackoffLimitExceeded"
    other = Job(parallelism=2, completions=2, backoffLimit=0, **INDEXED, **rule)
    other.begun()
    other.add("Succeeded", index=0)
    left = other.add(index=1)
    other.look()
    failed = {**other.stage.now(left)["status"], "phase": "Failed", **exited(other.stage)}
    other.stage.world.store.write({**other.stage.now(left), "status": failed}, 0)
    other.look()
    assert other.conditions() == ["SuccessCriteriaMet", "Complete"]


def test_suspension_takes_the_pods_and_the_start_time_and_resuming_begins_anew():
    job = Job(parallelism=2, completions=2)
    job.begun(600)
    for _ in range(2):
        job.add()
    spec = {**job.job["spec"], "suspend": True}
    job.job = job.stage.world.store.write({**job.job, "spec": spec}, 0)
    status = job.look()
    suspended = condition_of(job.job, "Suspended")
    assert (suspended["status"], suspended["reason"]) == ("True", "JobSuspended")
    assert (status.get("active", 0), status["terminating"], status.get("failed", 0)) == (0, 2, 0)
    assert "startTime" not in status
    job.stage.advance(60)
    spec = {**job.job["spec"], "suspend": False}
    job.job = job.stage.world.store.write({**job.job, "spec": spec}, 0)
    status = job.look()
    resumed = condition_of(job.job, "Suspended")
    assert (resumed["status"], resumed["reason"]) == ("False", "JobResumed")
    assert status["startTime"] == job.stage.ago(0)
    told = job.told()
    assert (told["Suspended"], told["Resumed"]) == (1, 1)


def test_a_job_that_goes_lets_its_pods_go_and_makes_no_more():
    job = Job(parallelism=3, completions=3)
    job.begun()
    running, failed = job.add(), job.add("Failed", status=exited(job.stage))
    going = {**job.job["metadata"], "deletionTimestamp": job.stage.ago(0), "finalizers": ["x/y"]}
    job.job = job.stage.world.store.write({**job.job, "metadata": going}, 0)
    status = job.look()
    assert len(job.pods()) == 2 and status["failed"] == 1
    for made in (running, failed):
        assert not job.stage.now(made)["metadata"].get("finalizers")


def test_a_finished_job_is_not_looked_at_again():
    job = Job(NEVER, completions=1)
    done = {"type": "Complete", "status": "True"}
    job.begun(conditions=[done], succeeded=1)
    job.add()
    before = job.stage.cluster.version
    job.look()
    assert job.stage.cluster.version == before
