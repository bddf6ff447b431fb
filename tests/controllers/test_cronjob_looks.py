"""CronJobs one look at a time: who is started, kept, deleted and told of.

The cases are those of upstream's cronjob_controllerv2_test.
"""

from __future__ import annotations

from collections import Counter

import pytest

from k8slab.engine.base.objects import key_of
from k8slab.engine.controllers.cronjob import CronJobs

from .stage import Stage, pod, quota

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class Cron:
    """A CronJob "c" of every hour, made at ten minutes to, at ``late`` seconds past the hour."""

    def __init__(self, late=1, **spec):
        self.stage = Stage(CronJobs())
        self.stage.advance(3600 + late)
        template = {"spec": {**pod("", {})["spec"], "restartPolicy": "Never"}}
        job = {"spec": {"template": template}}
        head = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}}
        spec = {"schedule": "0 * * * *", "jobTemplate": job, **spec}
        self.cron_job = self.stage.put({**head, "spec": spec}, age_s=600 + late)

    def said(self, **status):
        self.cron_job = self.stage.world.store.write({**self.cron_job, "status": status}, 0)

    def job(self, name, ending="", *, ago=60, started=120, owner=True):
        """A Job of the CronJob; ``ending``: Complete, Failed, or "" while it runs."""
        template = self.cron_job["spec"]["jobTemplate"]
        head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}}
        status = {} if started is None else {"startTime": self.stage.ago(started)}
        if ending:
            status["conditions"] = [{"type": ending, "status": "True"}]
        if ending == "Complete":
            status["completionTime"] = self.stage.ago(ago)
        mine = self.cron_job if owner else None
        return self.stage.put({**template, **head}, owner=mine, status=status)

    def look(self):
        self.cron_job = self.stage.look(self.cron_job)
        return self.cron_job["status"]

    def jobs(self):
        return [it["metadata"]["name"] for it in self.stage.cluster.list("Job")]

    def told(self):
        return Counter(reason for _, reason, _ in self.stage.told())

    @property
    def due(self):
        """The name of the Job of this hour."""
        return f"c-{self.stage.world.unix_ms // 3_600_000 * 60}"


def reference(job):
    metadata = job["metadata"]
    return {name: metadata[name] for name in ("name", "namespace", "uid")}


@pytest.mark.parametrize("policy", ["Allow", "Forbid", "Replace"])
@pytest.mark.parametrize(
    ("spec", "late", "starts", "event"),
    [
        ({}, 1, True, "SuccessfulCreate"),
        ({"suspend": True}, 1, False, None),
        ({"startingDeadlineSeconds": 10}, 5, True, "SuccessfulCreate"),
        ({"startingDeadlineSeconds": 10}, 11, False, None),
        ({"schedule": "30 * * * *"}, 1, False, None),
        ({"schedule": "0 11 31 2 *"}, 1, False, "InvalidSchedule"),
    ],
)
def test_whether_a_job_starts(policy, spec, late, starts, event):
    cron = Cron(late, concurrencyPolicy=policy, **spec)
    status = cron.look()
    assert cron.jobs() == ([cron.due] if starts else [])
    assert dict(cron.told()) == ({event: 1} if event else {})
    assert ("lastScheduleTime" in status) == starts
    if starts:
        assert [it["name"] for it in status["active"]] == [cron.due]
        assert status["lastScheduleTime"] == cron.stage.ago(late)
        assert cron.stage.again_ms == (3600 - late) * 1000 + 100


@pytest.mark.parametrize(
    ("policy", "running", "event"),
    [
        ("Allow", ["old", "due"], "SuccessfulCreate"),
        ("Forbid", ["old"], "JobAlreadyActive"),
        ("Replace", ["due"], "SuccessfulCreate"),
    ],
)
def test_what_becomes_of_one_that_still_runs(policy, running, event):
    cron = Cron(concurrencyPolicy=policy)
    cron.said(active=[reference(cron.job("old"))])
    status = cron.look()
    names = [cron.due if name == "due" else name for name in running]
    assert [it["name"] for it in status["active"]] == names
    assert cron.told()[event] == 1
    assert cron.told()["SuccessfulDelete"] == (policy == "Replace")


def test_a_time_that_was_served_is_not_served_again():
    cron = Cron(60)
    cron.said(lastScheduleTime=cron.stage.ago(60))
    status = cron.look()
    assert cron.jobs() == [] and "active" not in status


@pytest.mark.parametrize(
    ("ending", "known", "event", "lasts"),
    [
        ("Complete", True, "SawCompletedJob", True),
        ("Failed", True, "SawCompletedJob", False),
        ("", False, "UnexpectedJob", False),
        ("Complete", False, None, True),
        ("", True, None, False),
    ],
)
def test_what_is_seen_of_a_job(ending, known, event, lasts):
    cron = Cron(suspend=True)
    job = cron.job("j", ending)
    cron.said(active=[reference(job)] if known else [])
    status = cron.look()
    assert dict(cron.told()) == ({event: 1} if event else {})
    assert len(status.get("active", ())) == (known and not ending)
    assert status.get("lastSuccessfulTime") == (cron.stage.ago(60) if lasts else None)


@pytest.mark.parametrize("orphaned", [False, True])
def test_an_active_job_that_is_gone_is_missed_and_one_that_was_orphaned_is_not(orphaned):
    cron = Cron(suspend=True)
    job = cron.job("j", owner=False)
    cron.said(active=[reference(job)])
    if not orphaned:
        cron.stage.world.store.delete(key_of(job), 0)
    status = cron.look()
    assert cron.told()["MissingJob"] == (not orphaned)
    assert len(status.get("active", ())) == orphaned


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({}, ["f2", "s1", "s2", "s3"]),
        ({"successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 2}, ["f1", "f2", "s3"]),
        ({"successfulJobsHistoryLimit": 0, "failedJobsHistoryLimit": 0}, []),
    ],
)
def test_history_limits(limits, left):
    """The earliest started go first, and what never started last."""
    cron = Cron(suspend=True, **limits)
    for name, ending, started in (
        ("s0", "Complete", 400),
        ("s1", "Complete", 300),
        ("s2", "Complete", 200),
        ("s3", "Complete", None),
        ("f1", "Failed", 300),
        ("f2", "Failed", 200),
    ):
        cron.job(name, ending, started=started)
    cron.look()
    assert cron.jobs() == left
    assert cron.told()["SuccessfulDelete"] == 6 - len(left)


def test_with_a_limit_of_none_a_job_that_ends_goes_without_being_seen_to_end():
    cron = Cron(suspend=True, successfulJobsHistoryLimit=0)
    cron.said(active=[reference(cron.job("j", "Complete"))])
    status = cron.look()
    assert dict(cron.told()) == {"SuccessfulDelete": 1}
    assert status == {"lastSuccessfulTime": cron.stage.ago(60)}


def test_a_refused_job_is_told_and_what_was_seen_is_kept():
    cron = Cron()
    cron.said(active=[reference(cron.job("j", "Complete"))])
    hard = {"count/jobs.batch": "0"}
    cron.stage.put(quota(**hard), status={"hard": hard, "used": hard})
    cron.cron_job = cron.stage.refused(cron.cron_job)
    assert cron.told() == {"SawCompletedJob": 1, "FailedCreate": 1}
    assert cron.stage.told()[-1][2].startswith('Error creating job: jobs.batch "')
    assert cron.cron_job["status"] == {"lastSuccessfulTime": cron.stage.ago(60)}


@pytest.mark.parametrize("ours", [True, False])
def test_a_job_of_that_name_that_is_there_already(ours):
    """Its own is taken up; a stranger's is left alone, and no time is counted as served."""
    cron = Cron()
    cron.job(cron.due, owner=ours)
    status = cron.look()
    assert "SuccessfulCreate" not in cron.told() and "FailedCreate" not in cron.told()
    assert [it["name"] for it in status.get("active", ())] == ([cron.due] if ours else [])
    assert ("lastScheduleTime" in status) == ours


@pytest.mark.parametrize(
    ("zone", "schedule", "stamp"),
    [
        (None, "0 * * * *", "2026-01-05T10:00:00Z"),
        ("Europe/Rome", "0 * * * *", "2026-01-05T11:00:00+01:00"),
        ("Europe/London", "0 10 * * *", "2026-01-05T10:00:00Z"),
        ("Asia/Kolkata", "30 15 * * *", "2026-01-05T15:30:00+05:30"),
    ],
)
def test_the_scheduled_time_is_noted_by_the_clock_of_its_zone(zone, schedule, stamp):
    cron = Cron(schedule=schedule, **({"timeZone": zone} if zone else {}))
    cron.look()
    (job,) = cron.stage.cluster.list("Job")
    assert job["metadata"]["annotations"][SCHEDULED] == stamp


def test_more_than_a_hundred_missed_times_are_told_and_the_latest_is_started():
    cron = Cron(schedule="* * * * *")
    cron.stage.advance(101 * 60)
    cron.look()
    assert cron.told() == {"TooManyMissedTimes": 1, "SuccessfulCreate": 1}
    assert cron.jobs() == [f"c-{cron.stage.world.unix_ms // 60_000}"]


def test_a_cron_job_that_goes_starts_nothing():
    cron = Cron()
    going = {**cron.cron_job["metadata"], "deletionTimestamp": cron.stage.ago(0)}
    cron.cron_job = cron.stage.world.store.write({**cron.cron_job, "metadata": going}, 0)
    cron.look()
    assert cron.jobs() == []
