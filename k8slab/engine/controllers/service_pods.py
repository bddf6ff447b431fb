"""Which pods a Service selects, and at which ports: what endpoints are made of (1.36)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..base.objects import Key, Obj, Objs, key_of, labels_of
from ..base.pods import pod_is_terminal
from ..base.selectors import matcher
from ..control import World

Ports = tuple[tuple[tuple[str, Any], ...], ...]


def services_of_pod(world: World, pod: Obj) -> Iterable[Key]:
    """The Services whose selector a pod matches."""
    labels = labels_of(pod).items()
    for service in world.store.by("Service", "namespace", pod["metadata"]["namespace"]):
        selector = service["spec"].get("selector")
        if selector and selector.items() <= labels:
            yield key_of(service)


def selected(world: World, service: Obj) -> Objs:
    """The pods of a Service that has a selector."""
    matches = matcher({"matchLabels": service["spec"]["selector"]})
    pods = world.store.by("Pod", "namespace", service["metadata"]["namespace"])
    return [pod for pod in pods if matches(labels_of(pod))]


def has_endpoint(pod: Obj) -> bool:
    """Whether a pod has an address and runs, or may still."""
    return bool((pod.get("status") or {}).get("podIP")) and not pod_is_terminal(pod)


def ports_of(service: Obj, pod: Obj) -> Ports:
    """The Service's ports as this pod has them: a port named but not found is left out."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = _target(port, pod)
        if number is not None:
            more = {"appProtocol": port["appProtocol"]} if "appProtocol" in port else {}
            named = {"name": port.get("name", ""), "port": number, "protocol": port["protocol"]}
            found.append(tuple({**named, **more}.items()))
    return tuple(found)


def _target(port: Obj, pod: Obj) -> int | None:
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target or int(port["port"])
    for container in pod["spec"]["containers"]:
        for offered in container.get("ports") or ():
            if offered.get("name") == target and offered["protocol"] == port["protocol"]:
                return int(offered["containerPort"])
    return None
