"""The difference that a refused pod update shows: two JSON texts, unified, three lines around."""

from __future__ import annotations

import difflib
import json

from ...base.objects import Obj


def go_diff(old: Obj, new: Obj) -> str:
    """A unified diff of two specs, in the server's layout (its field names are those of Go)."""
    before, after = (
        json.dumps(_go_names(spec), indent=1, sort_keys=True).splitlines() for spec in (old, new)
    )
    lines = list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]
    return "\n".join(lines) + "\n"


def _go_names(value: object) -> object:
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _go_names(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_go_names(child) for child in value]
    return value
