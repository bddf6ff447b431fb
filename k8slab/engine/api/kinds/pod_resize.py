"""The pods/resize subresource (podResizeStrategy and ValidatePodResize, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, set_in
from .. import errors
from .faults import Faults, forbidden, invalid
from .pod import KIND, qos_class
from .podspec_defaults import default_pod_spec

_MUTABLE = ("cpu", "memory")
_QOS = "Pod QOS Class may not change as a result of resizing"


def with_resources(obj: Obj, old: Obj) -> Obj:
    """The stored pod with the resources of ``obj``'s containers, all else as it was; ApiError
    Invalid where these may not change so."""
    spec = dict(old["spec"])
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = _resized(obj["spec"].get(field) or [], spec[field])
    spec = default_pod_spec(spec)
    if spec == old["spec"]:
        return old
    new = {**old, "spec": spec}
    faults = _faults(new, old)
    if qos_class(spec) != qos_class(old["spec"]):
        faults.append(invalid("spec", qos_class(spec), _QOS))
    faults += KIND.validate(new)
    if faults:
        raise errors.invalid("Pod", "", old["metadata"]["name"], faults)
    return set_in(new, ("metadata", "generation"), old["metadata"].get("generation", 0) + 1)


def _resized(asked: list[Obj], had: list[Obj]) -> list[Obj]:
    """The containers with the resources that are asked for; nothing else is taken over."""
    if [it.get("name") for it in asked] != [it["name"] for it in had]:
        return had
    found = []
    for wanted, container in zip(asked, had, strict=True):
        kept = {name: it for name, it in container.items() if name != "resources"}
        found.append({**kept, "resources": wanted.get("resources") or {}})
    return found


def _faults(new: Obj, old: Obj) -> Faults:
    faults: Faults = []
    for field in ("containers", "initContainers"):
        pairs = zip(new["spec"].get(field) or (), old["spec"].get(field) or (), strict=True)
        for index, (container, before) in enumerate(pairs):
            has, had = (it.get("resources") or {} for it in (container, before))
            faults += _changes(has, had, f"spec.{field}[{index}].resources")
    return faults


def _changes(now: Obj, before: Obj, path: str) -> Faults:
    faults: Faults = []
    for what in ("limits", "requests"):
        amounts, had = now.get(what) or {}, before.get(what) or {}
        if any(name not in amounts for name in had if name in _MUTABLE):
            faults.append(forbidden(f"{path}.{what}", f"resource {what} cannot be removed"))
        others = {name for name in {**amounts, **had} if name not in _MUTABLE}
        if any(amounts.get(name) != had.get(name) for name in others):
            faults.append(forbidden("spec", "only cpu and memory resources are mutable"))
    return faults
