"""Patches: JSON patch, merge patch, strategic merge patch. Each gives a new object, or ApiError."""

from __future__ import annotations

from typing import Any

from ...base.objects import Obj
from ..schema import Type
from .converter import conversion_fault
from .json_patch import json_patch
from .merge import merge_patch
from .strategic import go_text, strategic_merge_patch

TYPES = ("json", "merge", "strategic")


def apply_patch(patch_type: str, obj: Obj, patch: Any, kind: Type) -> Obj:
    """``obj`` patched in one of the three ways (``patch_type``, one of TYPES)."""
    match patch_type:
        case "json":
            return json_patch(obj, patch)
        case "merge":
            return merge_patch(obj, patch)
        case _:
            return strategic_merge_patch(obj, patch, kind)


__all__ = ["TYPES", "apply_patch", "conversion_fault", "go_text"]
