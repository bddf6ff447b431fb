"""The cluster as a watcher knows it: objects rebuilt from the log of changes, and a little memory.

Invariants read this and not the store, so a change that the log did not tell shows as a breach.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from k8slab.engine.base.objects import Key, Obj, controller_of, is_deleting, uid_of
from k8slab.engine.base.pods import node_of, pod_is_active
from k8slab.engine.control.settings import START_UNIX_MS
from k8slab.engine.store import Change

COMMAND = "Command"


class Breach(NamedTuple):
    """A broken invariant: its number in targets, when, what, and the version of the change."""

    number: int
    at_ms: int
    text: str
    version: int | None = None


class View:
    """``objects`` by kind and key after the last change that was told.

    ``before`` is what the object of that change was, as far as was told, and ``version_before`` the
    version then.
    ``request`` is the API request that the walk itself is making (None where it makes none, or
    lets kubectl make some); ``memory`` belongs to the invariants, by name.
    """

    def __init__(self) -> None:
        self.version = self.version_before = 0
        self.before: Obj | None = None
        self.now_ms = 0
        self.objects: dict[str, dict[Key, Obj]] = {}
        self.changed_ms: dict[tuple[str, str], int] = {}
        self.request: Obj | None = None
        self.memory: dict[str, Any] = {}

    @property
    def unix_ms(self) -> int:
        return START_UNIX_MS + self.now_ms

    def take(self, change: Change) -> None:
        """Become what the change says."""
        self.version_before, self.before = self.version, self.get(change.key)
        self.version, self.now_ms = change.version, change.at_ms
        self.changed_ms[change.key.kind, change.key.namespace] = change.at_ms
        objects = self.objects.setdefault(change.key.kind, {})
        if change.type == "DELETED":
            objects.pop(change.key, None)
        else:
            objects[change.key] = change.object

    def get(self, key: Key) -> Obj | None:
        return self.objects.get(key.kind, {}).get(key)

    def all(self, kind: str) -> list[Obj]:
        return list(self.objects.get(kind, {}).values())

    def owner(self, obj: Obj) -> Obj | None:
        """The controller that ``obj`` names, where it is there."""
        reference = controller_of(obj)
        if reference is None:
            return None
        key = Key(reference["kind"], obj["metadata"].get("namespace", ""), reference["name"])
        found = self.get(key)
        return found if found is not None and uid_of(found) == reference["uid"] else None

    def is_ending(self, obj: Obj) -> bool:
        """Whether the object's namespace is being deleted: pods go first, the rest waits."""
        namespace = self.get(Key("Namespace", "", obj["metadata"]["namespace"]))
        return namespace is None or is_deleting(namespace)

    def owned(self, kind: str, owner: Obj) -> list[Obj]:
        """What ``owner`` controls of a kind."""
        uid = uid_of(owner)
        return [
            obj
            for obj in self.all(kind)
            if (reference := controller_of(obj)) is not None and reference["uid"] == uid
        ]

    def active(self, owner: Obj) -> list[Obj]:
        """The pods of ``owner`` that are neither finished nor going."""
        return [pod for pod in self.owned("Pod", owner) if pod_is_active(pod)]

    def on_node(self, name: str) -> list[Obj]:
        return [pod for pod in self.all("Pod") if node_of(pod) == name]

    def quiet_ms(self, namespace: str, *kinds: str) -> int:
        """For how long nothing of these kinds has changed in a namespace."""
        return self.now_ms - max(self.changed_ms.get((kind, namespace), 0) for kind in kinds)

    def recall(self, name: str, default: Any) -> Any:
        """The memory of one invariant, ``default`` to begin with."""
        return self.memory.setdefault(name, default)


def actor_of(change: Change) -> str:
    """Who made a change: an actor's name, COMMAND for one from outside, "" at the start."""
    cause = change.cause
    if cause is None:
        return ""
    return COMMAND if cause.key.kind == COMMAND else str(cause.actor)
