"""A container's environment (kubelet makeEnvironmentVariables, envvars.FromServices, 1.36)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..base.objects import Key, Obj, get_in
from ..base.pods import node_of
from ..base.quantity import parse_quantity
from ..control import World
from .addresses import node_address
from .config import MissingConfig, namespace_of, payload

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")
_QUOTED = re.compile(r"metadata\.(labels|annotations)\['(.+)'\]")
_FIELDS: dict[str, tuple[str, ...]] = {
    "metadata.name": ("metadata", "name"),
    "metadata.namespace": ("metadata", "namespace"),
    "metadata.uid": ("metadata", "uid"),
    "spec.nodeName": ("spec", "nodeName"),
    "spec.serviceAccountName": ("spec", "serviceAccountName"),
}


def expand(text: str, variables: Mapping[str, str]) -> str:
    """``text`` with ``$(NAME)`` replaced; an unknown name stays, ``$$`` is a dollar sign.

    >>> expand("$(A)-$(B)-$$(A)", {"A": "1"})
    '1-$(B)-$(A)'
    """

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        return "$" if name is None else variables.get(name, match[0])

    return _REFERENCE.sub(replaced, text) if "$" in text else text


def command_of(container: Obj, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The container's own command line with its variables in place; empty: the image's."""
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    return tuple(expand(word, variables) for word in words)


def is_fixed(container: Obj) -> bool:
    """Whether the environment comes from the container's spec alone."""
    if container.get("envFrom"):
        return False
    return all(
        "valueFrom" not in each and "$(" not in each.get("value", "")
        for each in container.get("env") or ()
    )


def environment(
    world: World, pod: Obj, container: Obj, ip: str = "", services: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables that the pod's author asked for, in order; later ones win.

    ``ip`` is the pod's address, ``services`` what ``$(...)`` can name besides. MissingConfig, in
    the kubelet's words, where a ConfigMap, a Secret or a key is not there.
    """
    env = dict(_from(world, pod, container))
    for entry in container.get("env") or ():
        source = entry.get("valueFrom")
        if source is None:
            known = env if services is None else {**services, **env}
            env[entry["name"]] = expand(entry.get("value", ""), known)
            continue
        value = _value(world, pod, container, source, ip)
        if value is not None:
            env[entry["name"]] = value
    return env


def _from(world: World, pod: Obj, container: Obj) -> Iterator[tuple[str, str]]:
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix", "")
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = source.get(field)
            if reference is None:
                continue
            found = payload(world, kind, namespace_of(pod), reference.get("name", ""))
            if found is None and not reference.get("optional"):
                raise MissingConfig(f'{kind.lower()} "{reference.get("name", "")}" not found')
            for key, value in sorted((found or {}).items()):
                yield prefix + key, value


def _value(world: World, pod: Obj, container: Obj, source: Obj, ip: str) -> str | None:
    """A ``valueFrom``; None where an optional key is not there."""
    if "fieldRef" in source:
        return field(world, pod, source["fieldRef"]["fieldPath"], ip)
    if "resourceFieldRef" in source:
        return resource(world, pod, source["resourceFieldRef"], container)
    for name, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if name in source:
            return _key(world, kind, namespace_of(pod), source[name])
    return None


def _key(world: World, kind: str, namespace: str, reference: Obj) -> str | None:
    found = payload(world, kind, namespace, reference["name"])
    if found is not None and reference["key"] in found:
        return found[reference["key"]]
    if reference.get("optional"):
        return None
    if found is None:
        raise MissingConfig(f'{kind.lower()} "{reference["name"]}" not found')
    where = f"{kind} {namespace}/{reference['name']}"
    raise MissingConfig(f"couldn't find key {reference['key']} in {where}")


def field(world: World, pod: Obj, path: str, ip: str) -> str:
    """A field of the pod as the downward API gives it (fieldpath.ExtractFieldPathAsString)."""
    if path in _FIELDS:
        return str(get_in(pod, *_FIELDS[path], default=""))
    if quoted := _QUOTED.fullmatch(path):
        return str(get_in(pod, "metadata", quoted[1], default={}).get(quoted[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        every = get_in(pod, "metadata", path.removeprefix("metadata."), default={})
        return "\n".join(f'{name}="{value}"' for name, value in sorted(every.items()))
    if path in ("status.podIP", "status.podIPs"):
        return ip
    if path in ("status.hostIP", "status.hostIPs"):
        return node_address(world, node_of(pod))
    return ""


def resource(world: World, pod: Obj, reference: Obj, container: Obj | None = None) -> str:
    """A container's request or limit in units of the divisor, rounded up.

    A limit that is not set is what the node can give.
    """
    wanted = reference.get("containerName")
    if wanted:
        every = [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]
        container = next((each for each in every if each["name"] == wanted), container)
    kind, _, name = reference["resource"].partition(".")
    amount = get_in(container or {}, "resources", kind, name)
    if amount is None and kind == "limits":
        node = world.store.get(Key("Node", "", node_of(pod))) or {}
        amount = get_in(node, "status", "allocatable", name)
    divisor = parse_quantity(str(reference.get("divisor") or "1")) or parse_quantity("1")
    value: Any = parse_quantity(str(amount or "0")) / divisor
    return str(-(-value.numerator // value.denominator))


def service_variables(world: World, pod: Obj, started_ms: int) -> dict[str, str]:
    """What a container that started then is told of Services: its namespace's and ``kubernetes``.

    Services that came later are not in it; ``enableServiceLinks: false`` leaves the API's alone.
    """
    variables: dict[str, str] = {}
    began = world.timestamp(started_ms)
    linked = pod["spec"].get("enableServiceLinks", True)
    services = world.store.list("Service", namespace_of(pod)) if linked else []
    api = world.store.get(Key("Service", "default", "kubernetes"))
    for service in [*services, *([api] if api else [])]:
        address = service["spec"].get("clusterIP")
        if address and address != "None" and service["metadata"]["creationTimestamp"] <= began:
            variables.update(_links(service, address))
    return variables


def _links(service: Obj, address: str) -> Iterator[tuple[str, str]]:
    name = service["metadata"]["name"].upper().replace("-", "_")
    ports = service["spec"].get("ports") or []
    yield f"{name}_SERVICE_HOST", address
    for index, port in enumerate(ports):
        if index == 0:
            yield f"{name}_SERVICE_PORT", str(port["port"])
            yield f"{name}_PORT", _url(port, address)
        if port.get("name"):
            said = port["name"].upper().replace("-", "_")
            yield f"{name}_SERVICE_PORT_{said}", str(port["port"])
        protocol = port.get("protocol", "TCP")
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        yield prefix, _url(port, address)
        yield f"{prefix}_PROTO", protocol.lower()
        yield f"{prefix}_PORT", str(port["port"])
        yield f"{prefix}_ADDR", address


def _url(port: Obj, address: str) -> str:
    return f"{port.get('protocol', 'TCP').lower()}://{address}:{port['port']}"
