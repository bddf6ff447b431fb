"""The pods/ephemeralcontainers subresource (core ValidatePodEphemeralContainersUpdate, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, set_in
from .. import errors
from .faults import Faults, duplicate, forbidden, not_found, required
from .podspec_defaults import default_pod_spec

_NEVER = (
    "ports",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "resources",
    "resizePolicy",
)
_PATH = "spec.ephemeralContainers"


def with_ephemeral(obj: Obj, old: Obj) -> Obj:
    """The stored pod with the ephemeral containers of ``obj``; ApiError Invalid."""
    containers = obj.get("spec", {}).get("ephemeralContainers") or []
    spec = default_pod_spec({**old["spec"], "ephemeralContainers": containers})
    new = {**old, "spec": spec}
    if faults := _validate(new, old):
        raise errors.invalid("Pod", "", old["metadata"]["name"], faults)
    if spec.get("ephemeralContainers", []) == old["spec"].get("ephemeralContainers", []):
        return old
    generation = old["metadata"].get("generation", 0) + 1
    return set_in(new, ("metadata", "generation"), generation)


def _validate(new: Obj, old: Obj) -> Faults:
    """Faults of ephemeral containers: they can be added, and never changed or taken away."""
    spec = new["spec"]
    others = [*spec["containers"], *(spec.get("initContainers") or ())]
    names = [each["name"] for each in others]
    faults: Faults = []
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        faults += _one(container, f"{_PATH}[{index}]", names, others)
        names.append(container.get("name", ""))
    now = {each.get("name"): each for each in spec.get("ephemeralContainers") or ()}
    for before in old["spec"].get("ephemeralContainers") or ():
        name = before["name"]
        if name not in now:
            why = f'existing ephemeral containers "{name}" may not be removed\n'
            faults.append(forbidden(_PATH, why))
        elif now[name] != before:
            why = f'existing ephemeral containers "{name}" may not be changed\n'
            faults.append(forbidden(_PATH, why))
    return faults


def _one(container: Obj, path: str, names: list[str], others: list[Obj]) -> Faults:
    faults: Faults = []
    for field in ("name", "image"):
        if not container.get(field):
            faults.append(required(f"{path}.{field}"))
    if container.get("name") in names:
        faults.append(duplicate(f"{path}.name", container["name"]))
    target = container.get("targetContainerName")
    if target and target not in [each["name"] for each in others]:
        faults.append(not_found(f"{path}.targetContainerName", target))
    why = "cannot be set for an Ephemeral Container"
    return faults + [forbidden(f"{path}.{name}", why) for name in _NEVER if container.get(name)]
