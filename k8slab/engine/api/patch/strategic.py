"""Strategic merge patch (apimachinery util/strategicpatch, 1.36): lists merge by key, by schema.

Directives: ``$patch: replace|delete|merge`` in a map or an item, ``$deleteFromPrimitiveList/f``,
``$setElementOrder/f``, ``$retainKeys``. An item that is new goes first in its list.
"""

from __future__ import annotations

from typing import Any

from ...base.objects import Obj
from ..decode import described
from ..errors import ApiError, bad_request
from ..schema import Type

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_DELETE = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def strategic_merge_patch(obj: Obj, patch: Any, kind: Type) -> Obj:
    """``obj`` with ``patch`` merged in by the types of ``kind``. Raises ApiError 400, 500."""
    if not isinstance(patch, dict):
        raise bad_request(
            f"json: cannot unmarshal {described(patch)} into Go value of type "
            "map[string]interface {}"
        )
    return _merge_map(obj, patch, kind)


def _failed(message: str) -> ApiError:
    return ApiError(500, "", message)


def _merge_map(old: Any, patch: Obj, kind: Type | None) -> Obj:
    directive = patch.get(_DIRECTIVE)
    if directive is not None:
        if directive == "delete":
            return {}
        if directive != "merge":
            rest = {name: value for name, value in patch.items() if name != _DIRECTIVE}
            return dict(_without_directives(rest))
    merged = dict(old) if isinstance(old, dict) else {}
    if _RETAIN in patch:
        merged = {name: value for name, value in merged.items() if name in patch[_RETAIN]}
    for name, value in patch.items():
        if name.startswith("$"):
            continue
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge_field(merged.get(name), value, patch, name, _type_of(kind, name))
    _order_and_delete(merged, patch, kind)
    return merged


def _type_of(kind: Type | None, name: str) -> Type | None:
    if kind is None or kind.form == "any":
        return None
    return kind.item if kind.form == "map" else kind.fields.get(name)


def _merge_field(old: Any, value: Any, patch: Obj, name: str, kind: Type | None) -> Any:
    if isinstance(value, dict):
        if kind is not None and "replace" in kind.strategies:
            return _without_directives(value)
        return _merge_map(old, value, kind)
    if isinstance(value, list) and kind is not None and "merge" in kind.strategies:
        order = patch.get(_ORDER + name)
        if kind.merge_key:
            return _merge_items(old or [], value, kind, order)
        return _merge_primitives(old or [], value, order)
    return _without_directives(value)


def _without_directives(value: Any) -> Any:
    """What a patch adds where nothing was: its directives mean nothing there."""
    if isinstance(value, dict):
        return {
            name: _without_directives(child)
            for name, child in value.items()
            if not name.startswith("$") and child is not None
        }
    if isinstance(value, list):
        return [
            _without_directives(child)
            for child in value
            if not (isinstance(child, dict) and child.get(_DIRECTIVE) in ("delete", "replace"))
        ]
    return value


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or key not in item:
        raise _failed(f"map: {_go_map(item)} does not contain declared merge key: {key}")
    return item[key]


def _go_map(item: Any) -> str:
    """A value as Go's %v prints it."""
    if isinstance(item, dict):
        return "map[" + " ".join(f"{name}:{_go_map(item[name])}" for name in sorted(item)) + "]"
    if isinstance(item, list):
        return "[" + " ".join(map(_go_map, item)) + "]"
    return "<nil>" if item is None else str(item).lower() if isinstance(item, bool) else str(item)


def _merge_items(
    old: list[Any], patch: list[Any], kind: Type, order: list[Any] | None
) -> list[Any]:
    """Lists of objects that merge by ``kind.merge_key``."""
    key = kind.merge_key
    if any(isinstance(item, dict) and item.get(_DIRECTIVE) == "replace" for item in patch):
        kept = [item for item in patch if item.get(_DIRECTIVE) != "replace"]
        return [_without_directives(item) for item in kept]
    gone = [
        _key_of(item, key)
        for item in patch
        if isinstance(item, dict) and item.get(_DIRECTIVE) == "delete"
    ]
    merged = [item for item in old if item.get(key) not in gone]
    added: list[Any] = []
    for item in patch:
        name = _key_of(item, key)
        if item.get(_DIRECTIVE) == "delete":
            continue
        index = next((at for at, it in enumerate(merged) if it.get(key) == name), None)
        if index is None:
            added.append(_without_directives(item))
        else:
            merged[index] = _merge_map(merged[index], item, kind.item)
    if order is not None:
        keys = [_key_of(item, key) for item in order]
        _check_order([item for item in patch if item.get(_DIRECTIVE) != "delete"], keys, order, key)
        return _in_order([*added, *merged], keys, old, lambda item: item.get(key))
    return [*added, *merged]


def _check_order(patch: list[Any], keys: list[Any], order: list[Any], key: str) -> None:
    if any(item[key] not in keys for item in patch):
        raise _failed(
            f"The order in patch list:\n{_go_map(patch)}\n doesn't match $setElementOrder list:\n"
            f"{_go_map(order)}\n"
        )


def _merge_primitives(old: list[Any], patch: list[Any], order: list[Any] | None) -> list[Any]:
    """Lists of scalars that merge as sets."""
    merged = list(dict.fromkeys([*(item for item in patch if item not in old), *old]))
    return merged if order is None else _in_order(merged, order, old, lambda item: item)


def _in_order(items: list[Any], keys: list[Any], old: list[Any], key_of: Any) -> list[Any]:
    """Items named in ``keys`` in that order; the others keep their place among their neighbours.

    Both groups hold their own order; where they meet, the older position in ``old`` decides.
    """
    by_key = {key_of(item): item for item in items}
    named = [by_key[key] for key in keys if key in by_key]
    others = [item for item in items if key_of(item) not in keys]
    place = {key_of(item): at for at, item in enumerate(old)}
    result: list[Any] = []
    while named and others:
        first, second = place.get(key_of(named[0])), place.get(key_of(others[0]))
        take_other = second is not None and first is not None and second < first
        result.append((others if take_other else named).pop(0))
    return [*result, *named, *others]


def _order_and_delete(merged: Obj, patch: Obj, kind: Type | None) -> None:
    """$deleteFromPrimitiveList, and $setElementOrder of a list that the patch does not touch."""
    for directive, value in patch.items():
        if directive.startswith(_DELETE):
            name = directive.removeprefix(_DELETE)
            merged[name] = [item for item in merged.get(name) or [] if item not in value]
        elif directive.startswith(_ORDER):
            name = directive.removeprefix(_ORDER)
            field = _type_of(kind, name)
            items = merged.get(name)
            if items is None or name in patch or field is None:
                continue
            key = field.merge_key
            keys = [_key_of(item, key) for item in value] if key else value
            merged[name] = _in_order(
                items, keys, items, (lambda it, key=key: it.get(key)) if key else (lambda it: it)
            )
