"""ControllerRevisions: the past and present states of a DaemonSet or StatefulSet (1.36)."""

from __future__ import annotations

import orjson

from ..base.chance import safe_hash
from ..base.objects import (
    Obj,
    Objs,
    annotations_of,
    get_in,
    is_deleting,
    key_of,
    owner_reference,
)
from ..control import World


def data_of(owner: Obj) -> Obj:
    """What a revision keeps of its owner: a patch that puts the template back."""
    template = {**owner["spec"]["template"], "$patch": "replace"}
    return {"spec": {"template": template}}


def hash_of(data: Obj, collisions: int) -> str:
    """The hash that names a revision and labels its pods."""
    return safe_hash(orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode(), collisions)


def current(world: World, owner: Obj, revisions: Objs, hash_label: str) -> Obj:
    """The revision of the owner's present template, the newest of ``revisions`` (by number).

    It is created, or an equal older one gets the next number (a rollback).
    """
    data = data_of(owner)
    number = max((it["revision"] for it in revisions), default=0) + 1
    equal = [it for it in revisions if it["data"] == data]
    if not equal:
        return _create(world, owner, data, number, hash_label)
    newest = equal[-1]
    if newest["revision"] == number - 1:
        return newest
    world.compare("revision", number, newest["revision"])
    return world.api.update({**newest, "revision": number})


def by_number(revisions: Objs) -> Objs:
    """Oldest first."""
    return sorted(revisions, key=lambda it: (it["revision"], it["metadata"]["name"]))


def truncate(world: World, owner: Obj, revisions: Objs, live: frozenset[str]) -> None:
    """Delete the oldest revisions beyond revisionHistoryLimit, but none whose name is ``live``."""
    spare = [it for it in revisions if it["metadata"]["name"] not in live and not is_deleting(it)]
    for revision in spare[: max(0, len(spare) - owner["spec"]["revisionHistoryLimit"])]:
        world.api.delete(key_of(revision))


def _create(world: World, owner: Obj, data: Obj, number: int, hash_label: str) -> Obj:
    collisions = get_in(owner, "status", "collisionCount", default=0)
    digest = hash_of(data, collisions)
    labels = get_in(owner, "spec", "template", "metadata", "labels", default={})
    copied = annotations_of(owner)
    metadata = {
        "name": f"{owner['metadata']['name']}-{digest}",
        "namespace": owner["metadata"]["namespace"],
        "labels": {**labels, hash_label: digest},
        "ownerReferences": [owner_reference(owner)],
    }
    revision = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {**metadata, "annotations": copied} if copied else metadata,
        "data": data,
        "revision": number,
    }
    world.compare("revision of this template", metadata["name"], None)
    return world.api.create(revision)
