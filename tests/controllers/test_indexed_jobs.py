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
