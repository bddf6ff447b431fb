"""Operators that are installed as Deployments: a controller here works while its image runs."""

from __future__ import annotations

from collections.abc import Iterable

from ..apps.catalogue import split_reference
from ..base.objects import Key, Obj, get_in, key_of
from ..control import World
from ..control.loop import Watch


def is_operator(deployment: Obj, image: str) -> bool:
    """Whether it runs ``image`` (a repository), of whatever tag."""
    containers = get_in(deployment, "spec", "template", "spec", "containers", default=[])
    return any(split_reference(it["image"])[0] == image for it in containers)


def is_installed(world: World, image: str) -> bool:
    """Whether there is a Deployment of ``image``."""
    return any(is_operator(it, image) for it in world.store.list("Deployment"))


def runs(world: World, image: str) -> bool:
    """Whether a Deployment of ``image`` has a pod that is ready."""
    return any(
        get_in(it, "status", "readyReplicas", default=0)
        for it in world.store.list("Deployment")
        if is_operator(it, image)
    )


def all_of(image: str, *kinds: str) -> Watch:
    """For Deployments: each object of ``kinds`` when the operator itself comes or goes."""

    def named(world: World, deployment: Obj) -> Iterable[Key]:
        if any(world.store.count(kind) for kind in kinds) and is_operator(deployment, image):
            for kind in kinds:
                yield from (key_of(it) for it in world.store.list(kind))

    return named


def itself(world: World, obj: Obj) -> Iterable[Key]:
    """The object's own key."""
    yield key_of(obj)


def with_condition(world: World, obj: Obj, condition: Obj) -> list[Obj]:
    """The object's conditions with this one ({type, status, reason, message}) put in.

    Its ``lastTransitionTime`` is kept while its status is the same.
    """
    conditions: list[Obj] = get_in(obj, "status", "conditions", default=[])
    old = next((it for it in conditions if it["type"] == condition["type"]), None)
    same = old is not None and old["status"] == condition["status"]
    since = old["lastTransitionTime"] if old is not None and same else world.timestamp()
    others = [it for it in conditions if it["type"] != condition["type"]]
    return [*others, {**condition, "lastTransitionTime": since}]
