"""kubectl describe of the kinds that are mostly data, and of any other."""

from __future__ import annotations

import base64
import re
from typing import Any

from k8slab.engine.base.objects import Obj, Objs, annotations_of, labels_of

from ..printers.govalues import go_value
from ..session import Session
from .limits import bounds_of_namespace
from .lines import Lines, moment

_IN_HEAD = ("name", "namespace", "labels", "annotations", "managedFields")
_ACRONYMS = ("API", "URL", "UID", "OSB", "GUID")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|-+")
"""A run of capitals (but for the one that begins a word), a word, or signs: ``UR`` and ``Ls``."""


def namespace(session: Session, obj: Obj, lines: Lines) -> None:
    """A Namespace and its bounds."""
    lines.head(obj)
    status = obj.get("status") or {}
    lines.value(0, "Status", status.get("phase", ""))
    conditions(lines, status.get("conditions") or [])
    bounds_of_namespace(session, obj["metadata"]["name"], lines)


def conditions(lines: Lines, found: Objs) -> None:
    """The table of an object's conditions."""
    if not found:
        return
    titles = ("Type", "Status", "LastTransitionTime", "Reason", "Message")
    lines.add(0, "Conditions:")
    lines.add(1, "\t".join(titles))
    lines.add(1, "\t".join("-" * len(title) for title in titles))
    for condition in found:
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
    """A Secret: the sizes of its values, not the values (but for a ServiceAccount's token)."""
    lines.head(obj)
    lines.lines += ["", f"Type:  {obj.get('type', 'Opaque')}", "", "Data", "===="]
    data = obj.get("data") or {}
    for name in sorted(data):
        value = base64.b64decode(data[name])
        shown = obj.get("type") == "kubernetes.io/service-account-token" and name == "token"
        lines.value(0, name, value.decode() if shown else f"{len(value)} bytes")


def service_account(session: Session, obj: Obj, lines: Lines) -> None:
    """A ServiceAccount."""
    lines.head(obj)
    pulls = [item.get("name", "") for item in obj.get("imagePullSecrets") or ()]
    lines.values("Image pull secrets", pulls)


def anything(session: Session, obj: Obj, lines: Lines) -> None:
    """Any other kind: its fields by name (describe's generic describer)."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"].get("namespace", ""))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    metadata = {name: it for name, it in obj["metadata"].items() if name not in _IN_HEAD}
    _fields(lines, 0, {**obj, "metadata": metadata})


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
                lines.add(level + 1, go_value(item))
    else:
        lines.value(level, title, go_value(value))


def _title(name: str) -> str:
    """The words of a field's name (describe's smartLabelFor): ``Non Resource Ur Ls``."""
    if not re.fullmatch(r"[a-zA-Z-]+", name):
        return name
    return " ".join(
        part.upper() if part.upper() in _ACRONYMS else part.capitalize()
        for part in _WORDS.findall(name)
    )
