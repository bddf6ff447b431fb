"""The lines of a description: ``Name:<tab>value``, indented by level, aligned at the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from k8slab.engine.base.durations import human_duration
from k8slab.engine.base.objects import Obj, annotations_of, labels_of
from k8slab.engine.base.times import parse_rfc3339

from ..event_times import interval
from ..printers.tabwriter import align
from ..resources import kind_of
from ..session import Session

NONE = "<none>"
_HIDDEN = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})
_LONG_ANNOTATION = 140


class Lines:
    """Collects lines; a tab separates a name from its value."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, level: int, text: str) -> None:
        """A line, two spaces a level."""
        self.lines.append("  " * level + text)

    def value(self, level: int, name: str, value: Any) -> None:
        """``name: value``."""
        self.add(level, f"{name}:\t{value}")

    def values(self, name: str, values: list[str], indent: str = "") -> None:
        """A name and its values, one a line."""
        first, *rest = values or [NONE]
        self.lines.append(f"{indent}{name}:\t{first}")
        self.lines += [f"\t{value}" for value in rest]

    def mapping(self, name: str, mapping: dict[str, str], indent: str = "") -> None:
        """Labels or a selector: ``a=b`` in order of names."""
        self.values(name, [f"{key}={mapping[key]}" for key in sorted(mapping)], indent)

    def joined(self, name: str, mapping: dict[str, str]) -> None:
        """Labels on one line (labels.FormatLabels)."""
        self.value(0, name, ",".join(f"{key}={mapping[key]}" for key in sorted(mapping)) or NONE)

    def annotations(self, mapping: dict[str, str], indent: str = "") -> None:
        """Annotations; a long or many-lined one stands below its name."""
        shown: list[str] = []
        for key in sorted(mapping.keys() - _HIDDEN):
            value = mapping[key].removesuffix("\n")
            if len(f"{key}: {value}") <= _LONG_ANNOTATION and "\n" not in value:
                shown.append(f"{key}: {value}")
            else:
                shown.append(f"{key}:")
                shown += [f"  {_shortened(line)}" for line in value.split("\n")]
        self.values("Annotations", shown, indent)

    def head(self, obj: Obj) -> None:
        """Name, namespace, labels and annotations."""
        self.value(0, "Name", obj["metadata"]["name"])
        if "namespace" in obj["metadata"]:
            self.value(0, "Namespace", obj["metadata"]["namespace"])
        self.mapping("Labels", labels_of(obj))
        self.annotations(annotations_of(obj))

    def events(self, session: Session, obj: Obj) -> None:
        """The events that are about ``obj``."""
        metadata = obj["metadata"]
        about = [
            event
            for event in session.list(kind_of("events"))
            if _is_about(event["involvedObject"], obj["kind"], metadata)
        ]
        if not about:
            self.value(0, "Events", NONE)
            return
        self.add(0, "Events:")
        self.add(1, "Type\tReason\tAge\tFrom\tMessage")
        self.add(1, "----\t------\t----\t----\t-------")
        for event in sorted(about, key=lambda event: event.get("lastTimestamp") or ""):
            source = (event.get("source") or {}).get("component") or event.get("reportingComponent")
            cells = [event.get("type", ""), event.get("reason", ""), interval(session, event)]
            part = event["involvedObject"].get("fieldPath", "")
            message = event.get("message", "").strip()
            told = f"{part}: {message}" if part else message
            self.add(1, "\t".join([*cells, source or "", told]))

    def aligned(self) -> str:
        """The text, its values below one another."""
        return align("\n".join(self.lines) + "\n")


def _is_about(on: Obj, kind: str, metadata: Obj) -> bool:
    if on.get("kind") != kind or on.get("name") != metadata["name"]:
        return False
    if on.get("namespace", "") != metadata.get("namespace", ""):
        return False
    return on.get("uid", metadata["uid"]) in (metadata["uid"], metadata["name"], "")


def _shortened(line: str) -> str:
    room = _LONG_ANNOTATION - 2
    return line if len(line) <= room else line[:room] + "..."


def moment(timestamp: str | None) -> str:
    """RFC 1123 with a numeric zone: ``Fri, 20 Nov 2026 14:46:36 +0000``; Go's zero time of none."""
    if not timestamp:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    at = datetime.fromtimestamp(parse_rfc3339(timestamp) // 1000, UTC)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    day, month = days[at.weekday()], months[at.month - 1]
    return f"{day}, {at.day:02d} {month} {at.year} {at:%H:%M:%S} +0000"


def age(session: Session, timestamp: str | None) -> str:
    """How long ago, as in a table's AGE."""
    return human_duration(session.age_ms(timestamp)) if timestamp else "<unknown>"


def yes(value: Any) -> str:
    """``True`` or ``False``."""
    return "True" if value else "False"


def lower(value: Any) -> str:
    """``true`` or ``false``: Go's ``%v`` of a bool."""
    return "true" if value else "false"
