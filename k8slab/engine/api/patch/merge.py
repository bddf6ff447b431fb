"""JSON merge patch (RFC 7386)."""

from __future__ import annotations

from typing import Any

from ...base.objects import Obj
from ..decode import described
from ..errors import bad_request


def merge_patch(obj: Obj, patch: Any) -> Obj:
    """``obj`` with ``patch`` merged in: null removes, a list replaces."""
    if patch is None:
        raise bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict):
        wanted = "Go value of type map[string]interface {}"
        what = f"cannot unmarshal {described(patch)} into {wanted}"
        raise bad_request(f"error decoding patch: json: {what}")
    return _merge(obj, patch)


def _merge(old: Any, patch: Obj) -> Obj:
    merged = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merge(merged.get(name), value)
        else:
            merged[name] = value
    return merged
