"""``--overrides`` of run and expose: JSON laid over the object that the flags make."""

from __future__ import annotations

import json
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.patch import apply_patch
from k8slab.engine.api.schema import type_of
from k8slab.engine.base.objects import Obj

from .errors import failure
from .flags import Flag, Parsed

FLAGS = (
    Flag("overrides", hint="JSON that is laid over the object"),
    Flag("override-type", default="merge", hint="json, merge or strategic"),
)
_TYPES = ("json", "merge", "strategic")


def overridden(obj: Obj, parsed: Parsed) -> Obj:
    """The object with the overrides; Failure, in kubectl's words, where they are none."""
    text, kind = parsed.options["overrides"], parsed.options["override-type"]
    if not text:
        return obj
    if kind not in _TYPES:
        raise failure(f"invalid override type: {kind}")
    try:
        patch: Any = json.loads(text)
    except ValueError:
        raise failure("Invalid JSON Patch") from None
    if not isinstance(patch, list if kind == "json" else dict):
        raise failure("Invalid JSON Patch")
    try:
        patched: Obj = apply_patch(kind, obj, patch, type_of("", "v1", obj["kind"]))
    except ApiError as error:
        raise failure(error.message) from None
    return patched
