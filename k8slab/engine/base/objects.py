"""Kubernetes objects as JSON values that nobody mutates.

An object is a plain ``dict`` as the API server would print it. An update copies the path that
changes and shares the rest, so a thousand pods of one ReplicaSet share one spec and a snapshot
of a cluster is a dict copy. ``freeze`` makes a value that refuses mutation, for tests.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

Obj = dict[str, Any]
Objs = list[Obj]


class Key(NamedTuple):
    """The name of an object: kind, namespace ("" for a cluster-wide object) and name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        where = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind}/{where}{self.name}"


def key_of(obj: Obj) -> Key:
    """The key under which ``obj`` is stored."""
    metadata = obj["metadata"]
    return Key(obj["kind"], metadata.get("namespace", ""), metadata["name"])


def get_in(obj: Any, *path: str | int, default: Any = None) -> Any:
    """The value at ``path``, or ``default`` where any step is missing or null."""
    for step in path:
        if isinstance(obj, dict):
            obj = obj.get(step)
        elif isinstance(obj, list) and isinstance(step, int) and -len(obj) <= step < len(obj):
            obj = obj[step]
        else:
            return default
        if obj is None:
            return default
    return obj


def set_in(obj: Obj, path: tuple[str, ...], value: Any) -> Obj:
    """A copy of ``obj`` with ``value`` at ``path``; everything off the path is shared."""
    head, *rest = path
    if rest:
        value = set_in(obj.get(head) or {}, tuple(rest), value)
    return {**obj, head: value}


def drop_in(obj: Obj, path: tuple[str, ...]) -> Obj:
    """A copy of ``obj`` without ``path``; ``obj`` itself where there is nothing to drop."""
    head, *rest = path
    if head not in obj:
        return obj
    if rest:
        child = obj[head]
        return obj if not isinstance(child, dict) else {**obj, head: drop_in(child, tuple(rest))}
    return {name: value for name, value in obj.items() if name != head}


def put_in(obj: Obj, path: tuple[str, ...], value: Any) -> Obj:
    """As ``set_in``, but an empty value is left out, as the API leaves out empty lists and maps."""
    return set_in(obj, path, value) if value else drop_in(obj, path)


def without_finalizer(obj: Obj, name: str) -> Obj:
    """``obj`` as it is once somebody's finalizer has been taken off."""
    left = [it for it in obj["metadata"].get("finalizers") or () if it != name]
    return put_in(obj, ("metadata", "finalizers"), left)


def labels_of(obj: Obj) -> dict[str, str]:
    """The labels of ``obj`` (empty where it has none)."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Obj) -> dict[str, str]:
    """The annotations of ``obj`` (empty where it has none)."""
    return obj["metadata"].get("annotations") or {}


def uid_of(obj: Obj) -> str:
    """``metadata.uid``."""
    return str(obj["metadata"]["uid"])


def controller_of(obj: Obj) -> Obj | None:
    """The owner reference with ``controller: true``, if there is one."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return dict(reference)
    return None


def owner_reference(owner: Obj) -> Obj:
    """The owner reference that a controller puts on what it creates for ``owner``."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_deleting(obj: Obj) -> bool:
    """Whether deletion has begun (``metadata.deletionTimestamp`` is set)."""
    return "deletionTimestamp" in obj["metadata"]


def _refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
    raise TypeError("a stored object was mutated; copy the path instead (set_in)")


class FrozenDict(dict[str, Any]):
    """A dict that refuses to change."""

    __slots__ = ()
    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse


class FrozenList(list[Any]):
    """A list that refuses to change."""

    __slots__ = ()
    __setitem__ = __delitem__ = append = extend = insert = pop = remove = _refuse
    clear = sort = reverse = __iadd__ = __imul__ = _refuse


def freeze(value: Any) -> Any:
    """``value`` with every dict and list in it replaced by one that refuses mutation."""
    if isinstance(value, dict):
        if isinstance(value, FrozenDict):
            return value
        return FrozenDict({name: freeze(child) for name, child in value.items()})
    if isinstance(value, list):
        return (
            value if isinstance(value, FrozenList) else FrozenList(freeze(child) for child in value)
        )
    return value
