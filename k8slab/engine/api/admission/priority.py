"""Priority: the number behind a pod's priority class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.memo import by_identity
from ...base.objects import Key, Obj
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_PREEMPT = "PreemptLowerPriority"


class Priority:
    """plugin/pkg/admission/priority, 1.36."""

    name = "Priority"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        spec = obj["spec"]
        name = spec.get("priorityClassName") or _default_class(api)
        found = api.store.get(Key("PriorityClass", "", name)) if name else None
        if name and found is None:
            why = f"no PriorityClass with name {name} was found"
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        priority, policy = 0, _PREEMPT
        if found is not None:
            priority, policy = found.get("value", 0), found.get("preemptionPolicy", _PREEMPT)
        if spec.get("priority") not in (None, priority):
            why = (
                f"the integer value of priority ({spec['priority']}) must not be provided in pod "
                f"spec; priority admission controller computed {priority} from the given "
                "PriorityClass name"
            )
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        if spec.get("preemptionPolicy") not in (None, policy):
            why = (
                f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be "
                f"provided in pod spec; priority admission controller computed {policy} from the "
                "given PriorityClass name"
            )
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        return {**obj, "spec": _with_priority(spec, name, priority, policy)}


def _default_class(api: Api) -> str:
    """The class that pods without one get: of several defaults the lowest."""
    classes = [it for it in api.store.list("PriorityClass") if it.get("globalDefault")]
    lowest = min(classes, key=lambda it: it.get("value", 0), default=None)
    return str(lowest["metadata"]["name"]) if lowest is not None else ""


@by_identity
def _with_priority(spec: Obj, name: str, priority: int, policy: str) -> Obj:
    named = {"priorityClassName": name} if name else {}
    return {**spec, **named, "priority": priority, "preemptionPolicy": policy}
