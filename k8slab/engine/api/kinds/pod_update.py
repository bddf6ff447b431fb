"""What may change of a pod once it is there (core validation ValidatePodUpdate, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj
from .faults import Faults, forbidden, invalid, required
from .internal import go_diff
from .placement import validate_tolerations

_ALLOWED = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
    "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
    "(allow it to be set to 1 if it was previously negative)"
)
_CONTAINER_LISTS = ("containers", "initContainers")
_DEADLINE_MAX = (1 << 31) - 1


def validate_pod_update(new: Obj, old: Obj) -> Faults:
    """Faults of a change of a pod's spec."""
    spec, before = new["spec"], old["spec"]
    if spec is before or spec == before:
        return []
    faults: Faults = []
    for name in _CONTAINER_LISTS:
        containers = spec.get(name) or []
        if len(containers) != len(before.get(name) or ()):
            why = "pod updates may not add or remove containers"
            return [*faults, forbidden(f"spec.{name}", why)]
        faults += _images(containers, f"spec.{name}")
    deadline = _deadline(spec, before)
    if deadline and spec.get("activeDeadlineSeconds") is not None:
        return faults + deadline
    faults += deadline + _tolerations(spec, before) + _gates(spec, before)
    masked = _masked(spec, before)
    gated = bool(before.get("schedulingGates"))
    if gated and masked.get("nodeSelector") != before.get("nodeSelector"):
        faults += _selected(masked.get("nodeSelector") or {}, before.get("nodeSelector") or {})
        _as_before(masked, before, "nodeSelector")
    if masked == before:
        return faults
    diff = go_diff(before, masked, "PodSpec")
    return [*faults, forbidden("spec", f"{_ALLOWED}\n{diff}")]


def _images(containers: list[Obj], path: str) -> Faults:
    faults: Faults = []
    for index, container in enumerate(containers):
        image, at = container.get("image") or "", f"{path}[{index}].image"
        if not image:
            faults.append(required(at))
        elif image != image.strip():
            faults.append(invalid(at, image, "must not have leading or trailing whitespace"))
    return faults


def _deadline(spec: Obj, before: Obj) -> Faults:
    """It can be set, and then only be brought forward."""
    path, new, old = (
        "spec.activeDeadlineSeconds",
        *(it.get("activeDeadlineSeconds") for it in (spec, before)),
    )
    if new is None:
        why = "must not update from a positive integer to nil value"
        return [invalid(path, None, why)] if old is not None else []
    if not 0 <= new <= _DEADLINE_MAX:
        return [invalid(path, new, f"must be between 0 and {_DEADLINE_MAX}, inclusive")]
    if old is not None and old < new:
        return [invalid(path, new, "must be less than or equal to previous value")]
    return []


def _tolerations(spec: Obj, before: Obj) -> Faults:
    """They can be added, and how long they hold can change."""
    path, new = "spec.tolerations", spec.get("tolerations") or []
    kept = [_lasting(it) for it in new]
    if any(_lasting(it) not in kept for it in before.get("tolerations") or ()):
        why = "existing toleration can not be modified except its tolerationSeconds"
        return [forbidden(path, why)]
    return validate_tolerations(new, path)


def _lasting(toleration: Obj) -> Obj:
    return {name: it for name, it in toleration.items() if name != "tolerationSeconds"}


def _gates(spec: Obj, before: Obj) -> Faults:
    had = [it.get("name") for it in before.get("schedulingGates") or ()]
    why = "only deletion is allowed, but found new scheduling gate"
    return [
        forbidden("spec.schedulingGates", f"{why} '{gate.get('name')}'")
        for gate in spec.get("schedulingGates") or ()
        if gate.get("name") not in had
    ]


def _selected(new: Obj, old: Obj) -> Faults:
    """A pod that waits behind a gate may be told of more labels that its node has to have."""
    if all(new.get(key) == value for key, value in old.items()):
        return []
    why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    return [invalid("spec.nodeSelector", new, why)]


def _masked(spec: Obj, before: Obj) -> Obj:
    """``spec`` with what may change as it was before."""
    masked = dict(spec)
    for name in _CONTAINER_LISTS:
        if name in spec:
            masked[name] = [
                {**container, "image": was.get("image")}
                for container, was in zip(spec[name], before[name], strict=True)
            ]
    for name in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        _as_before(masked, before, name)
    grace = "terminationGracePeriodSeconds"
    if (before.get(grace) or 0) < 0 and masked.get(grace) == 1:
        _as_before(masked, before, grace)
    return masked


def _as_before(masked: Obj, before: Obj, name: str) -> None:
    masked.pop(name, None)
    if name in before:
        masked[name] = before[name]
