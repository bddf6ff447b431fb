"""Indexed Jobs that need not all succeed, and Jobs that are somebody else's."""

import pytest

from .workloads import create, new_cluster, pods, told

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  completionMode: Indexed
  completions: 4
  %s
  template:
    metadata: {annotations: {fake/start: 1s, fake/exit: "%d", fake/exit-after: %s}}
    spec: {restartPolicy: Never, containers: [{name: c, image: 'app:v1'}]}
"""


def started(fields, code=0, exit_after="1s"):
    cluster = new_cluster()
    create(cluster, JOB % ("\n  ".join(fields), code, exit_after))
    return cluster


def status(cluster):
    return cluster.get("Job", "default", "j")["status"]


def conditions(cluster):
    return [(it["type"], it["reason"]) for it in status(cluster).get("conditions", ())]


@pytest.mark.parametrize(
    ("rule", "done"),
    [
        ("{succeededIndexes: '0-1'}", "0,1"),
        ("{succeededIndexes: '0,2-3', succeededCount: 1}", "0,1"),
        ("{succeededCount: 2}", "0,1"),
        ("{succeededIndexes: '3', succeededCount: 1}", "0-3"),
    ],
)
def test_a_success_policy_ends_a_job_early(rule, done):
    """What its rule asks for succeeded; the rest is deleted, and is no failure."""
    cluster = started(["parallelism: 2", f"successPolicy: {{rules: [{rule}]}}"])
    cluster.advance(30)
    assert conditions(cluster) == [
        ("SuccessCriteriaMet", "SuccessPolicy"),
        ("Complete", "SuccessPolicy"),
    ]
    assert status(cluster)["completedIndexes"] == done
    assert status(cluster).get("failed", 0) == 0
    assert status(cluster)["conditions"][0]["message"] == "Matched rules at index 0"


def test_a_job_of_another_manager_is_left_alone():
    cluster = started(["parallelism: 2", "managedBy: example.com/other"])
    cluster.advance(30)
    assert pods(cluster) == {} and told(cluster, "SuccessfulCreate") == []
    assert "status" not in cluster.get("Job", "default", "j") or status(cluster) == {}


def by_index(cluster):
    """index -> the failure counts of its pods, oldest first."""
    found = {}
    for name in sorted(pods(cluster)):
        notes = pods(cluster)[name]["metadata"]["annotations"]
        index = int(notes["batch.kubernetes.io/job-completion-index"])
        found.setdefault(index, []).append(
            int(notes["batch.kubernetes.io/job-index-failure-count"])
        )
    return {index: sorted(counts) for index, counts in found.items()}


def test_each_index_has_its_own_limit_and_back_off():
    """Every index is tried twice, 10 s apart, whatever the others do; then the Job fails."""
    cluster = started(["parallelism: 4", "backoffLimitPerIndex: 1"], code=1)
    cluster.advance(8)
    assert by_index(cluster) == {index: [0] for index in range(4)}
    assert status(cluster).get("failed", 0) == 0 and status(cluster)["failedIndexes"] == ""
    cluster.advance(30)
    assert by_index(cluster) == {index: [0, 1] for index in range(4)}
    assert status(cluster)["failed"] == 8
    assert status(cluster)["failedIndexes"] == "0-3"
    assert conditions(cluster) == [("FailureTarget", "FailedIndexes"), ("Failed", "FailedIndexes")]


def test_too_many_failed_indexes_end_a_job_at_once():
    cluster = started(["parallelism: 1", "backoffLimitPerIndex: 0", "maxFailedIndexes: 1"], code=1)
    cluster.advance(60)
    assert by_index(cluster) == {0: [0], 1: [0]}
    assert status(cluster)["failedIndexes"] == "0,1"
    assert conditions(cluster)[-1] == ("Failed", "MaxFailedIndexesExceeded")


def test_a_rule_gives_an_index_up_at_once():
    """podFailurePolicy: FailIndex, though the index might be tried five times more."""
    rules = "[{action: FailIndex, onExitCodes: {operator: In, values: [7]}}]"
    cluster = started(
        ["parallelism: 4", "backoffLimitPerIndex: 5", f"podFailurePolicy: {{rules: {rules}}}"],
        code=7,
    )
    cluster.advance(60)
    assert by_index(cluster) == {index: [0] for index in range(4)}
    assert conditions(cluster)[-1] == ("Failed", "FailedIndexes")
