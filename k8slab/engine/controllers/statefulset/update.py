"""The steps of one look at a StatefulSet (stateful_set_control.go updateStatefulSet, 1.36)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from ...api.errors import ApiError
from ...base.objects import Obj, is_deleting
from ...base.pods import phase_of
from ..batches import slow_start
from . import pods
from .identity import first_ordinal, ordinal_of, ordinals, revision_of
from .look import Look

Counts = dict[str, Any]
T = TypeVar("T")


def step(look: Look, counts: Counts) -> tuple[Counts, ApiError | None]:
    """Create, scale down or replace pods as far as the order allows.

    The status to store, and the refusal that ended the look, if one did.
    """
    first = _first_unavailable(look)
    strategy = look.stateful_set["spec"]["updateStrategy"]["type"]
    try:
        if (
            _for_all(look, range(len(look.slots)), partial(_replica, look))
            or _for_all(look, look.condemned, partial(_retain, look))
            or _for_all(look, look.condemned, partial(_condemned, look, first))
            or strategy == "OnDelete"
        ):
            return counts, None
        return _replace_outdated(look, counts), None
    except ApiError as refusal:
        return counts, refusal


def _for_all(look: Look, items: Sequence[T], attempt: Callable[[T], bool]) -> bool:
    """With OrderedReady one after another, until one ends the look; else all (runForAll)."""
    if look.ordered:
        return any(map(attempt, items))
    refusal = slow_start(len(items), lambda place: attempt(items[place]))
    if refusal is not None:
        raise refusal
    return False


def _replica(look: Look, place: int) -> bool:
    """See to the pod of one ordinal; whether an ordered look ends here."""
    pod, ordinal = look.slots[place], first_ordinal(look.stateful_set) + place
    if pod is None:
        look.world.compare(f"pod {ordinal}", "there", "missing")
        if pods.has_stale_claim(look, ordinal):
            look.stale = True
        else:
            pods.create(look, ordinal)
        return True
    if phase_of(pod) in ("Failed", "Succeeded"):
        if not is_deleting(pod):
            pods.delete(look, pod)
        return True
    if phase_of(pod) == "Pending":
        refusal = pods.create_claims(look, ordinal)
        if refusal is not None:
            raise refusal
        pods.retain_claims(look, pod, ordinal)
    if look.ordered and (is_deleting(pod) or look.available_in_ms(pod) != 0):
        look.world.compare(f"pod {ordinal}", "available", _state(pod))
        return True
    pods.conform(look, pod, ordinal)
    return False


def _state(pod: Obj) -> str:
    return "terminating" if is_deleting(pod) else phase_of(pod)


def _first_unavailable(look: Look) -> Obj | None:
    """Of the set's own pods the first that is not available, else of those beyond its size."""
    found = [pod for pod in look.pods if look.is_unavailable(pod)]
    return min(found, key=lambda pod: _standing(look, pod), default=None)


def _standing(look: Look, pod: Obj) -> tuple[bool, int]:
    ordinal = ordinal_of(pod, look.stateful_set)
    return ordinal not in ordinals(look.stateful_set), ordinal


def _retain(look: Look, pod: Obj) -> bool:
    """Settle whom the claims of a pod beyond the set's size go with; no look ends here."""
    pods.retain_claims(look, pod, ordinal_of(pod, look.stateful_set))
    return False


def _condemned(look: Look, first: Obj | None, pod: Obj) -> bool:
    """Delete a pod beyond the set's size; an ordered look ends with it, or waits for it."""
    if is_deleting(pod):
        return True
    if look.ordered and look.available_in_ms(pod) != 0 and pod is not first:
        return True
    wanted, ordinal = look.stateful_set["spec"]["replicas"], ordinal_of(pod, look.stateful_set)
    look.world.compare("replicas", wanted, ordinal + 1)
    pods.delete(look, pod)
    return True


def _replace_outdated(look: Look, counts: Counts) -> Counts:
    """Delete the highest pod of another revision, if all above it are available."""
    wanted = look.update["metadata"]["name"]
    for place in range(len(look.slots) - 1, look.partition - 1, -1):
        pod = look.slots[place]
        if pod is None:
            return counts
        if revision_of(pod) != wanted and not is_deleting(pod):
            look.world.compare("revision", wanted, revision_of(pod))
            pods.delete(look, pod)
            return {**counts, "currentReplicas": max(0, counts["currentReplicas"] - 1)}
        if look.is_unavailable(pod):
            return counts
    return counts
