"""The one place where a cluster's objects live.

A write stamps ``metadata.resourceVersion`` with a version that is unique and strictly increases
over all kinds (as etcd's revision does), appends a ``Change`` to the log and tells the listeners.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from ..base.objects import Key, Obj, Objs, freeze, key_of, set_in

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]


class Change(NamedTuple):
    """One write: what an object became, what it was, when, and which reconcile did it.

    ``cause`` is whatever the writer said about itself (``control.Reason``), or None.
    """

    version: int
    at_ms: int
    type: ChangeType
    key: Key
    object: Obj
    previous: Obj | None
    cause: Any


class Conflict(Exception):
    """The object is not at the version that the writer expected."""


class Gone(Exception):
    """The log no longer reaches back to that version (HTTP 410)."""


ANY_KIND = "*"
Index = Callable[[Obj], Iterable[Any]]


class Store:
    """Objects by key, with a bounded log of changes.

    ``indexes`` maps kind -> index name -> function giving the values under which an object is
    found by ``by(kind, name, value)``; ANY_KIND stands for each kind that is not named. What an
    index gives must depend on the object alone.

    ``seed`` holds the objects (ordered, by kind) that the store has from the start, at version 1
    and shared with other stores; they are in no index and in no change.
    """

    def __init__(
        self,
        indexes: dict[str, dict[str, Index]] | None = None,
        *,
        log_limit: int = 50_000,
        frozen: bool = False,
        seed: Mapping[str, dict[Key, Obj]] | None = None,
    ) -> None:
        self.version = 0
        self.compacted = 0
        self.log: deque[Change] = deque()
        self.listeners: list[Callable[[Change], None]] = []
        self._seed = seed or {}
        self._objects: dict[str, dict[Key, Obj]] = dict(self._seed)
        self._unsorted: set[Any] = set()  # kinds and index entries to be sorted when next read
        self._functions = indexes or {}
        self._indexes: dict[tuple[str, str, Any], dict[Key, None]] = {}
        self._log_limit = log_limit
        self._frozen = frozen

    def get(self, key: Key) -> Obj | None:
        """The object, or None."""
        objects = self._objects.get(key.kind)
        return None if objects is None else objects.get(key)

    def list(self, kind: str, namespace: str | None = None) -> Objs:
        """All objects of a kind ordered by namespace and name; of one namespace if given."""
        objects = self._sorted(kind)
        if namespace is None:
            return list(objects.values())
        return [obj for key, obj in objects.items() if key.namespace == namespace]

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        return len(self._objects.get(kind, ()))

    def kinds(self) -> tuple[str, ...]:
        """The kinds of which at least one object was stored, in order."""
        return tuple(sorted(self._objects))

    def by(self, kind: str, index: str, value: Any) -> Objs:
        """The objects that an index files under ``value``, ordered by namespace and name."""
        entry = (kind, index, value)
        keys = self._indexes.get(entry)
        if not keys:
            return []
        if entry in self._unsorted:
            self._unsorted.discard(entry)
            keys = self._indexes[entry] = dict.fromkeys(sorted(keys))
        objects = self._objects[kind]
        return [objects[key] for key in keys]

    def write(self, obj: Obj, at_ms: int, *, expect: int | None = None, cause: Any = None) -> Obj:
        """Store ``obj`` and return it with its new resourceVersion.

        Raises Conflict where ``expect`` is given and is not the stored object's version.
        """
        key = key_of(obj)
        objects = self._own(key.kind)
        previous = objects.get(key)
        if expect is not None and (previous is None or _version(previous) != expect):
            raise Conflict(str(key))
        self.version += 1
        obj = set_in(obj, ("metadata", "resourceVersion"), str(self.version))
        if self._frozen:
            obj = freeze(obj)
        objects[key] = obj
        if previous is None:
            self._unsorted.add(key.kind)
        self._file(key, previous, obj)
        kind_of_change: ChangeType = "ADDED" if previous is None else "MODIFIED"
        self._tell(Change(self.version, at_ms, kind_of_change, key, obj, previous, cause))
        return obj

    def delete(self, key: Key, at_ms: int, *, cause: Any = None) -> Obj:
        """Remove an object; the DELETED change carries its last state at a new version."""
        previous = self._own(key.kind).pop(key)
        self.version += 1
        obj = set_in(previous, ("metadata", "resourceVersion"), str(self.version))
        self._file(key, previous, None)
        self._tell(Change(self.version, at_ms, "DELETED", key, obj, previous, cause))
        return obj

    def changes_since(self, version: int) -> Iterator[Change]:
        """The changes after ``version`` in order; raises Gone where some are compacted."""
        if version < self.compacted:
            raise Gone(f"too old resource version: {version} ({self.compacted})")
        missing = self.version - version
        start = max(len(self.log) - missing, 0)
        return iter([self.log[index] for index in range(start, len(self.log))])

    def copy(self, *, with_log: bool = True) -> Store:
        """An independent store that shares every object; listeners are not copied."""
        twin = Store(
            self._functions, log_limit=self._log_limit, frozen=self._frozen, seed=self._seed
        )
        twin.version = self.version
        twin.compacted = self.compacted if with_log else self.version
        twin.log = deque(self.log) if with_log else deque()
        twin._objects = {
            kind: objects if objects is self._seed.get(kind) else dict(objects)
            for kind, objects in self._objects.items()
        }
        twin._unsorted = set(self._unsorted)
        twin._indexes = {value: dict(keys) for value, keys in self._indexes.items()}
        return twin

    def load(self, objects: Iterable[Obj], version: int, gone: Iterable[Key] = ()) -> None:
        """Fill a fresh store from a snapshot; the log starts empty at ``version``.

        ``gone`` are the keys of the seed that were deleted.
        """
        for key in gone:
            del self._own(key.kind)[key]
        for obj in objects:
            key = key_of(obj)
            obj = freeze(obj) if self._frozen else obj
            self._own(key.kind)[key] = obj
            self._unsorted.add(key.kind)
            self._file(key, None, obj)
        self.version = self.compacted = version

    def dump(self) -> Objs:
        """Every object by kind, namespace and name, but those of the seed.

        Reading a store never shows in its dump.
        """
        return [
            obj
            for kind in self.kinds()
            if self._objects[kind] is not self._seed.get(kind)
            for key, obj in self._sorted(kind).items()
            if obj is not self._seed.get(kind, {}).get(key)
        ]

    def gone(self) -> tuple[Key, ...]:
        """The keys of the seed that were deleted."""
        return tuple(
            key
            for kind, objects in self._seed.items()
            if self._objects[kind] is not objects
            for key in objects
            if key not in self._objects[kind]
        )

    def _own(self, kind: str) -> dict[Key, Obj]:
        """The objects of a kind, to be changed: a seed is shared, so it is copied first."""
        objects = self._objects.get(kind)
        if objects is None or objects is self._seed.get(kind):
            objects = self._objects[kind] = dict(objects or {})
        return objects

    def _sorted(self, kind: str) -> dict[Key, Obj]:
        objects = self._objects.get(kind)
        if objects is None:
            return {}
        if kind in self._unsorted:
            self._unsorted.discard(kind)
            objects = self._objects[kind] = dict(sorted(objects.items(), key=_by_key))
        return objects

    def _file(self, key: Key, previous: Obj | None, obj: Obj | None) -> None:
        for name, function in self._functions_of(key.kind).items():
            old = tuple(function(previous)) if previous is not None else ()
            new = tuple(function(obj)) if obj is not None else ()
            if old == new:
                continue
            for value in old:
                if value not in new:
                    entry = self._indexes[(key.kind, name, value)]
                    del entry[key]
                    if not entry:
                        del self._indexes[(key.kind, name, value)]
                        self._unsorted.discard((key.kind, name, value))
            for value in new:
                if value not in old:
                    entry_name = (key.kind, name, value)
                    self._indexes.setdefault(entry_name, {})[key] = None
                    self._unsorted.add(entry_name)

    def _functions_of(self, kind: str) -> dict[str, Index]:
        return self._functions.get(kind) or self._functions.get(ANY_KIND, {})

    def _tell(self, change: Change) -> None:
        self.log.append(change)
        if len(self.log) > self._log_limit:
            self.compacted = self.log.popleft().version
        for listener in self.listeners:
            listener(change)


def _version(obj: Obj) -> int:
    return int(obj["metadata"]["resourceVersion"])


def _by_key(item: tuple[Key, Obj]) -> Key:
    return item[0]
