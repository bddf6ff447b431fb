"""kubectl describe of the kinds that are mostly data, and of any other."""

from __future__ import annotations

import base64
import re
from typing import Any

from k8slab.engine.base.objects import Obj, Objs

from ..session import Session
from .lines import NONE, Lines, moment

_IN_HEAD = ("name", "namespace", "labels", "annotations", "managedFields")
_UPPER_AFTER_LOWER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def namespace(session: Session, obj: Obj, lines: Lines) -> None:
    """A Namespace and its bounds."""
    lines.head(obj)
    status = obj.get("status") or {}
    lines.value(0, "Status", status.get("phase", ""))
    _conditions(lines, status.get("conditions") or [])
    lines.lines += ["", "No resource quota.", "", "No LimitRange resource."]


def _conditions(lines: Lines, conditions: Objs) -> None:
    if not conditions:
        return
    titles = ("Type", "Status", "LastTransitionTime", "Reason", "Message")
    lines.add(0, "Conditions:")
    lines.add(1, "\t".join(titles))
    lines.add(1, "\t".join("-" * len(title) for title in titles))
    for condition in conditions:
        since = moment(condition.get("lastTransitionTime"))
        cells = [condition["type"], condition["status"], since]
        cells += [condition.get("reason", ""), condition.get("message", "")]
        lines.add(1, "\t".join(cells))


def config_map(session: Session, obj: Obj, lines: Lines) -> None:
    """A ConfigMap and its data."""
    lines.head(obj)
    lines.lines += ["", "Data", "===="]
    data = obj.get("data") or {}
    for name in sorted(data):
        lines.lines += [f"{name}:", "----", *data[name].split("\n"), ""]
    lines.lines += ["", "BinaryData", "===="]
    binary = obj.get("binaryData") or {}
    for name in sorted(binary):
        lines.lines.append(f"{name}: {len(base64.b64decode(binary[name]))} bytes")
    lines.lines.append("")


def secret(session: Session, obj: Obj, lines: Lines) -> None:
    """A Secret: the sizes of its values, not the values."""
    lines.head(obj)
    lines.lines += ["", f"Type:  {obj.get('type', 'Opaque')}", "", "Data", "===="]
    data = obj.get("data") or {}
    for name in sorted(data):
        lines.value(0, name, f"{len(base64.b64decode(data[name]))} bytes")


def service_account(session: Session, obj: Obj, lines: Lines) -> None:
    """A ServiceAccount."""
    lines.head(obj)
    pulls = [item.get("name", "") for item in obj.get("imagePullSecrets") or ()]
    lines.values("Image pull secrets", pulls)


def anything(session: Session, obj: Obj, lines: Lines) -> None:
    """Any other kind: its fields by name (describe's generic describer)."""
    lines.head(obj)
    lines.value(0, "API Version", obj["apiVersion"])
    lines.value(0, "Kind", obj["kind"])
    metadata = {name: it for name, it in obj["metadata"].items() if name not in _IN_HEAD}
    body = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
    _fields(lines, 0, {**body, "metadata": metadata})


def _fields(lines: Lines, level: int, value: Obj) -> None:
    for name in sorted(value):
        _field(lines, level, _title(name), value[name])


def _field(lines: Lines, level: int, title: str, value: Any) -> None:
    if isinstance(value, dict):
        lines.add(level, f"{title}:")
        _fields(lines, level + 1, value)
    elif isinstance(value, list):
        lines.add(level, f"{title}:")
        for item in value:
            if isinstance(item, dict):
                _fields(lines, level + 1, item)
            else:
                lines.add(level + 1, str(item))
    else:
        lines.value(level, title, NONE if value is None else value)


def _title(name: str) -> str:
    if name == "uid":
        return "UID"
    words = _UPPER_AFTER_LOWER.sub(" ", name)
    return words[:1].upper() + words[1:]
