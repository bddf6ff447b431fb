"""Naming an object, a value inside it, and what that value must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj

_DOT = re.compile(r"\.(?![^\[]*\])")  # that stands in no brackets
_STEP = re.compile(r"(\w+)(?:\[([^\]]+)\])?")
COMPARISONS = ("equals", "at_least", "at_most", "present")
_CLUSTER_WIDE = ("Node", "Namespace", "PersistentVolume")


def read_key(fields: Fields, name: str = "of") -> Key:
    """``Deployment/default/web``, or ``Node/node-2``."""
    parts = fields.text(name).split("/")
    if len(parts) == 2 and parts[0] in _CLUSTER_WIDE:
        return Key(parts[0], "", parts[1])
    if len(parts) != 3 or not all(parts):
        fields.refuse(name, f"`{'/'.join(parts)}` names no object", "write Kind/namespace/name")
    return Key(*parts)


def find(cluster: Cluster, key: Key) -> Obj | None:
    """The object that ``key`` names, or None."""
    return cluster.get(key.kind, key.namespace, key.name)


def value_at(obj: Any, path: str) -> Any:
    """The value at ``spec.containers[api].image``; None where a step leads nowhere.

    In brackets stands an index, the ``name`` or ``type`` of a list's entry, or a map's key.
    """
    for step in _DOT.split(path):
        match = _STEP.fullmatch(step)
        if match is None or not isinstance(obj, dict):
            return None
        obj = obj.get(match[1])
        if match[2] is not None:
            obj = _entry(obj, match[2])
    return obj


def _entry(entries: Any, wanted: str) -> Any:
    if isinstance(entries, dict):
        return entries.get(wanted)
    if not isinstance(entries, list):
        return None
    if wanted.isdigit():
        return entries[int(wanted)] if int(wanted) < len(entries) else None
    for entry in entries:
        if isinstance(entry, dict) and wanted in (entry.get("name"), entry.get("type")):
            return entry
    return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a value must be: ``equals``, ``at_least``, ``at_most`` or ``present`` and an operand."""

    how: str
    operand: Any

    @classmethod
    def read(cls, fields: Fields) -> Comparison:
        """The one comparison among ``fields``."""
        named = [name for name in fields if name in COMPARISONS]
        if len(named) != 1:
            fields.refuse("", "expected one comparison", f"add one of: {', '.join(COMPARISONS)}")
        return cls(named[0], fields.value[named[0]])

    def holds(self, value: Any) -> bool:
        """Whether ``value`` is what it must be; a missing value is neither large nor small."""
        match self.how:
            case "equals":
                return bool(value == self.operand)
            case "present":
                return (value is not None) == bool(self.operand)
            case "at_least":
                return isinstance(value, int | float) and value >= self.operand
            case _:
                return isinstance(value, int | float) and value <= self.operand

    def __str__(self) -> str:
        match self.how:
            case "equals":
                return gettext("is %s") % self.operand
            case "present":
                return gettext("is set") if self.operand else gettext("is not set")
            case "at_least":
                return gettext("is at least %s") % self.operand
            case _:
                return gettext("is at most %s") % self.operand


def shown(value: Any) -> str:
    """A value in a sentence."""
    if value is None:
        return gettext("not set")
    return gettext("set") if isinstance(value, dict | list) else str(value)


def clock(at_ms: int) -> str:
    """A virtual time as the page's clock shows it: ``2:05``."""
    minutes, seconds = divmod(at_ms // 1000, 60)
    return f"{minutes}:{seconds:02}"
