"""One look at a StatefulSet: its revisions, the pods it should have and those beyond them."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.objects import Obj, Objs, is_deleting
from ...base.pods import available_in_ms, phase_of, pod_is_ready
from ...control import World
from .identity import first_ordinal, ordinal_of, ordinals

SOURCE = "statefulset-controller"


@dataclass
class Look:
    """A StatefulSet as it stands; lives for one reconcile.

    ``slots`` has a place for each ordinal, None where there is no pod; ``condemned`` are the pods
    of other ordinals, highest first. ``stale``: a pod waits for the end of its predecessor's claim.
    """

    world: World
    stateful_set: Obj
    current: Obj
    update: Obj
    slots: list[Obj | None]
    condemned: Objs
    stale: bool = False

    @property
    def ordered(self) -> bool:
        """One pod after another (podManagementPolicy OrderedReady)."""
        return bool(self.stateful_set["spec"]["podManagementPolicy"] == "OrderedReady")

    @property
    def pods(self) -> Objs:
        """Every pod that was there when the look began."""
        return [*(pod for pod in self.slots if pod is not None), *self.condemned]

    @property
    def partition(self) -> int:
        """Ordinals below it keep the current revision; 0 without a RollingUpdate."""
        rolling = self.stateful_set["spec"]["updateStrategy"].get("rollingUpdate") or {}
        return int(rolling.get("partition") or 0)

    def available_in_ms(self, pod: Obj) -> int | None:
        """Milliseconds until a running pod is available; None where it is not ready."""
        if phase_of(pod) != "Running":
            return None
        seconds = self.stateful_set["spec"].get("minReadySeconds", 0)
        return available_in_ms(pod, seconds, self.world.unix_ms)

    def is_unavailable(self, pod: Obj) -> bool:
        """Not running and ready for long enough, or being deleted."""
        return is_deleting(pod) or self.available_in_ms(pod) != 0

    def revision_for(self, ordinal: int) -> Obj:
        """The revision that a new pod of this ordinal is made from."""
        if self.stateful_set["spec"]["updateStrategy"]["type"] != "RollingUpdate":
            return self.update
        below = ordinal < first_ordinal(self.stateful_set) + self.partition
        return self.current if below else self.update


def sorted_pods(stateful_set: Obj, pods: Objs) -> tuple[list[Obj | None], Objs]:
    """The pods by slot, and those that the set should not have."""
    wanted = ordinals(stateful_set)
    by_ordinal = {ordinal_of(pod, stateful_set): pod for pod in pods}
    condemned = [it for it in sorted(by_ordinal, reverse=True) if it >= 0 and it not in wanted]
    return [by_ordinal.get(it) for it in wanted], [by_ordinal[it] for it in condemned]


def is_running_and_ready(pod: Obj) -> bool:
    """Phase Running and condition Ready."""
    return phase_of(pod) == "Running" and pod_is_ready(pod)
