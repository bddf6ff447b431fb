"""The order of one look at a Job (job_controller.go syncJob, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...api.errors import ApiError
from ...base.conditions import find
from ...base.objects import Key, Obj, controller_of, is_deleting, key_of, labels_of
from ...base.reason import how_many
from ...base.selectors import matcher
from ...control import World
from ...control.loop import Watch
from ..claims import claimed
from . import backoff, counting, success_policy, verdict
from .look import MANAGER, OWNER, SOURCE, Look, is_finished
from .manage import manage
from .pods import delete, release_orphans


class Jobs:
    """Runs pods to completion. Looks at once where the Job itself was changed."""

    name = OWNER
    lag_ms = 5

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Job": _changed_by_others}

    def reconcile(self, world: World, key: Key) -> int | None:
        job = world.store.get(key)
        if job is None or is_finished(job):
            world.set_note(OWNER, key, None)
            if job is None:
                release_orphans(world, key.namespace, key.name)
            return None
        if job["spec"].get("managedBy", MANAGER) != MANAGER:
            return None
        _note_generation(world, job)
        look = Look(world, job, claimed(world, job, "Pod"), dict(job.get("status") or {}))
        world.read(f"{how_many(len(look.pods), 'pod')} of {key.name}")
        waits, refusal = _sync(look)
        if refusal is not None:
            raise refusal
        return min((wait_ms for wait_ms in waits if wait_ms is not None), default=None)


class JobPods(Jobs):
    """The same look, a second after something happened to pods: that batches what they do."""

    name = "job-pods"
    lag_ms = 1_000

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Pod": _owner, "Job": _itself}


def _sync(look: Look) -> tuple[list[int | None], ApiError | None]:
    """One look; when to look again, for each reason there is, and what the server refused."""
    if "startTime" not in look.status and not look.spec["suspend"]:
        look.status["startTime"] = look.world.timestamp()
    backoff.note(look)
    found = verdict.standing(look) or success_policy.met(look)
    wait_ms = refusal = None
    if found is not None:
        for pod in look.active:
            delete(look, pod)
    elif not is_deleting(look.job):
        succeeded = counting.succeeded(look)
        try:
            wait_ms = manage(look, succeeded)
        except ApiError as why:
            refusal = why
        found = verdict.success(look, succeeded)
        if found is None:
            _note_suspension(look)
    counting.track(look, found)
    return [wait_ms, verdict.deadline_ms(look) if found is None else None], refusal


def _note_suspension(look: Look) -> None:
    """The condition Suspended; a resumed Job's time starts anew."""
    suspended = bool(look.spec["suspend"])
    current = find(look.status.get("conditions") or [], "Suspended")
    if suspended == (current is not None and current["status"] == "True"):
        return
    word, state = ("Suspended", "True") if suspended else ("Resumed", "False")
    counting.add_condition(look, "Suspended", state, f"Job{word}", f"Job {word.lower()}")
    look.world.event(look.job, "Normal", word, f"Job {word.lower()}", SOURCE)
    if suspended:
        look.status.pop("startTime", None)
    else:
        look.status["startTime"] = look.world.timestamp()


def _note_generation(world: World, job: Obj) -> None:
    memory = world.note(OWNER, key_of(job)) or {}
    if memory.get("generation") != job["metadata"]["generation"]:
        new = {**memory, "generation": job["metadata"]["generation"]}
        world.set_note(OWNER, key_of(job), new)


def _changed_by_others(world: World, job: Obj) -> Iterable[Key]:
    """A Job that is new, changed or gone; a status of our own making can wait."""
    memory = world.note(OWNER, key_of(job)) or {}
    changed = memory.get("generation") != job["metadata"]["generation"]
    if changed or is_deleting(job) or world.store.get(key_of(job)) is None:
        yield key_of(job)


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owner(world: World, pod: Obj) -> Iterable[Key]:
    """Its Job; for an orphan, each that would adopt it."""
    namespace, owner = pod["metadata"]["namespace"], controller_of(pod)
    if owner is not None:
        if owner["kind"] == "Job":
            yield Key("Job", namespace, owner["name"])
        return
    for job in world.store.list("Job", namespace):
        if matcher(job["spec"].get("selector"))(labels_of(pod)):
            yield key_of(job)
