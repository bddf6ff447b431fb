"""Figures that an experiment asks for beside the usual ones: values, and how they moved.

    values: {left: {of: Deployment/default/web, path: status.readyReplicas, at: lowest}}
    series: {ready: {of: Deployment/default/web, path: status.readyReplicas}}

A number that is not set counts as 0, as an absent count in a status does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key

from .checks.history import changes_of
from .checks.values import find, read_key, value_at

TIMES = ("end", "lowest", "highest")


@dataclass(frozen=True, slots=True)
class Measure:
    """A value of one object: at the end of a run, or its extreme during it."""

    of: Key
    path: str
    at: str

    def value(self, cluster: Cluster, since_ms: int) -> Any:
        """The figure; the run began at ``since_ms``."""
        if self.at == "end":
            obj = find(cluster, self.of)
            value = None if obj is None else value_at(obj, self.path)
            return 0 if value is None else value
        numbers = [number for _, number in self.series(cluster, since_ms)]
        return min(numbers) if self.at == "lowest" else max(numbers)

    def series(self, cluster: Cluster, since_ms: int) -> list[list[int]]:
        """``[second of the run, value]`` whenever the value became another."""
        points = [[0, 0]]
        for change in changes_of(cluster, self.of):
            value = 0 if change.type == "DELETED" else value_at(change.object, self.path) or 0
            if change.at_ms <= since_ms:
                points = [[0, value]]
            elif value != points[-1][1]:
                points.append([round((change.at_ms - since_ms) / 1000), value])
        return points


def read_values(fields: Fields) -> dict[str, Measure]:
    """The measures in ``values``, by figure."""
    return {name: _read(fields.mapping(name), ("of", "path", "at")) for name in fields}


def read_series(fields: Fields) -> dict[str, Measure]:
    """The measures in ``series``, by figure."""
    return {name: _read(fields.mapping(name), ("of", "path")) for name in fields}


def _read(fields: Fields, names: tuple[str, ...]) -> Measure:
    fields.only(*names)
    return Measure(read_key(fields), fields.text("path"), fields.choice("at", TIMES, "end"))


def events_since(cluster: Cluster, began_ms: int, namespace: str) -> list[dict[str, Any]]:
    """What was recorded in a run: the first Event of each reason and kind of object.

    ``{type, reason, on, message}``, in the order in which they came.
    """
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes_of(cluster, Key("Event", namespace, "*")):
        if change.type == "DELETED" or change.at_ms < began_ms:
            continue
        event = change.object
        on = event["involvedObject"]
        seen.setdefault(
            (event["reason"], on["kind"]),
            {
                "type": event["type"],
                "reason": event["reason"],
                "on": f"{on['kind']}/{on['name']}",
                "message": event["message"],
            },
        )
    return list(seen.values())
