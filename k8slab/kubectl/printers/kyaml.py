"""KYAML: YAML that leaves nothing to guess: braces, quoted values, commas (KEP-5295)."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_AMBIGUOUS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def to_kyaml(value: Any) -> str:
    """``value`` as a KYAML document, ending in a newline."""
    return f"---\n{_written(value, 0)}\n"


def _written(value: Any, indent: int) -> str:
    match value:
        case dict() if value:
            inside = "".join(_entry(name, value[name], indent + 2) for name in sorted(value))
            return "{\n" + inside + " " * indent + "}"
        case list() if value:
            return _list(value, indent)
        case dict():
            return "{}"
        case list():
            return "[]"
        case str():
            return _string(value, indent)
    return json.dumps(value)


def _entry(name: str, value: Any, indent: int) -> str:
    return f"{' ' * indent}{_key(name)}: {_written(value, indent)},\n"


def _key(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _AMBIGUOUS
    return name if plain else json.dumps(name, ensure_ascii=False)


def _list(items: list[Any], indent: int) -> str:
    """Objects stand within one another's brackets; other values have a line each."""
    if all(isinstance(item, dict | list) and item for item in items):
        return "[" + ", ".join(_written(item, indent) for item in items) + "]"
    lines = "".join(f"{' ' * (indent + 2)}{_written(item, indent + 2)},\n" for item in items)
    return "[\n" + lines + " " * indent + "]"


def _string(text: str, indent: int) -> str:
    """Quoted; one of several lines is folded at each, a space further in."""
    quoted = json.dumps(text, ensure_ascii=False)
    if "\n" not in text:
        return quoted
    lines = [json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n")]
    body = "".join(f"{' ' * (indent + 3)}{line}\\n\\\n" for line in lines[:-1])
    last = f"{' ' * (indent + 3)}{lines[-1]}\\\n" if lines[-1] else ""
    return f'"\\\n{body}{last}{" " * (indent + 2)}"'
