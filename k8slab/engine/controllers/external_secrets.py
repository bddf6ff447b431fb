"""External Secrets Operator: fetches values from a provider into Secrets (external-secrets.io/v1).

It works while a Deployment of ``ghcr.io/external-secrets/external-secrets`` has a ready pod. The
only provider is ESO's own ``fake``, whose values stand in the SecretStore: ``key``, ``value`` (or
JSON, of which ``remoteRef.property`` takes one field), ``version``. As with a real vault, a changed
value is noticed at the next refresh (``refreshInterval``, "1h"; "0" fetches once), or when the
ExternalSecret or its Secret changes. Where a fetch has failed, the real one tries again and again;
this one waits for the store to change, since nothing else could help.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..base.durations import parse_go_duration
from ..base.objects import (
    Key,
    Obj,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    owner_reference,
    set_in,
)
from ..base.times import parse_rfc3339
from ..control import World
from ..control.loop import Watch
from . import operators

IMAGE = "ghcr.io/external-secrets/external-secrets"
KIND = "ExternalSecret"
STORE = "SecretStore"
SOURCE = "external-secrets"
_HASH = ("metadata", "annotations", "reconcile.external-secrets.io/data-hash")


class _NotFetched(Exception):
    """Why a value could not be fetched."""


class ExternalSecrets:
    """For each ExternalSecret its Secret, fetched anew at each interval."""

    name = "external-secrets"
    lag_ms = 50

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {KIND: operators.itself, STORE: _its_users, "Secret": _its_owner,
                "Deployment": operators.all_of(IMAGE, KIND, STORE)}  # fmt: skip

    def reconcile(self, world: World, key: Key) -> int | None:
        obj = world.store.get(key)
        if obj is None or is_deleting(obj) or not operators.runs(world, IMAGE):
            return None
        if key.kind == STORE:
            _validate(world, obj)
            return None
        wait_ms = _due_in_ms(world, obj)
        world.compare("refresh due in ms", 0, wait_ms)
        if wait_ms is None or wait_ms > 0:
            return wait_ms
        try:
            data = _fetched(world, obj)
        except _NotFetched as why:
            _fail(world, obj, str(why))
            return None
        _write(world, obj, data)
        return _interval_ms(obj) or None


def _its_users(world: World, store: Obj) -> Iterable[Key]:
    yield key_of(store)
    for external in world.store.list(KIND, store["metadata"]["namespace"]):
        if get_in(external, "spec", "secretStoreRef", "name") == store["metadata"]["name"]:
            yield key_of(external)


def _its_owner(world: World, secret: Obj) -> Iterable[Key]:
    owner = controller_of(secret)
    if owner is not None and owner["kind"] == KIND:
        yield Key(KIND, secret["metadata"]["namespace"], owner["name"])


def _validate(world: World, store: Obj) -> None:
    """A store's status: whether its provider can be asked."""
    valid = get_in(store, "spec", "provider", "fake") is not None
    condition = {
        "type": "Ready",
        "status": "True" if valid else "False",
        "reason": "Valid" if valid else "InvalidProviderConfig",
        "message": "store validated" if valid else "unable to validate store",
    }
    conditions = operators.with_condition(world, store, condition)
    world.api.update_status(store, {"capabilities": "ReadWrite", "conditions": conditions})


def _interval_ms(external: Obj) -> int:
    try:
        return parse_go_duration(get_in(external, "spec", "refreshInterval", default="1h"))
    except ValueError:
        return parse_go_duration("1h")


def _version(external: Obj) -> str:
    """What a fetch was made for: ``kubectl annotate es db force-sync=1`` makes another one due."""
    metadata = external["metadata"]
    told = [metadata.get("annotations") or {}, metadata.get("labels") or {}]
    return f"{metadata['generation']}-{_sha(told)}"


def _sha(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:56]


def _target(external: Obj) -> Key:
    metadata = external["metadata"]
    name = get_in(external, "spec", "target", "name", default=metadata["name"])
    return Key("Secret", metadata["namespace"], name)


def _due_in_ms(world: World, external: Obj) -> int | None:
    """Milliseconds until the next fetch; None if none is due ever again, 0 for at once."""
    status = external.get("status") or {}
    secret = world.store.get(_target(external))
    if status.get("syncedResourceVersion") != _version(external) or secret is None:
        return 0
    if get_in(secret, *_HASH) != _sha(secret.get("data") or {}):
        return 0
    interval_ms = _interval_ms(external)
    if interval_ms <= 0:
        return None
    return max(parse_rfc3339(status["refreshTime"]) + interval_ms - world.unix_ms, 0)


def _fetched(world: World, external: Obj) -> dict[str, str]:
    """The Secret's data, in base64; _NotFetched where the provider has no such value."""
    name = get_in(external, "spec", "secretStoreRef", "name", default="")
    store = world.store.get(Key(STORE, external["metadata"]["namespace"], name))
    if store is None:
        raise _NotFetched(
            f'could not get SecretStore "{name}", {STORE}.external-secrets.io "{name}" not found'
        )
    world.read(f"provider of SecretStore {name}")
    entries: list[Obj] = get_in(store, "spec", "provider", "fake", "data", default=[])
    spec, found = external["spec"], {}
    for index, source in enumerate(spec.get("dataFrom") or ()):
        where = f"spec.dataFrom[{index}].extract"
        found.update(_fields(_value(entries, source.get("extract") or {}, where), where))
    for index, item in enumerate(spec.get("data") or ()):
        found[item["secretKey"]] = _value(entries, item["remoteRef"], f"spec.data[{index}]")
    return {key: base64.b64encode(value.encode()).decode() for key, value in found.items()}


def _value(entries: list[Obj], reference: Obj, where: str) -> str:
    key, version = reference.get("key", ""), reference.get("version", "")
    values = [it["value"] for it in entries if (it["key"], it.get("version", "")) == (key, version)]
    if not values:
        raise _NotFetched(f"error processing {where} (key: {key}), err: Secret does not exist")
    if "property" not in reference:
        return str(values[-1])
    fields = _fields(values[-1], where)
    if reference["property"] not in fields:
        raise _NotFetched(f"error processing {where} (key: {key}), err: Secret does not exist")
    return fields[reference["property"]]


def _fields(text: str, where: str) -> dict[str, str]:
    """The fields of a value that is a JSON object."""
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise _NotFetched(f"error processing {where}, err: unable to unmarshal secret")
    return {key: it if isinstance(it, str) else json.dumps(it) for key, it in fields.items()}


def _write(world: World, external: Obj, data: dict[str, str]) -> None:
    """Make the Secret what was fetched, and say so."""
    key = _target(external)
    stored = world.store.get(key)
    if stored is not None and not _owns(external, stored):
        _fail(world, external, f"could not set ExternalSecret controller reference on {key.name}")
        return
    if stored is None:
        head = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque"}
        metadata = {
            "name": key.name,
            "namespace": key.namespace,
            "labels": {"reconcile.external-secrets.io/managed": "true"},
            "annotations": {_HASH[-1]: _sha(data)},
            "ownerReferences": [owner_reference(external)],
        }
        world.api.create({**head, "metadata": metadata, "data": data})
        world.event(external, "Normal", "Created", "secret created", SOURCE)
    elif stored.get("data", {}) != data:
        world.api.update(set_in({**stored, "data": data}, _HASH, _sha(data)))
        world.event(external, "Normal", "Updated", "secret updated", SOURCE)
    told = {"status": "True", "reason": "SecretSynced", "message": "secret synced"}
    status = {
        "binding": {"name": key.name},
        "conditions": operators.with_condition(world, external, {"type": "Ready", **told}),
        "refreshTime": world.timestamp(),
        "syncedResourceVersion": _version(external),
    }
    world.api.update_status(external, status)


def _owns(external: Obj, secret: Obj) -> bool:
    owner = controller_of(secret)
    return owner is not None and bool(owner["uid"] == external["metadata"]["uid"])


def _fail(world: World, external: Obj, why: str) -> None:
    """Say that nothing was fetched; the Secret stays as it was."""
    condition = {
        "type": "Ready",
        "status": "False",
        "reason": "SecretSyncedError",
        "message": "could not get secret data from provider",
    }
    conditions = operators.with_condition(world, external, condition)
    before = external.get("status") or {}
    if before.get("conditions") != conditions:
        world.event(external, "Warning", "UpdateFailed", why, SOURCE)
    # What was synced before no longer counts, so that the next look fetches.
    kept = {name: it for name, it in before.items() if name != "syncedResourceVersion"}
    world.api.update_status(external, {**kept, "conditions": conditions})
