"""Objects as JSON, as Go's encoder writes them."""

from __future__ import annotations

import json
from typing import Any

_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_TABLE = str.maketrans(_ESCAPES)


def to_json(value: Any, indent: int = 4, *, sort_keys: bool = True) -> str:
    """Indented JSON without a newline at the end; a Go struct's fields come as they stand."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, sort_keys=sort_keys)
    return text.translate(_TABLE)


def to_compact_json(value: Any) -> str:
    """JSON on one line with sorted keys: the last-applied annotation, values within jsonpath."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.translate(_TABLE)
