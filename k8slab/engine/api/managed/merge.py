"""Typed merging, pruning and comparing of objects (structured-merge-diff typed, v6)."""

from __future__ import annotations

from typing import Any

from ..schema import Type
from .paths import Path, Paths, children, is_atomic, items_by_element


def merge(live: Any, config: Any, kind: Type | None, at: Path = ()) -> Any:
    """``live`` with what ``config`` says; lists keep the order of ``config``.

    What is only in ``live`` stays; an item that only ``config`` has comes after it.
    """
    if kind is None or is_atomic(kind) or live is None or not config:
        return config if config is not None else live
    if kind.form == "list":
        return _merge_lists(live, config, kind, at)
    merged = dict(live)
    for name, value in config.items():
        child = kind.item if kind.form == "map" else kind.fields.get(name)
        merged[name] = merge(merged.get(name), value, child, (*at, f"f:{name}"))
    return merged


def _merge_lists(live: list[Any], config: list[Any], kind: Type, at: Path) -> list[Any]:
    old = items_by_element(live, kind, at)
    new = items_by_element(config, kind, at)
    waiting = list(old)
    result: list[Any] = []
    for element, item in new.items():
        while waiting and waiting[0] not in new:
            result.append(old[waiting.pop(0)])
        if waiting and waiting[0] == element:
            waiting.pop(0)
        result.append(merge(old.get(element), item, kind.item, (*at, element)))
    return [*result, *(old[element] for element in waiting if element not in new)]


def prune(value: Any, kind: Type | None, gone: Paths, held: Paths, at: Path = ()) -> Any:
    """``value`` without what lies at the paths of ``gone``; what they leave empty goes too.

    ``held`` are the paths that stay, and all that lie above them.
    """
    if kind is None or is_atomic(kind) or not value:
        return value
    kept: list[tuple[str, Any]] = []
    for element, child, child_type in children(value, kind, at):
        path = (*at, element)
        if path in gone and path not in held:
            continue
        left = prune(child, child_type, gone, held, path)
        if left or not child:
            kept.append((element, left))
    if kind.form == "list":
        return [child for _, child in kept]
    return {element[2:]: child for element, child in kept}


_STRUCTS_BY_VALUE = frozenset({"metadata", "spec", "status", "strategy", "template",
                               "updateStrategy"})  # fmt: skip
"""Structs that Go embeds without a pointer: there before they are said, so nobody adds them."""


def changed(old: Any, new: Any, kind: Type | None, at: Path = ()) -> list[Path]:
    """The paths that ``new`` has and ``old`` has not, or has otherwise."""
    if old == new:
        return []
    if kind is None or is_atomic(kind) or not new:
        return [at] if new is not None else []
    found = [] if old is not None or not _is_addable(kind, at) else [at]
    before = {it[0]: it[1] for it in children(old, kind, at)} if old else {}
    for element, child, child_type in children(new, kind, at):
        found += changed(before.get(element), child, child_type, (*at, element))
    return found


def _is_addable(kind: Type, at: Path) -> bool:
    return bool(at) and kind.form != "list" and at[-1][2:] not in _STRUCTS_BY_VALUE


def removed(old: Any, new: Any, kind: Type | None, at: Path = ()) -> list[Path]:
    """The topmost paths that ``old`` has and ``new`` has not."""
    if new is None:
        return [at] if old is not None else []
    if kind is None or is_atomic(kind) or not old:
        return []
    after = {it[0]: it[1] for it in children(new, kind, at)}
    found: list[Path] = []
    for element, child, child_type in children(old, kind, at):
        found += removed(child, after.get(element), child_type, (*at, element))
    return found
