"""RuntimeClass: a pod's class has to be there, and says what it costs and where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Key, Obj, get_in
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api


class RuntimeClass:
    """plugin/pkg/admission/runtimeclass, 1.36: on creation only."""

    name = "RuntimeClass"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        spec, wanted = obj["spec"], obj["spec"].get("runtimeClassName")
        if not wanted and not spec.get("overhead"):
            return obj
        found: Obj = {}
        if wanted:
            stored = api.store.get(Key("RuntimeClass", "", wanted))
            if stored is None:
                raise _rejected(kind, obj, f'RuntimeClass "{wanted}" not found')
            found = stored
        cost, said = get_in(found, "overhead", "podFixed"), spec.get("overhead")
        if said and cost is None:
            why = "Pod Overhead set without corresponding RuntimeClass defined Overhead"
            raise _rejected(kind, obj, why)
        if said and said != cost:
            why = "Pod's Overhead doesn't match RuntimeClass's defined Overhead"
            raise _rejected(kind, obj, why)
        if cost is not None:
            spec = {**spec, "overhead": cost}
        placing = found.get("scheduling")
        return {**obj, "spec": _placed(kind, obj, spec, placing) if placing else spec}


def _placed(kind: Kind, obj: Obj, spec: Obj, placing: Obj) -> Obj:
    labels, own = placing.get("nodeSelector") or {}, spec.get("nodeSelector") or {}
    for key, value in sorted(labels.items()):
        if own.get(key, value) != value:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {own[key]}"
            )
            raise errors.forbidden(kind.plural, kind.group, obj["metadata"].get("name", ""), why)
    if labels:
        spec = {**spec, "nodeSelector": {**own, **labels}}
    had = spec.get("tolerations") or []
    more = [it for it in placing.get("tolerations") or () if it not in had]
    return {**spec, "tolerations": [*had, *more]} if more else spec


def _rejected(kind: Kind, obj: Obj, why: str) -> errors.ApiError:
    name = obj["metadata"].get("name", "")
    return errors.forbidden(kind.plural, kind.group, name, f"pod rejected: {why}")
