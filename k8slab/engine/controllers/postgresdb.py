"""A sample operator: what somebody's own controller makes of a PostgresDB (acme.io/v1).

It works only while a Deployment of the image ``acme/postgres-operator`` has a ready pod; without,
a PostgresDB just sits there, and one that is deleted waits for its finalizer. ``spec`` of a
PostgresDB: ``replicas`` (1), ``version`` ("16").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base import chance
from ..base.objects import (
    Key,
    Obj,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    owner_reference,
    set_in,
    without_finalizer,
)
from ..control import World
from ..control.loop import Watch
from . import operators

IMAGE = "acme/postgres-operator"
KIND = "PostgresDB"
FINALIZER = "postgresdbs.acme.io/last-backup"
PORT = 5432


class PostgresDatabases:
    """For each PostgresDB a Secret, a headless Service and a StatefulSet, which it owns."""

    name = "postgres-operator"
    lag_ms = 60

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {KIND: operators.itself, "Deployment": operators.all_of(IMAGE, KIND),
                "StatefulSet": _its_owner, "Secret": _its_owner,
                "Service": _its_owner}  # fmt: skip

    def reconcile(self, world: World, key: Key) -> int | None:
        database = world.store.get(key)
        if database is None or not operators.runs(world, IMAGE):
            return None
        finalizers = database["metadata"].get("finalizers") or []
        if is_deleting(database):
            if FINALIZER in finalizers:
                world.api.update(without_finalizer(database, FINALIZER))
            return None
        if FINALIZER not in finalizers:
            path = ("metadata", "finalizers")
            database = world.api.update(set_in(database, path, [*finalizers, FINALIZER]))
        for wanted in _wanted(world, database):
            _converge(world, wanted)
        _tell(world, database)
        return None


def _its_owner(world: World, obj: Obj) -> Iterable[Key]:
    owner = controller_of(obj)
    if owner is not None and owner["kind"] == KIND:
        yield Key(KIND, obj["metadata"]["namespace"], owner["name"])


def _wanted(world: World, database: Obj) -> list[Obj]:
    """The objects that there should be."""
    metadata, spec = database["metadata"], database.get("spec") or {}
    name = metadata["name"]
    labels = {"app": name}
    own = {"namespace": metadata["namespace"], "labels": labels,
           "ownerReferences": [owner_reference(database)]}  # fmt: skip
    password = chance.suffix(world.seed, 16, "postgresdb", metadata["uid"])
    secret = {"name": f"{name}-credentials", "key": "password"}
    container = {
        "name": "postgres",
        "image": f"postgres:{spec.get('version', '16')}",
        "ports": [{"name": "sql", "containerPort": PORT}],
        "env": [{"name": "POSTGRES_PASSWORD", "valueFrom": {"secretKeyRef": secret}}],
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return [
        _object("v1", "Secret", {**own, "name": secret["name"]},
                {"stringData": {"username": "postgres", "password": password}}),
        _object("v1", "Service", {**own, "name": name}, {"spec": {
            "clusterIP": "None", "selector": labels, "ports": [{"name": "sql", "port": PORT}]}}),
        _object("apps/v1", "StatefulSet", {**own, "name": name}, {"spec": {
            "serviceName": name, "replicas": spec.get("replicas", 1),
            "selector": {"matchLabels": labels}, "template": template}}),
    ]  # fmt: skip


def _object(api_version: str, kind: str, metadata: Obj, content: Obj) -> Obj:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _converge(world: World, wanted: Obj) -> None:
    """Make what is missing; put a StatefulSet's size and image right."""
    stored = world.store.get(key_of(wanted))
    world.compare(f"{wanted['kind']} {wanted['metadata']['name']}", "there", stored is not None)
    if stored is None:
        world.api.create(wanted)
        return
    if wanted["kind"] != "StatefulSet":
        return
    size, image = wanted["spec"]["replicas"], _image(wanted)
    if (stored["spec"]["replicas"], _image(stored)) != (size, image):
        [container] = stored["spec"]["template"]["spec"]["containers"]
        path = ("spec", "template", "spec", "containers")
        new = set_in(stored, path, [{**container, "image": image}])
        world.api.update(set_in(new, ("spec", "replicas"), size))


def _image(stateful_set: Obj) -> str:
    return str(stateful_set["spec"]["template"]["spec"]["containers"][0]["image"])


def _tell(world: World, database: Obj) -> None:
    """``status``: phase Creating or Ready, and how many instances are ready."""
    metadata = database["metadata"]
    found = world.store.get(Key("StatefulSet", metadata["namespace"], metadata["name"]))
    ready = get_in(found, "status", "readyReplicas", default=0)
    wanted = (database.get("spec") or {}).get("replicas", 1)
    status = {"phase": "Ready" if ready >= wanted else "Creating", "readyReplicas": ready}
    world.api.update_status(database, status)
