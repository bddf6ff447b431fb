"""The patch of ``kubectl apply``: last applied, file and live object make a strategic merge patch.

Fields that the file no longer has but the last one had are deleted; fields that the file has
are set where they differ; what others set stays (apimachinery strategicpatch,
CreateThreeWayMergePatch).
"""

from __future__ import annotations

from typing import Any

from k8slab.engine.api.schema import Type
from k8slab.engine.base.objects import Obj

ORDER = "$setElementOrder/"


def three_way_patch(original: Obj, modified: Obj, current: Obj, kind: Type) -> Obj:
    """The patch that makes ``current`` what ``modified`` says; {} where nothing is to be done."""
    changes = _Diff(deletions=False).maps(current, modified, kind)
    deletions = _Diff(deletions=True).maps(original, modified, kind)
    return _merge(deletions, changes, kind)


class _Diff:
    """One of the two passes: only deletions, or only changes and additions."""

    def __init__(self, *, deletions: bool) -> None:
        self.deletions = deletions

    def maps(self, old: Obj, new: Obj, kind: Type | None) -> Obj:
        patch: Obj = {}
        for name in old:
            if name not in new:
                if self.deletions:
                    patch[name] = None
                continue
            self._field(patch, name, old[name], new[name], _field(kind, name))
        if not self.deletions:
            patch |= {name: new[name] for name in new if name not in old}
        return patch

    def _field(self, patch: Obj, name: str, old: Any, new: Any, kind: Type | None) -> None:
        strategies = kind.strategies if kind else ()
        if isinstance(old, dict) and isinstance(new, dict) and "replace" in strategies:
            if not self.deletions:
                patch[name] = new  # though it be the same: a budget's selector is in each patch
        elif isinstance(old, dict) and isinstance(new, dict):
            inside = self.maps(old, new, kind)
            if inside:
                if "retainKeys" in strategies:
                    inside["$retainKeys"] = sorted(new)
                patch[name] = inside
        elif isinstance(old, list) and isinstance(new, list) and "merge" in strategies and kind:
            self._merge_list(patch, name, old, new, kind)
        elif old != new and not self.deletions:
            patch[name] = new

    def _merge_list(
        self, patch: Obj, name: str, old: list[Any], new: list[Any], kind: Type
    ) -> None:
        key = kind.merge_key
        if not key:
            self._primitives(patch, name, old, new)
            return
        if not all(_is_keyed(item, key) for item in (*old, *new)):
            if not self.deletions:
                patch[name] = new  # the server will tell what is wrong with it
            return
        before = {item.get(key): item for item in old}
        after = {item.get(key): item for item in new}
        items = []
        for value, item in after.items():
            if value in before:
                inside = self.maps(before[value], item, kind.item)
                if inside:
                    items.append({**inside, key: value})
            elif not self.deletions:
                items.append(item)
        if self.deletions:
            gone = [value for value in before if value not in after]
            items += [{"$patch": "delete", key: value} for value in gone]
        if items or (not self.deletions and self._reordered(before, after)):
            patch[ORDER + name] = [{key: value} for value in after]
            if items:
                patch[name] = items

    def _reordered(self, before: dict[Any, Any], after: dict[Any, Any]) -> bool:
        return [value for value in before if value in after] != list(after)

    def _primitives(self, patch: Obj, name: str, old: list[Any], new: list[Any]) -> None:
        if self.deletions:
            gone = [item for item in old if item not in new]
            if gone:
                patch[f"$deleteFromPrimitiveList/{name}"] = gone
                patch[ORDER + name] = new
            return
        added = [item for item in new if item not in old]
        if added:
            patch[name] = added
            patch[ORDER + name] = new


def _field(kind: Type | None, name: str) -> Type | None:
    if kind is None:
        return None
    return kind.fields.get(name) if kind.form == "struct" else kind.item


def _merge(deletions: Obj, changes: Obj, kind: Type | None) -> Obj:
    """Both patches as one; where they touch the same field, the change wins."""
    merged = {**deletions, **changes}
    for name in deletions.keys() & changes.keys():
        gone, set_to = deletions[name], changes[name]
        inner = _field(kind, name)
        if isinstance(gone, dict) and isinstance(set_to, dict):
            merged[name] = _merge(gone, set_to, inner)
        elif isinstance(gone, list) and inner and inner.merge_key and not name.startswith("$"):
            merged[name] = _merge_items(gone, set_to, inner)
    return dict(sorted(merged.items()))


def _merge_items(gone: list[Any], set_to: list[Any], kind: Type) -> list[Any]:
    key = kind.merge_key
    items = {item[key]: item for item in set_to}
    for item in gone:
        other = items.get(item[key])
        items[item[key]] = item if other is None else _merge(item, other, kind.item)
    return list(items.values())


def _is_keyed(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(key), str | int)
