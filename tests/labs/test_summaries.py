"""What the page is told of the objects that own pods."""

from __future__ import annotations

import pytest

from k8slab.engine import Cluster
from k8slab.labs.picture import Picture
from k8slab.shell import Shell

OWNERS = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "nginx:1.27"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  replicas: 3
  serviceName: queue
  selector: {matchLabels: {app: queue}}
  template:
    metadata: {labels: {app: queue}}
    spec: {containers: [{name: queue, image: "nginx:1.27"}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: busybox}]
"""


@pytest.fixture
def shell():
    return Shell(Cluster(nodes=2, seed=7))


def told(shell, key):
    return Picture(shell.cluster).state["objects"][key]


def counts(summary):
    return [summary[name] for name in ("desired", "current", "ready", "updated", "available")]


def test_sets_say_how_many_pods_they_want_and_have(shell):
    shell.files["owners.yaml"] = OWNERS
    shell.run("kubectl apply -f owners.yaml")
    shell.cluster.advance(1)
    assert told(shell, "DaemonSet/default/agent")["progress"]["why"] == "0 of 2 ready"
    shell.cluster.advance(120)
    agent = told(shell, "DaemonSet/default/agent")
    assert (counts(agent), agent["image"]) == ([2] * 5, "nginx:1.27")
    queue = told(shell, "StatefulSet/default/queue")
    assert (counts(queue), queue["image"]) == ([3] * 5, "nginx:1.27")
    assert {it["progress"]["state"] for it in (agent, queue)} == {"converged"}
    cron = told(shell, "CronJob/default/nightly")
    assert [cron[it] for it in ("schedule", "active", "suspended")] == ["0 3 * * *", 0, False]


def test_jobs_say_how_many_ends_they_want_and_have(shell):
    shell.run("kubectl create job good --image=busybox -- true")
    shell.run("kubectl create job bad --image=busybox -- false")
    shell.cluster.advance(3600)
    good, bad = (told(shell, f"Job/default/{name}") for name in ("good", "bad"))
    told_of = ("desired", "active", "done", "failed", "ended")
    assert [good[it] for it in told_of] == [1, 0, 1, 0, "Complete"]
    assert [bad[it] for it in told_of] == [1, 0, 0, 7, "Failed"]
    assert good["progress"]["state"] == "converged" and bad["progress"]["state"] == "stuck"
    assert "BackoffLimitExceeded" in bad["progress"]["why"]


def test_a_job_that_is_suspended_has_come_to_its_spec(shell):
    shell.run("kubectl create job later --image=busybox -- sleep 3000")
    shell.cluster.advance(30)
    assert told(shell, "Job/default/later")["progress"]["why"] == "0 of 1 done"
    shell.run("""kubectl patch job later -p '{"spec": {"suspend": true}}'""")
    shell.cluster.advance(30)
    later = told(shell, "Job/default/later")
    assert later["suspended"] and later["progress"]["state"] == "converged"
