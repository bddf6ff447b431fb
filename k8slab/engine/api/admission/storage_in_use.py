"""StorageObjectInUseProtection: claims and volumes stay while they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Obj, set_in
from ..kinds import persistentvolume, persistentvolumeclaim
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_FINALIZERS = {
    "PersistentVolume": persistentvolume.PROTECTION,
    "PersistentVolumeClaim": persistentvolumeclaim.PROTECTION,
}


class StorageObjectInUseProtection:
    """plugin/pkg/admission/storage/storageobjectinuseprotection, 1.36."""

    name = "StorageObjectInUseProtection"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        finalizer = _FINALIZERS.get(kind.kind)
        if finalizer is None or old is not None:
            return obj
        finalizers = obj["metadata"].get("finalizers") or []
        if finalizer in finalizers:
            return obj
        return set_in(obj, ("metadata", "finalizers"), [*finalizers, finalizer])
