"""Sets of fields, as metadata.managedFields records them (structured-merge-diff fieldpath).

A path is a tuple of elements: ``f:spec`` (a field or a map's key), ``k:{"name":"c1"}`` (an item of
a list that merges by keys), ``v:"x"`` (a member of a set). A set of paths is a frozenset, and is
sorted wherever its order could show.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from ...base.objects import Obj, Objs
from ..schema import Type

Path = tuple[str, ...]
Paths = frozenset[Path]

_KEY_DEFAULTS = {"protocol": "TCP"}
"""What a list's key is where an item does not say it."""


class DuplicateItem(ValueError):
    """Two items of a list that merges by keys have the same keys."""


def item_element(item: Any, kind: Type) -> str:
    """The element that names an item of a list: by its keys, or by its value in a set."""
    if kind.list_type == "set":
        return f"v:{orjson.dumps(item).decode()}"
    said = {key: item.get(key, _KEY_DEFAULTS.get(key)) for key in kind.map_keys}
    keys = {key: value for key, value in said.items() if value is not None}
    return f"k:{orjson.dumps(keys, option=orjson.OPT_SORT_KEYS).decode()}"


def items_by_element(items: Iterable[Any], kind: Type, at: Path) -> dict[str, Any]:
    """The items of a list by their elements, in order; DuplicateItem where two are alike."""
    found: dict[str, Any] = {}
    for item in items:
        element = item_element(item, kind)
        if element in found:
            raise DuplicateItem(f"{shown(at)}: duplicate entries for key {shown_element(element)}")
        found[element] = item
    return found


def is_atomic(kind: Type | None) -> bool:
    """Whether a value is owned as a whole, not field by field."""
    if kind is None or kind.atomic:
        return True
    if kind.form == "list":
        return kind.list_type not in ("map", "set")
    return kind.form not in ("struct", "map")


def children(value: Any, kind: Type, at: Path) -> list[tuple[str, Any, Type | None]]:
    """(element, value, type) of what a value at ``at`` that is not atomic holds."""
    if kind.form == "list":
        return [(name, it, kind.item) for name, it in items_by_element(value, kind, at).items()]
    if kind.form == "map":
        return [(f"f:{name}", child, kind.item) for name, child in value.items()]
    return [(f"f:{name}", child, kind.fields.get(name)) for name, child in value.items()]


def owned(value: Any, kind: Type | None, at: Path = ()) -> list[Path]:
    """The paths that a configuration names: its leaves, and the items of its lists."""
    if kind is None or is_atomic(kind) or not value:
        return [at]
    found = [at] if at and at[-1].startswith(("k:", "v:")) else []
    if found and kind.form != "struct":
        return found
    for element, child, child_type in children(value, kind, at):
        found += owned(child, child_type, (*at, element))
    return found


def parse(fields: Obj, at: Path = ()) -> list[Path]:
    """The paths of a FieldsV1 value."""
    found = [at] if at and (not fields or "." in fields) else []
    for element, inside in fields.items():
        if element != ".":
            found += parse(inside, (*at, element))
    return found


def fields_v1(paths: Paths) -> Obj:
    """The FieldsV1 value of a set of paths."""
    root: Obj = {}
    inner = {path[:length] for path in paths for length in range(1, len(path))}
    for path in sorted(paths):
        node = root
        for element in path:
            node = node.setdefault(element, {})
        if path in inner:
            node["."] = {}
    return _sorted(root)


def _sorted(node: Obj) -> Obj:
    return {name: _sorted(node[name]) for name in sorted(node)}


def shown_element(element: str) -> str:
    """``.spec``, ``[name="c1"]``, ``[="x"]``: how an error writes an element."""
    sign, _, rest = element.partition(":")
    if sign == "f":
        return f".{rest}"
    if sign == "v":
        return f"[={rest}]"
    keys: Objs | Obj = orjson.loads(rest)
    assert isinstance(keys, dict)
    said = ",".join(f"{name}={orjson.dumps(value).decode()}" for name, value in keys.items())
    return f"[{said}]"


def shown(path: Path) -> str:
    """``.spec.template.spec.containers[name="c1"].image``."""
    return "".join(map(shown_element, path))
