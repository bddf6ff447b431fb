"""Jobs and CronJobs: invariants 19 and 20."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.pods import phase_of
from k8slab.engine.store import Change

from ..view import View, actor_of

TRACKING = "batch.kubernetes.io/job-tracking"
JOB_ACTORS = ("job", "job-pods")


def jobs_stay_within_bounds(view: View, change: Change) -> Iterator[str]:
    """19. Job bounds: no more pods than parallelism, no more than are still needed."""
    if change.key.kind != "Pod" or change.type != "ADDED" or actor_of(change) not in JOB_ACTORS:
        return
    job = view.owner(change.object)
    if job is None:
        yield f"{change.key} was created for a Job that is gone"
        return
    if _is_finished(job):
        yield f"{change.key} was created for a Job that has finished"
    active, spec = len(view.active(job)), job["spec"]
    name = job["metadata"]["name"]
    if active > spec["parallelism"]:
        yield f"Job {name} has {active} active pods, parallelism {spec['parallelism']}"
    completions = spec.get("completions")
    if completions is None:
        return
    counted = (job.get("status") or {}).get("succeeded", 0)
    seen = sum(_is_to_be_counted(pod) for pod in view.owned("Pod", job))
    if active + max(counted, seen) > completions:
        yield f"Job {name} has {active} active pods, of {completions} completions"


def _is_to_be_counted(pod: Obj) -> bool:
    """Succeeded and still tracked: one that was deleted on its way has been counted as failed."""
    tracked = TRACKING in (pod["metadata"].get("finalizers") or ())
    return tracked and phase_of(pod) == "Succeeded"


def _is_finished(job: Obj) -> bool:
    conditions = [condition_of(job, type_) for type_ in ("Complete", "Failed")]
    return any(it is not None and it["status"] == "True" for it in conditions)


def forbid_forbids(view: View, change: Change) -> Iterator[str]:
    """20. Forbid: never two active."""
    if change.key.kind != "Job" or change.type != "ADDED" or actor_of(change) != "cronjob":
        return
    owner = view.owner(change.object)
    if owner is None or owner["spec"]["concurrencyPolicy"] != "Forbid":
        return
    running = [it for it in view.owned("Job", owner) if not _is_finished(it)]
    if len(running) > 1:
        yield f"{len(running)} active Jobs of CronJob {owner['metadata']['name']}"
