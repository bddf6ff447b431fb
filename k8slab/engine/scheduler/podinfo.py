"""What the scheduler asks of a pod's spec, worked out once for all pods of a template."""

from __future__ import annotations

from typing import NamedTuple

from ..base.memo import by_identity
from ..base.objects import Obj
from ..base.quantity import milli_value, whole_value

Resources = dict[str, int]

# schedutil.GetNonzeroRequests: what scoring assumes of a container that requests nothing.
DEFAULT_CPU_MILLI = 100
DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024


class Demand(NamedTuple):
    """What a pod asks of a node.

    ``requests`` are amounts by resource (CPU in millicores, all else in units); ``assumed`` is
    (CPU, memory) with the defaults that scoring assumes; ``ports`` are (protocol, host IP, port).
    """

    requests: Resources
    assumed: tuple[int, int]
    ports: tuple[tuple[str, str, int], ...]


def priority_of(pod: Obj) -> int:
    """corev1helpers.PodPriority."""
    return int(pod["spec"].get("priority") or 0)


def amount(resource: str, quantity: str | int | float) -> int:
    """A quantity as the scheduler counts it: millicores of CPU, else whole units."""
    return milli_value(str(quantity)) if resource == "cpu" else whole_value(str(quantity))


@by_identity
def demand_of(spec: Obj) -> Demand:
    """The demand of a pod spec (component-helpers resource.PodRequests, 1.36).

    Containers and sidecars add up; an init container counts where it alone needs more than these,
    together with the sidecars that were started before it.
    """
    requests: Resources = {}
    assumed = [0, 0]
    for container in spec.get("containers") or ():
        _add(requests, _requests(container))
        _assume(assumed, _requests(container))
    sidecars: Resources = {}
    peak: Resources = {}
    for container in spec.get("initContainers") or ():
        wanted = _requests(container)
        if container.get("restartPolicy") == "Always":
            _add(requests, wanted)
            _assume(assumed, wanted)
            _add(sidecars, wanted)
            wanted = {}
        _raise(
            peak,
            {name: wanted.get(name, 0) + sidecars.get(name, 0) for name in {**wanted, **sidecars}},
        )
    _raise(requests, peak)
    _add(
        requests, {name: amount(name, text) for name, text in (spec.get("overhead") or {}).items()}
    )
    low = (max(assumed[0], requests.get("cpu", 0)), max(assumed[1], requests.get("memory", 0)))
    return Demand(requests, low, tuple(_ports(spec)))


def _requests(container: Obj) -> Resources:
    resources = container.get("resources") or {}
    stated = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {name: amount(name, quantity) for name, quantity in stated.items()}


def _assume(assumed: list[int], wanted: Resources) -> None:
    assumed[0] += wanted.get("cpu", DEFAULT_CPU_MILLI)
    assumed[1] += wanted.get("memory", DEFAULT_MEMORY_BYTES)


def _add(total: Resources, more: Resources) -> None:
    for name, count in more.items():
        total[name] = total.get(name, 0) + count


def _raise(total: Resources, other: Resources) -> None:
    for name, count in other.items():
        total[name] = max(total.get(name, 0), count)


def _ports(spec: Obj) -> list[tuple[str, str, int]]:
    return [
        (port.get("protocol", "TCP"), port.get("hostIP") or "0.0.0.0", port["hostPort"])
        for container in spec.get("containers") or ()
        for port in container.get("ports") or ()
        if port.get("hostPort")
    ]
