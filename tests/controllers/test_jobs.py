"""Jobs and CronJobs: what the traces don't show."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError

from .workloads import create, kubectl, new_cluster, pods, told

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  %s
  template:
    metadata: {labels: {app: a}, annotations: {fake/start: 1s, fake/exit: "%d"}}
    spec: {restartPolicy: Never, containers: [{name: c, image: 'app:v1'}]}
"""
CRON = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec:
  schedule: "%s"
  %s
  jobTemplate:
    spec:
      template:
        metadata: {annotations: {fake/start: 1s, fake/exit: "%d"}}
        spec: {restartPolicy: Never, containers: [{name: c, image: 'app:v1'}]}
"""


def conditions(cluster, name="j"):
    job = cluster.get("Job", "default", name)
    return [it["type"] for it in job["status"].get("conditions", ())]


def runs(cluster):
    """The minutes of a CronJob's Jobs, since the cluster began."""
    start = cluster.world.settings.start_unix_ms // 60_000
    found = [it["metadata"]["name"] for it in cluster.list("Job", "default")]
    return sorted(int(name.rpartition("-")[2]) - start for name in found)


def test_a_work_queue_is_done_when_one_pod_succeeded_and_none_is_left():
    """WL-023."""
    cluster = new_cluster()
    create(cluster, JOB % ("parallelism: 3", 0))
    cluster.advance(10)
    assert conditions(cluster) == ["SuccessCriteriaMet", "Complete"]
    assert cluster.get("Job", "default", "j")["status"]["succeeded"] == 3


def test_less_parallelism_deletes_pods_that_are_not_failures():
    cluster = new_cluster()
    create(cluster, (JOB % ("{parallelism: 3, completions: 5}", 0)).replace("{p", "p").replace(
        ", completions: 5}", "\n  completions: 5"))  # fmt: skip
    cluster.advance(0.5)
    kubectl(cluster, """patch job j -p '{"spec":{"parallelism":1}}'""")
    cluster.advance(0.5)
    status = cluster.get("Job", "default", "j")["status"]
    assert (status["active"], status.get("failed", 0)) == (1, 0)


def test_ignored_failures_do_not_count():
    rules = "[{action: Ignore, onExitCodes: {operator: In, values: [7]}}]"
    cluster = new_cluster()
    create(cluster, JOB % (f"backoffLimit: 0\n  podFailurePolicy: {{rules: {rules}}}", 7))
    cluster.advance(60)
    assert conditions(cluster) == []
    assert cluster.get("Job", "default", "j")["status"].get("failed", 0) == 0
    assert len(pods(cluster)) > 2


def test_under_on_failure_the_kubelet_retries_and_restarts_count():
    """WL-022: one pod, restarted in place, until the limit."""
    cluster = Cluster(nodes=1, settings={"frozen": True})
    text = JOB % ("backoffLimit: 2", 0)
    command = "command: [sh, -c, 'sleep 1; exit 3']"
    create(
        cluster,
        text.replace("Never", "OnFailure").replace(
            "image: 'app:v1'", f"image: 'busybox:1.36', {command}"
        ),
    )
    cluster.advance(120)
    assert conditions(cluster) == ["FailureTarget", "Failed"]
    assert len(told(cluster, "SuccessfulCreate")) == 1


def test_pods_of_a_deleted_job_go_with_it():
    cluster = new_cluster()
    create(cluster, JOB % ("completions: 3", 0))
    cluster.advance(0.5)
    kubectl(cluster, "delete job j")
    cluster.advance(10)
    assert pods(cluster) == {}


def test_its_template_is_fixed():
    cluster = new_cluster()
    create(cluster, JOB % ("backoffLimit: 1", 0))
    job = cluster.get("Job", "default", "j")
    spec = {**job["spec"], "template": {**job["spec"]["template"], "metadata": {}}}
    with pytest.raises(ApiError, match=r"spec\.template: Invalid value: .*field is immutable"):
        head = {"verb": "update", "kind": "Job", "namespace": "default", "name": "j"}
        cluster.request({**head, "body": {**job, "spec": spec}})


@pytest.mark.parametrize(
    ("schedule", "more", "minutes"),
    [
        ("@hourly", "", [60]),
        ("*/20 * * * *", "", [20, 40, 60]),
        ("30 10 * * *", "timeZone: Europe/Berlin", [30]),
        ("30 10 * * *", "suspend: true", []),
    ],
)
def test_jobs_come_at_their_minutes(schedule, more, minutes):
    """WL-025: the cluster's clock begins at 09:00 UTC, which is 10:00 in Berlin."""
    cluster = new_cluster()
    create(cluster, CRON % (schedule, more, 0))
    cluster.advance(3700)
    assert runs(cluster) == minutes


def test_one_failed_job_is_kept_and_three_good_ones():
    """WL-027: the history limits' defaults."""
    for code, kept in ((0, 3), (1, 1)):
        cluster = new_cluster()
        create(cluster, CRON % ("* * * * *", "", code))
        if code:
            body = {"spec": {"jobTemplate": {"spec": {"backoffLimit": 0}}}}
            head = {"verb": "patch", "kind": "CronJob", "namespace": "default", "name": "c"}
            cluster.request({**head, "body": body})
        cluster.advance(600)
        assert len(cluster.list("Job", "default")) == kept


def test_a_start_that_is_too_late_is_missed():
    """WL-027: startingDeadlineSeconds."""
    cluster = new_cluster()
    create(cluster, CRON % ("*/10 * * * *", "startingDeadlineSeconds: 30", 0))
    kubectl(cluster, """patch cronjob c -p '{"spec":{"suspend":true}}'""")
    cluster.advance(660)
    kubectl(cluster, """patch cronjob c -p '{"spec":{"suspend":false}}'""")
    cluster.advance(60)
    assert runs(cluster) == []
    cluster.advance(600)
    assert runs(cluster) == [20]
