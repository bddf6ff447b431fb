"""What may change of a pod once it is there (core validation ValidatePodUpdate, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj
from .faults import Faults, forbidden
from .internal import go_diff

_ALLOWED = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
    "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
    "(allow it to be set to 1 if it was previously negative)"
)
_CONTAINER_LISTS = ("containers", "initContainers")


def validate_pod_update(new: Obj, old: Obj) -> Faults:
    """Faults of a change of a pod's spec."""
    spec, before = new["spec"], old["spec"]
    if spec is before or spec == before:
        return []
    for name in _CONTAINER_LISTS:
        if len(spec.get(name) or ()) != len(before.get(name) or ()):
            what = "containers" if name == "containers" else "initContainers"
            return [forbidden(f"spec.{what}", "pod updates may not add or remove containers")]
    masked = _masked(spec, before)
    if masked == before:
        return []
    diff = go_diff(before, masked, "PodSpec")
    return [forbidden("spec", f"{_ALLOWED}\n{diff}")]


def _masked(spec: Obj, before: Obj) -> Obj:
    """``spec`` with what may change as it was before."""
    masked = dict(spec)
    for name in _CONTAINER_LISTS:
        if name in spec:
            masked[name] = [
                {**container, "image": was.get("image")}
                for container, was in zip(spec[name], before[name], strict=True)
            ]
    if all(it in (spec.get("tolerations") or ()) for it in before.get("tolerations") or ()):
        _as_before(masked, before, "tolerations")
    _as_before(masked, before, "activeDeadlineSeconds")
    return masked


def _as_before(masked: Obj, before: Obj, name: str) -> None:
    masked.pop(name, None)
    if name in before:
        masked[name] = before[name]
