"""Priority: the number behind a pod's priority class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.memo import by_identity
from ...base.objects import Obj
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_BUILT_IN = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


class Priority:
    """plugin/pkg/admission/priority, 1.36, for the two classes that every cluster has."""

    name = "Priority"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        spec = obj["spec"]
        name = spec.get("priorityClassName") or ""
        if name and name not in _BUILT_IN:
            why = f"no PriorityClass with name {name} was found"
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        priority = _BUILT_IN.get(name, 0)
        if spec.get("priority") not in (None, priority):
            why = (
                f"the integer value of priority ({spec['priority']}) must not be provided in pod "
                f"spec; priority admission controller computed {priority} from the given "
                "PriorityClass name"
            )
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        return {**obj, "spec": _with_priority(spec, priority)}


@by_identity
def _with_priority(spec: Obj, priority: int) -> Obj:
    policy = spec.get("preemptionPolicy") or "PreemptLowerPriority"
    return {**spec, "priority": priority, "preemptionPolicy": policy}
