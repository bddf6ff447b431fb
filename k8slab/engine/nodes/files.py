"""Files that processes and people write in containers, as notes ("files", ...).

| where               | key of the note  | value                                             |
|---------------------|------------------|---------------------------------------------------|
| a container's layer | the Pod          | {"uid", "layers": {container: {start: Changes}}}  |
| emptyDir            | the Pod          | {"uid", "volumes": {volume: Changes}}             |
| a claimed volume    | PersistentVolume | Changes                                           |
| hostPath            | Node             | {the path on the node: Changes}                   |

Changes are {path: text}, or None for a file that was removed. A layer is gone when its container
starts anew, an emptyDir with its pod, a volume with its PersistentVolume.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.objects import Key, Obj, get_in, key_of, uid_of
from ..base.pods import node_of
from ..control import World
from .config import namespace_of

Changes = dict[str, str | None]
OWNER = "files"
TEXT_MAX, FILES_MAX = 64 << 10, 500


class Place(NamedTuple):
    """Where files are kept: a note and the steps to the Changes within it."""

    key: Key
    steps: tuple[str, ...]


def volume_place(world: World, pod: Obj, volume: Obj) -> Place | None:
    """Where a volume's files are; None for one that the kubelet alone writes."""
    if "emptyDir" in volume:
        return Place(key_of(pod), ("volumes", volume["name"]))
    if "hostPath" in volume:
        return Place(Key("Node", "", node_of(pod)), (volume["hostPath"]["path"],))
    claim = get_in(volume, "persistentVolumeClaim", "claimName")
    if "ephemeral" in volume:
        claim = f"{pod['metadata']['name']}-{volume['name']}"
    if claim is None:
        return None
    found = world.store.get(Key("PersistentVolumeClaim", namespace_of(pod), claim)) or {}
    return Place(Key("PersistentVolume", "", get_in(found, "spec", "volumeName", default="")), ())


def layer_place(pod: Obj, container: str, number: int) -> Place:
    """Where the files of a container's own layer are, in its start ``number``."""
    return Place(key_of(pod), ("layers", container, str(number)))


def changes_at(world: World, pod: Obj, place: Place) -> Changes:
    """What was written there."""
    note = world.note(OWNER, place.key, {})
    if place.key.kind == "Pod" and note.get("uid") != uid_of(pod):
        return {}
    found = get_in(note, *place.steps, default={})
    return dict(found)


def put(world: World, pod: Obj, place: Place, changes: Changes) -> None:
    """Write there. ValueError for more than a simulated disk holds."""
    if any(text is not None and len(text) > TEXT_MAX for text in changes.values()):
        raise ValueError("No space left on device")
    merged = {**changes_at(world, pod, place), **changes}
    if len(merged) > FILES_MAX:
        raise ValueError("No space left on device")
    note: dict[str, Any] = world.note(OWNER, place.key, {})
    if place.key.kind == "Pod" and note.get("uid") != uid_of(pod):
        note = {"uid": uid_of(pod)}
    if place.steps[:1] == ("layers",):
        layers = {**note.get("layers", {}), place.steps[1]: {place.steps[2]: merged}}
        world.set_note(OWNER, place.key, {**note, "layers": layers})
        return
    world.set_note(OWNER, place.key, _within(note, place.steps, merged))


def _within(note: dict[str, Any], steps: tuple[str, ...], value: Changes) -> dict[str, Any]:
    if not steps:
        return dict(value)
    first, *rest = steps
    return {**note, first: _within(note.get(first, {}), tuple(rest), value)}
