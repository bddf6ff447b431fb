"""From client-side to server-side apply: what the annotation of kubectl means to the server.

Under kubectl's own manager an apply may take what client-side apply set and nobody has changed
since, and the annotation follows it (managedfields lastappliedmanager.go, lastappliedupdater.go).
"""

from __future__ import annotations

import json
from typing import Any

from ...base.objects import Obj, annotations_of, set_in
from ..schema import Type
from . import merge
from .paths import Paths, owned

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
MANAGER = "kubectl"


def allowed(live: Obj, kind: Type) -> Paths:
    """The fields that stand as client-side apply last said."""
    try:
        said: Any = json.loads(annotations_of(live).get(ANNOTATION) or "null")
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return frozenset()
    fields = frozenset(owned(_content(said), kind))
    other = frozenset(merge.changed(_content(live), _content(said), kind))
    return fields - other


def _content(obj: Obj) -> Obj:
    return {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}


def annotated(obj: Obj, config: Obj) -> Obj:
    """``obj`` with its annotation, where it has one, made what was applied now."""
    if not annotations_of(obj).get(ANNOTATION):
        return obj
    metadata = {name: value for name, value in config["metadata"].items() if name != "annotations"}
    kept = {name: text for name, text in annotations_of(config).items() if name != ANNOTATION}
    if kept:
        metadata["annotations"] = kept
    text = json.dumps(
        {**config, "metadata": metadata}, separators=(",", ":"), ensure_ascii=False, sort_keys=True
    )
    return set_in(obj, ("metadata", "annotations", ANNOTATION), text + "\n")
