"""CustomResourceDefinitions: their names, serving, and end (apiextensions-apiserver, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..api.custom import kinds_of
from ..api.kinds import KINDS
from ..api.kinds.customresourcedefinition import FINALIZER
from ..base.conditions import condition_of
from ..base.objects import Key, Obj, get_in, is_deleting, key_of, without_finalizer
from ..control import World
from ..control.loop import ANY_KIND, Watch

ESTABLISHING_MS = 50  # the status controller's write comes first, and is waited for
_BUILT_IN = frozenset(kind.kind for kind in KINDS)


class CustomResourceDefinitions:
    """Accepts a definition's names, then serves it; empties it before it goes."""

    name = "customresourcedefinition"
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {ANY_KIND: _its_definition, "CustomResourceDefinition": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        definition = world.store.get(key)
        if definition is None:
            return None
        if is_deleting(definition):
            _empty(world, definition)
            return None
        accepted = condition_of(definition, "NamesAccepted")
        if accepted is None or accepted["status"] != "True":
            return _name(world, definition)
        established = condition_of(definition, "Established")
        if established is not None and established["status"] != "True":
            why = "the initial names have been accepted"
            _say(world, definition, "Established", True, "InitialNamesAccepted", why)
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _its_definition(world: World, obj: Obj) -> Iterable[Key]:
    """A definition that waits for its last object to go."""
    if not world.store.count("CustomResourceDefinition") or obj["kind"] in _BUILT_IN:
        return
    for definition in world.store.list("CustomResourceDefinition"):
        if is_deleting(definition) and definition["spec"]["names"]["kind"] == obj["kind"]:
            yield key_of(definition)


def _name(world: World, definition: Obj) -> int | None:
    """Accept the names, or say which is taken; ours takes no kind that another group has."""
    names = definition["spec"]["names"]
    taken = _BUILT_IN | {
        it["spec"]["names"]["kind"]
        for it in world.store.list("CustomResourceDefinition")
        if key_of(it) != key_of(definition) and kinds_of(it)
    }
    if names["kind"] in taken:
        why = f'"{names["kind"]}" is already in use'
        _say(world, definition, "NamesAccepted", False, "KindConflict", why)
        return None
    definition = world.api.update_status(
        definition, {**definition["status"], "acceptedNames": names}
    )
    definition = _say(world, definition, "NamesAccepted", True, "NoConflicts", "no conflicts found")
    why = "the initial names have been accepted"
    _say(world, definition, "Established", False, "Installing", why)
    return ESTABLISHING_MS


def _empty(world: World, definition: Obj) -> None:
    """Delete the objects of a definition; let it go when none is left."""
    if FINALIZER not in (definition["metadata"].get("finalizers") or ()):
        return
    kind = definition["spec"]["names"]["kind"]
    left = world.store.list(kind) if kinds_of(definition) else []
    world.compare(f"{kind} objects", 0, len(left))
    if left:
        why = "CustomResource deletion is in progress"
        _say(world, definition, "Terminating", True, "InstanceDeletionInProgress", why)
        for obj in left:
            if not is_deleting(obj):
                world.api.delete(key_of(obj))
        return
    world.api.update(without_finalizer(definition, FINALIZER))


def _say(world: World, definition: Obj, type_: str, holds: bool, reason: str, message: str) -> Obj:
    condition = {
        "type": type_,
        "status": "True" if holds else "False",
        "lastTransitionTime": world.timestamp(),
        "reason": reason,
        "message": message,
    }
    status = definition["status"]
    others = [it for it in get_in(status, "conditions", default=[]) if it["type"] != type_]
    return world.api.update_status(definition, {**status, "conditions": [*others, condition]})
