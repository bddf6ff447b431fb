"""What the API server warns of in a pod's spec, though it takes it (pkg/api/pod/warnings.go)."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.objects import Obj, get_in

_OLD_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
_OLD_VOLUMES = {
    "photonPersistentDisk": "non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_NO_SELECTOR = "a null labelSelector results in matching no pod"
_GRACE = "must be >= 0; negative values are invalid and will be treated as 1"
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def before_containers(spec: Obj, path: str) -> Iterator[str]:
    """Labels, volumes and names that are old or stand twice."""
    for key in spec.get("nodeSelector") or ():
        yield from _old_label(key, f"{path}.nodeSelector[{key}]")
    for index, it in enumerate(spec.get("topologySpreadConstraints") or ()):
        at = f"{path}.topologySpreadConstraints[{index}]"
        yield from _old_label(it.get("topologyKey") or "", f"{at}.topologyKey")
        if it.get("labelSelector") is None:
            yield f"{at}.labelSelector: {_NO_SELECTOR}"
    for index, volume in enumerate(spec.get("volumes") or ()):
        for name in volume.keys() & _OLD_VOLUMES.keys():
            yield f"{path}.volumes[{index}].{name}: {_OLD_VOLUMES[name]}"
    addresses = [it.get("ip") or "" for it in spec.get("hostAliases") or ()]
    for index in _again(addresses):
        yield f'{path}.hostAliases[{index}].ip: duplicate ip "{addresses[index]}"'
    secrets = [it.get("name") or "" for it in spec.get("imagePullSecrets") or ()]
    for index in _again(secrets):
        yield f'{path}.imagePullSecrets[{index}].name: duplicate name "{secrets[index]}"'
    for index, name in enumerate(secrets):
        if not name:
            yield f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'


def _old_label(key: str, path: str) -> Iterator[str]:
    if key in _OLD_LABELS:
        since, new = _OLD_LABELS[key]
        yield f'{path}: deprecated since {since}; use "{new}" instead'


def _again(values: list[str]) -> list[int]:
    """Where values stand that stood before."""
    return [index for index, value in enumerate(values) if value in values[:index]]


def after_containers(spec: Obj, path: str) -> Iterator[str]:
    """Variables and ports that stand twice, a negative grace, terms that select nothing."""
    yield from _variables(spec, path)
    yield from _ports(spec, path)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{path}.terminationGracePeriodSeconds: {_GRACE}"
    for field in ("podAffinity", "podAntiAffinity"):
        at = f"{path}.affinity.{field}"
        terms = get_in(spec, "affinity", field) or {}
        for index, term in enumerate(terms.get(_REQUIRED) or ()):
            if term.get("labelSelector") is None:
                yield f"{at}.{_REQUIRED}[{index}].labelSelector: {_NO_SELECTOR}"
        for index, term in enumerate(terms.get(_PREFERRED) or ()):
            if get_in(term, "podAffinityTerm", "labelSelector") is None:
                yield f"{at}.{_PREFERRED}[{index}].podAffinityTerm.labelSelector: {_NO_SELECTOR}"


def _containers(spec: Obj, path: str) -> Iterator[tuple[str, Obj]]:
    for name in _CONTAINER_LISTS:
        for index, container in enumerate(spec.get(name) or ()):
            yield f"{path}.{name}[{index}]", container


def _variables(spec: Obj, path: str) -> Iterator[str]:
    """A variable that is set again hides the first, unless it is made from it."""
    for at, container in _containers(spec, path):
        seen: set[str] = set()
        for index, it in enumerate(container.get("env") or ()):
            name, value = it.get("name") or "", it.get("value") or ""
            itself = f"$({name})"
            builds_on = itself in value and value != itself and it.get("valueFrom") is None
            if name in seen and not builds_on:
                why = (
                    f'hides previous definition of "{name}", which may be dropped when using apply'
                )
                yield f"{at}.env[{index}]: {why}"
            seen.add(name)


def _ports(spec: Obj, path: str) -> Iterator[str]:
    """Ports of a pod's containers that are one and the same."""
    seen: dict[tuple[int, str], list[tuple[str, str, int]]] = {}
    for at, container in _containers(spec, path):
        for index, it in enumerate(container.get("ports") or ()):
            where, port = f"{at}.ports[{index}]", it.get("containerPort") or 0
            address, number = it.get("hostIP") or "", it.get("hostPort") or 0
            others = seen.setdefault((port, it.get("protocol") or "TCP"), [])
            for other, other_address, other_number in others:
                if (address, number) == (other_address, other_number):
                    yield f"{where}: duplicate port definition with {other}"
                elif not number or not other_number:
                    yield f"{where}: overlapping port definition with {other}"
                elif number == other_number and bool(address) != bool(other_address):
                    yield f"{where}: dangerously ambiguous port definition with {other}"
            others.append((where, address, number))
