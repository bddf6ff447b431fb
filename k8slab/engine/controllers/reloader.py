"""Stakater Reloader: a ConfigMap or Secret that has changed rolls the workloads that use it.

It works while a Deployment of the image ``stakater/reloader`` has a ready pod, on workloads with
the annotation ``reloader.stakater.com/auto: "true"``. Its means is an ordinary change of the pod
template: an environment variable with the SHA-1 of the content (Reloader's env-vars strategy).
Changes made while it doesn't run are missed, as the real one misses them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from ..base.objects import Key, Obj, annotations_of, get_in, key_of, set_in
from ..control import World
from ..control.loop import Watch
from . import operators

IMAGE = "stakater/reloader"
AUTO = "reloader.stakater.com/auto"
WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet")
_FIELDS = {"ConfigMap": ("configMapRef", "configMapKeyRef", "configMap", "name"),
           "Secret": ("secretRef", "secretKeyRef", "secret", "secretName")}  # fmt: skip
_CONTAINERS = ("spec", "template", "spec", "containers")


class Reloader:
    """Remembers what the content of each used object was, and rolls when it is another."""

    name = "reloader"
    lag_ms = 40

    @property
    def watches(self) -> Mapping[str, Watch]:
        workloads: dict[str, Watch] = dict.fromkeys(WORKLOADS, _itself)
        return {**workloads, "Deployment": _deployment, "ConfigMap": _users, "Secret": _users}

    def reconcile(self, world: World, key: Key) -> int | None:
        workload = world.store.get(key)
        if workload is None or not operators.runs(world, IMAGE):
            world.set_note(self.name, key, None)
            return None
        known = world.note(self.name, key, default={})
        found = dict(_hashes(world, workload))
        if found != known:
            world.set_note(self.name, key, found)
        for used, sha in found.items():
            if used in known and known[used] != sha:
                world.compare(f"SHA-1 of {used}", known[used], sha)
                workload = _roll(world, workload, used, sha)
        return None


def _is_marked(workload: Obj) -> bool:
    return annotations_of(workload).get(AUTO) == "true"


def _itself(world: World, workload: Obj) -> Iterable[Key]:
    if _is_marked(workload) and operators.is_installed(world, IMAGE):
        yield key_of(workload)


def _deployment(world: World, deployment: Obj) -> Iterable[Key]:
    """Reloader itself, which comes or goes for every workload, or a workload."""
    if not operators.is_operator(deployment, IMAGE):
        yield from _itself(world, deployment)
        return
    for kind in WORKLOADS:
        yield from (key_of(it) for it in world.store.list(kind) if _is_marked(it))


def _users(world: World, source: Obj) -> Iterable[Key]:
    """The workloads that use a ConfigMap or Secret, while Reloader is installed at all."""
    if not operators.is_installed(world, IMAGE):
        return
    used = (source["kind"], source["metadata"]["name"])
    for kind in WORKLOADS:
        for workload in world.store.list(kind, source["metadata"]["namespace"]):
            if _is_marked(workload) and used in _used(workload):
                yield key_of(workload)


def _used(workload: Obj) -> dict[tuple[str, str], int]:
    """(kind, name) of what the pod template uses -> which of its containers does."""
    spec = workload["spec"]["template"]["spec"]
    found: dict[tuple[str, str], int] = {}
    for index, container in enumerate(spec["containers"]):
        for used in (*_in_env(container), *_mounted(spec, container)):
            found.setdefault(used, index)
    for container in spec.get("initContainers") or ():
        for used in (*_in_env(container), *_mounted(spec, container)):
            found.setdefault(used, 0)
    return found


def _in_env(container: Obj) -> Iterator[tuple[str, str]]:
    for kind, (every, one, _, _) in _FIELDS.items():
        for source in container.get("envFrom") or ():
            if every in source:
                yield kind, source[every].get("name", "")
        for entry in container.get("env") or ():
            if name := get_in(entry, "valueFrom", one, "name"):
                yield kind, name


def _mounted(spec: Obj, container: Obj) -> Iterator[tuple[str, str]]:
    mounts = {it["name"] for it in container.get("volumeMounts") or ()}
    for volume in spec.get("volumes") or ():
        if volume["name"] not in mounts:
            continue
        sources = [volume, *get_in(volume, "projected", "sources", default=[])]
        for kind, (_, _, field, name) in _FIELDS.items():
            for source in sources:
                reference = source.get(field) or {}
                if found := reference.get(name) or reference.get("name"):
                    yield kind, found


def _hashes(world: World, workload: Obj) -> Iterator[tuple[str, str]]:
    """``Kind/name`` of each used object that is there -> SHA-1 of its content."""
    for kind, name in _used(workload):
        source = world.store.get(Key(kind, workload["metadata"]["namespace"], name))
        if source is not None:
            yield f"{kind}/{name}", content_hash(source)


def content_hash(source: Obj) -> str:
    """The SHA-1 of ``key=value`` in order, joined by semicolons (Reloader's util.GetSHAfrom...)."""
    data = source.get("data") or {}
    if source["kind"] == "Secret":
        data = {key: base64.b64decode(value).decode(errors="replace")
                for key, value in data.items()}  # fmt: skip
    pairs = {**data, **(source.get("binaryData") or {})}
    text = ";".join(sorted(f"{key}={value}" for key, value in pairs.items()))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _roll(world: World, workload: Obj, used: str, sha: str) -> Obj:
    """Put the hash into the container that uses the object; the new template rolls by itself."""
    kind, _, name = used.partition("/")
    containers = list(workload["spec"]["template"]["spec"]["containers"])
    index = _used(workload)[kind, name]
    entry = {"name": variable(kind, name), "value": sha}
    container = containers[index]
    env = [it for it in container.get("env") or () if it["name"] != entry["name"]]
    containers[index] = {**container, "env": [*env, entry]}
    rolled: Obj = world.api.update(set_in(workload, _CONTAINERS, containers))
    own, what = workload["metadata"], f"'{name}' of type '{kind.upper()}'"
    message = (
        f"Changes detected in {what} in namespace '{own['namespace']}', Updated '{own['name']}' "
        f"of type '{workload['kind']}' in namespace '{own['namespace']}'"
    )
    world.event(rolled, "Normal", "Reloaded", message, "reloader")
    return rolled


def variable(kind: str, name: str) -> str:
    """The environment variable that holds an object's hash.

    >>> variable("ConfigMap", "shop.settings-2")
    'STAKATER_SHOP_SETTINGS_2_CONFIGMAP'
    """
    return f"STAKATER_{re.sub('[^A-Za-z0-9]+', '_', name).upper()}_{kind.upper()}"
