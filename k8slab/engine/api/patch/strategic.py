"""Strategic merge patch (apimachinery util/strategicpatch, 1.36): lists merge by key, by schema.

Directives: ``$patch: replace|delete`` in a map or an item, ``$deleteFromPrimitiveList/f``,
``$setElementOrder/f``, ``$retainKeys``. An item that is new goes first in its list. Where an object
has nothing to merge with, a directive is a field like any other, as it is in Go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...base.objects import Obj
from ..decode import described
from ..errors import ApiError, bad_request
from ..schema import Type

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_DELETE = "$deleteFromPrimitiveList"
_ORDER = "$setElementOrder"
_BAD_RETAIN = "invalid patch format of retainKeys"
_BAD_ORDER = "invalid patch format of setElementOrder list"
_BAD_PRIMITIVES = "invalid patch format of primitive list"
_GO_TYPES = {dict: "map[string]interface {}", list: "[]interface {}", str: "string",
             bool: "bool", int: "int64", float: "float64"}  # fmt: skip


def strategic_merge_patch(obj: Obj, patch: Any, kind: Type) -> Obj:
    """``obj`` with ``patch`` merged in by the types of ``kind``. Raises ApiError 400, 422, 500."""
    if patch is None:
        return obj
    if not isinstance(patch, dict):
        raise bad_request(
            f"json: cannot unmarshal {described(patch)} into Go value of type "
            "map[string]interface {}"
        )
    return _merge_map(obj, patch, kind)


def _failed(message: str) -> ApiError:
    return ApiError(500, "", message)


def _no_list_of_lists() -> ApiError:
    return ApiError(
        422, "Invalid", "the server rejected our request due to an error in our request"
    )


def _bad_type(wanted: type, value: Any) -> ApiError:
    return _failed(f"expected a {_GO_TYPES[wanted]}, but received a {_type_name(value)}")


def _type_name(value: Any) -> str:
    """What Go calls the type of a JSON value."""
    return next((name for kind, name in _GO_TYPES.items() if isinstance(value, kind)), "<nil>")


def _merge_map(old: Obj, patch: Obj, kind: Type | None) -> Obj:
    if _DIRECTIVE in patch:
        return _replaced(patch)
    merged = _retained(old, patch) if _RETAIN in patch else dict(old)
    patch = {name: value for name, value in patch.items() if name != _RETAIN}
    for directive in [it for it in patch if it.startswith(_ORDER)]:
        order = patch.pop(directive)
        _merge_in_order(merged, patch, directive, order, kind)
    for name, value in patch.items():
        _merge_name(merged, name, value, kind)
    return merged


def _replaced(patch: Obj) -> Obj:
    """What ``$patch`` in a map makes of it."""
    directive = patch[_DIRECTIVE]
    if directive == "delete":
        return {}
    if directive != "replace":
        raise _unknown(directive, patch)
    return {name: value for name, value in patch.items() if name != _DIRECTIVE}


def _unknown(directive: Any, patch: Obj) -> ApiError:
    return _failed(f"unknown patch type: {go_text(directive)} in map: {go_text(patch)}")


def _retained(old: Obj, patch: Obj) -> Obj:
    """``old`` with the keys that ``$retainKeys`` names; the patch may give no other."""
    keys = patch[_RETAIN]
    if not isinstance(keys, list):
        raise bad_request(_BAD_RETAIN)
    for name, value in patch.items():
        free = name == _RETAIN or value is None or name.startswith((_DELETE, _ORDER))
        if not free and name not in keys:
            raise bad_request(_BAD_RETAIN)
    return {name: value for name, value in old.items() if name in keys}


def _listed(directive: str, prefix: str, why: str) -> str:
    """The field that a directive is about."""
    head, slash, name = directive.partition("/")
    if not slash or head != prefix:
        raise bad_request(why)
    return name


def _merge_in_order(merged: Obj, patch: Obj, directive: str, order: Any, kind: Type | None) -> None:
    """``$setElementOrder``: its list, merged with the patch's, in the order that it says."""
    if not isinstance(order, list):
        raise _bad_type(list, order)
    name = _listed(directive, _ORDER, _BAD_ORDER)
    old, new = merged.get(name), patch.get(name)
    for found, holder in ((old, merged), (new, patch)):
        if name in holder and not isinstance(found, list):
            raise _bad_type(list, found)
    field = _field(kind, name)
    key = field.merge_key if field is not None else ""
    _check_order(new or [], order, key)
    if name not in merged and name not in patch:
        return
    both = old or []
    if name in merged and name in patch:
        both = _merge_list(both, new or [], field)
    elif name in patch:
        both = new or []
    _element_type(old or [], new or [])
    merged[name] = _in_order(both, order, old or [], key)
    patch.pop(name, None)


def _check_order(patch: list[Any], order: list[Any], key: str) -> None:
    """The items of a patch have to stand in its order list, in that order."""
    if not patch or not order:
        return
    kept = [it for it in patch if not (isinstance(it, dict) and _DIRECTIVE in it)]
    at = 0
    for item in order:
        if at < len(kept) and _same(kept[at], item, key):
            at += 1
    if at < len(kept):
        raise _failed(
            f"The order in patch list:\n{go_text(patch)}\n doesn't match $setElementOrder list:\n"
            f"{go_text(order)}\n"
        )


def _same(one: Any, other: Any, key: str) -> bool:
    return bool(_key_of(one, key) == _key_of(other, key)) if key else bool(one == other)


def _merge_name(merged: Obj, name: str, value: Any, kind: Type | None) -> None:
    """One field of a patch."""
    deleting = name.startswith(_DELETE)
    if deleting:
        name = _listed(name, _DELETE, _BAD_PRIMITIVES)
    if value is None:
        merged.pop(name, None)
        return
    old: Any = merged.get(name)
    if name not in merged or _type_name(old) != _type_name(value):
        if not deleting:
            merged[name] = _without_nulls(value)
        return
    field = _field(kind, name) if isinstance(value, dict | list) else None
    strategies = field.strategies if field is not None else ()
    if isinstance(value, dict):
        merged[name] = value if "replace" in strategies else _merge_map(old, value, field)
    elif isinstance(value, list):
        if "merge" in strategies:
            merged[name] = _merge_list(old, value, field, deleting=deleting)
        else:
            merged[name] = value
    else:
        merged[name] = value


def _field(kind: Type | None, name: str) -> Type | None:
    if kind is None or kind.form in ("any", "list"):
        return None
    if kind.form == "map":
        return kind.item
    found = kind.fields.get(name)
    if found is None:
        what = f"struct {kind.struct} for the json field"
        raise _failed(f'unable to find api field in {what} "{name}"')
    return found


def _without_nulls(value: Any) -> Any:
    """What a patch adds where nothing was: a null there takes nothing away."""
    if isinstance(value, dict):
        return {name: _without_nulls(it) for name, it in value.items() if it is not None}
    return [_without_nulls(it) for it in value] if isinstance(value, list) else value


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict):
        raise _bad_type(dict, item)
    if key not in item:
        raise _failed(f"map: {go_text(item)} does not contain declared merge key: {key}")
    return item[key]


def go_text(value: Any) -> str:
    """A value as Go's %v prints it."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{go_text(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(go_text, value)) + "]"
    return (
        "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    )


def _element_type(old: list[Any], new: list[Any]) -> str:
    """What all items are; ApiError where they differ."""
    kinds = [_type_name(it) for it in (*old, *new)]
    if not kinds:
        raise _failed("no elements in any of the given slices")
    if kinds[0] == _GO_TYPES[list]:
        raise _no_list_of_lists()
    if any(it != kinds[0] for it in kinds):
        raise _failed(f"list element types are not identical: {go_text([old, new])}")
    return kinds[0]


def _merge_list(
    old: list[Any], patch: list[Any], kind: Type | None, *, deleting: bool = False
) -> list[Any]:
    """Lists that merge: of objects by their merge key, of scalars as sets."""
    if not old and not patch:
        return old
    if _element_type(old, patch) != _GO_TYPES[dict]:
        if deleting:
            return [item for item in old if item not in patch]
        merged = [*old, *patch]
        merged = [item for at, item in enumerate(merged) if item not in merged[:at]]
        return _in_order(merged, patch, old, "")
    key = kind.merge_key if kind is not None else ""
    if not key:
        raise _failed("cannot merge lists without merge key for type struct")
    old, patch = _special(old, patch, key)
    merged = list(old)
    for item in patch:
        name = _key_of(item, key)
        place = next((at for at, it in enumerate(merged) if it.get(key) == name), None)
        if place is None:
            merged.append(item)
        else:
            merged[place] = _merge_map(merged[place], item, kind.item if kind else None)
    return _in_order(merged, patch, old, key)


def _special(old: list[Any], patch: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """The lists after the items with a directive have had their way."""
    plain: list[Any] = []
    replacing = False
    for item in patch:
        directive = item.get(_DIRECTIVE)
        if _DIRECTIVE not in item:
            plain.append(item)
        elif directive == "delete":
            gone = _key_of(item, key)
            old = [it for it in old if it.get(key) != gone]
        elif directive == "replace":
            replacing = True
        elif directive == "merge":
            raise _failed("merging lists cannot yet be specified in the patch")
        else:
            raise _unknown(directive, item)
    return (plain, []) if replacing else (old, plain)


def _in_order(items: list[Any], order: list[Any], old: list[Any], key: str) -> list[Any]:
    """Items named in ``order`` in that order; the others keep their place among their neighbours.

    Both groups hold their own order; where they meet, the older position in ``old`` decides.
    """

    def name(item: Any) -> Any:
        return _key_of(item, key) if key else item

    keys, places = [name(it) for it in order], [name(it) for it in old]
    named = [it for it in items if name(it) in keys]
    named.sort(key=lambda it: keys.index(name(it)))
    others = [it for it in items if name(it) not in keys]
    others.sort(key=_place_in(places, name))
    result: list[Any] = []
    while named and others:
        first, second = name(named[0]), name(others[0])
        known = first in places and second in places
        take_other = known and places.index(second) < places.index(first)
        result.append((others if take_other else named).pop(0))
    return [*result, *named, *others]


def _place_in(places: list[Any], name: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda it: places.index(name(it)) if name(it) in places else len(places)
