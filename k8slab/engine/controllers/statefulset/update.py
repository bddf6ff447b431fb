"""The steps of one look at a StatefulSet (stateful_set_control.go updateStatefulSet, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.objects import Obj, is_deleting
from ...base.pods import phase_of
from . import pods, status
from .identity import first_ordinal, ordinal_of, revision_of
from .look import SOURCE, Look, is_healthy, is_running_and_ready


def step(look: Look) -> dict[str, Any]:
    """Create, scale down or replace pods as far as the order allows; the status to store.

    With OrderedReady the first pod that is not as it should be ends the look.
    """
    counts = status.counted(look)
    first = first_ordinal(look.stateful_set)
    for place, pod in enumerate(look.slots):
        if _replica(look, pod, first + place):
            return counts
    unhealthy = _first_unhealthy(look)
    for pod in look.condemned:
        if _condemned(look, pod, unhealthy):
            return counts
    if look.stateful_set["spec"]["updateStrategy"]["type"] == "OnDelete":
        return counts
    return _replace_outdated(look, counts)


def _replica(look: Look, pod: Obj | None, ordinal: int) -> bool:
    """See to the pod of one ordinal; whether the look ends here."""
    if pod is None:
        look.world.compare(f"pod {ordinal}", "there", "missing")
        pods.create(look, ordinal)
        return look.ordered
    if phase_of(pod) in ("Failed", "Succeeded"):
        _recreate(look, pod)
        return True
    if phase_of(pod) == "Pending":
        pods.create_claims(look, ordinal)
    if look.ordered and (is_deleting(pod) or look.available_in_ms(pod) != 0):
        look.world.compare(f"pod {ordinal}", "available", _state(pod))
        return True
    pods.retain_claims(look, pod, ordinal)
    return False


def _state(pod: Obj) -> str:
    return "terminating" if is_deleting(pod) else phase_of(pod)


def _recreate(look: Look, pod: Obj) -> None:
    """A pod that has ended is deleted; the next look makes a new one once it is gone."""
    if is_deleting(pod):
        return
    metadata, failed = look.stateful_set["metadata"], phase_of(pod) == "Failed"
    what, kind = ("Failed", "Warning") if failed else ("Terminated", "Normal")
    message = (
        f"StatefulSet {metadata['namespace']}/{metadata['name']} is recreating "
        f"{what.lower()} Pod {pod['metadata']['name']}"
    )
    look.world.event(look.stateful_set, kind, f"Recreating{what}Pod", message, SOURCE)
    pods.delete(look, pod)


def _first_unhealthy(look: Look) -> Obj | None:
    """The unhealthy pod with the lowest ordinal."""
    found = [pod for pod in look.pods if not is_healthy(pod)]
    return min(found, key=lambda pod: ordinal_of(pod, look.stateful_set), default=None)


def _condemned(look: Look, pod: Obj, unhealthy: Obj | None) -> bool:
    """Delete a pod beyond the set's size; whether the look ends here."""
    if is_deleting(pod):
        return look.ordered
    if look.ordered and not is_running_and_ready(pod) and pod is not unhealthy:
        return True
    ordinal = ordinal_of(pod, look.stateful_set)
    pods.retain_claims(look, pod, ordinal)
    look.world.compare("replicas", look.stateful_set["spec"]["replicas"], ordinal + 1)
    pods.delete(look, pod)
    return look.ordered


def _replace_outdated(look: Look, counts: dict[str, Any]) -> dict[str, Any]:
    """Delete the highest pod of another revision, if all above it are healthy."""
    wanted = look.update["metadata"]["name"]
    for place in range(len(look.slots) - 1, look.partition - 1, -1):
        pod = look.slots[place]
        if pod is None:
            return counts
        if revision_of(pod) != wanted and not is_deleting(pod):
            look.world.compare("revision", wanted, revision_of(pod))
            pods.delete(look, pod)
            of_current = revision_of(pod) == counts["currentRevision"]
            left = counts["currentReplicas"] - int(of_current)
            return {**counts, "currentReplicas": left}
        if not is_healthy(pod):
            return counts
    return counts
