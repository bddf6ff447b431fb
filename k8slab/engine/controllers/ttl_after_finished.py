"""Finished Jobs go after ttlSecondsAfterFinished (pkg/controller/ttlafterfinished, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.conditions import conditions_of
from ..base.objects import Key, Obj, is_deleting, key_of, uid_of
from ..base.times import parse_rfc3339
from ..control import World
from ..control.loop import Watch


class TtlAfterFinished:
    """Deletes a Job, and its pods before it, when its time is up."""

    name = "ttl-after-finished"
    lag_ms = 10

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Job": _with_ttl}

    def reconcile(self, world: World, key: Key) -> int | None:
        job = world.store.get(key)
        if job is None or is_deleting(job):
            return None
        ttl_s, finished_ms = job["spec"].get("ttlSecondsAfterFinished"), _finished_ms(job)
        if ttl_s is None or finished_ms is None:
            return None
        left_ms = int(finished_ms + ttl_s * 1000 - world.unix_ms)
        world.compare("seconds until the Job goes", 0, max(0, left_ms) // 1000)
        if left_ms > 0:
            return left_ms
        world.api.delete(key, propagation="Foreground", uid=uid_of(job))
        return None


def _with_ttl(world: World, job: Obj) -> Iterable[Key]:
    if job["spec"].get("ttlSecondsAfterFinished") is not None:
        yield key_of(job)


def _finished_ms(job: Obj) -> int | None:
    """Unix milliseconds of the end of a Job."""
    for condition in conditions_of(job):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return parse_rfc3339(condition["lastTransitionTime"])
    return None
