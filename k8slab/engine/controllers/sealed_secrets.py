"""Sealed Secrets: opens each SealedSecret (bitnami.com/v1alpha1) into the Secret that it owns.

It works while a Deployment of the image ``bitnami/sealed-secrets-controller`` has a ready pod.
Words of events and conditions as the controller's 0.3x has them; the seal is ``sealing``'s.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, controller_of, get_in, is_deleting, key_of, owner_reference
from ..control import World
from ..control.loop import Watch
from . import operators, sealing

IMAGE = "bitnami/sealed-secrets-controller"
KIND = "SealedSecret"
SOURCE = "sealed-secrets"


class SealedSecrets:
    """For each SealedSecret its Secret, or the condition that says why there is none."""

    name = "sealed-secrets"
    lag_ms = 40

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {KIND: operators.itself, "Deployment": operators.all_of(IMAGE, KIND),
                "Secret": _its_owner}  # fmt: skip

    def reconcile(self, world: World, key: Key) -> int | None:
        sealed = world.store.get(key)
        if sealed is None or is_deleting(sealed) or not operators.runs(world, IMAGE):
            return None
        opened, closed = _opened(world, sealed)
        world.compare("values that open", len(opened) + len(closed), len(opened))
        if closed:
            why = f"no key could decrypt secret ({', '.join(closed)})"
            _fail(world, sealed, why, "ErrUnsealFailed", f"Failed to unseal: {why}")
            return None
        secret = _secret(sealed, opened)
        stored = world.store.get(key_of(secret))
        if stored is None:
            world.api.create(secret)
        elif not _owns(sealed, stored):
            why = f'Resource "{key.name}" already exists and is not managed by SealedSecret'
            _fail(world, sealed, f"failed update: {why}", "ErrUpdateFailed", why)
            return None
        elif stored.get("data", {}) != secret["data"]:
            world.api.update({**stored, "data": secret["data"]})
        elif _is_synced(sealed):
            return None
        world.event(sealed, "Normal", "Unsealed", "SealedSecret unsealed successfully", SOURCE)
        _tell(world, sealed, {"type": "Synced", "status": "True"})
        return None


def _its_owner(world: World, secret: Obj) -> Iterable[Key]:
    owner = controller_of(secret)
    if owner is not None and owner["kind"] == KIND:
        yield Key(KIND, secret["metadata"]["namespace"], owner["name"])


def _opened(world: World, sealed: Obj) -> tuple[dict[str, str], list[str]]:
    """The values that open, in base64, and the keys of those that don't."""
    metadata = sealed["metadata"]
    opened, closed = {}, []
    for key, value in get_in(sealed, "spec", "encryptedData", default={}).items():
        content = sealing.unseal(world.seed, metadata["namespace"], metadata["name"], key, value)
        if content is None:
            closed.append(key)
        else:
            opened[key] = base64.b64encode(content).decode()
    return opened, closed


def _secret(sealed: Obj, data: dict[str, str]) -> Obj:
    template = get_in(sealed, "spec", "template", default={})
    given = template.get("metadata") or {}
    metadata = {
        "name": sealed["metadata"]["name"],
        "namespace": sealed["metadata"]["namespace"],
        **{field: given[field] for field in ("labels", "annotations") if given.get(field)},
        "ownerReferences": [owner_reference(sealed)],
    }
    kind = template.get("type") or "Opaque"
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": data}


def _owns(sealed: Obj, secret: Obj) -> bool:
    owner = controller_of(secret)
    return owner is not None and bool(owner["uid"] == sealed["metadata"]["uid"])


def _is_synced(sealed: Obj) -> bool:
    status = sealed.get("status") or {}
    conditions = status.get("conditions") or []
    observed = status.get("observedGeneration") == sealed["metadata"]["generation"]
    return observed and any(it["status"] == "True" for it in conditions)


def _fail(world: World, sealed: Obj, why: str, reason: str, message: str) -> None:
    if _tell(world, sealed, {"type": "Synced", "status": "False", "message": why}):
        world.event(sealed, "Warning", reason, message, SOURCE)


def _tell(world: World, sealed: Obj, condition: Obj) -> bool:
    """Write the status; whether that changed it."""
    status = {
        "conditions": operators.with_condition(world, sealed, condition),
        "observedGeneration": sealed["metadata"]["generation"],
    }
    written = world.api.update_status(sealed, status)
    return bool(written["metadata"]["resourceVersion"] != sealed["metadata"]["resourceVersion"])
