"""PersistentVolumeClaimResize: only a claim whose class lets volumes grow may ask for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Key, Obj, get_in
from ...base.quantity import parse_quantity
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_SIZE = ("spec", "resources", "requests", "storage")


class PersistentVolumeClaimResize:
    """plugin/pkg/admission/storage/persistentvolume/resize, 1.36."""

    name = "PersistentVolumeClaimResize"

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None:
        if kind.kind != "PersistentVolumeClaim" or old is None:
            return
        new_size, old_size = (parse_quantity(get_in(it, *_SIZE) or "0") for it in (obj, old))
        if new_size <= old_size:
            return
        name = obj["metadata"]["name"]
        if get_in(old, "status", "phase") != "Bound":
            why = "Only bound persistent volume claims can be expanded"
            raise errors.forbidden(kind.plural, kind.group, name, why)
        wanted = obj["spec"].get("storageClassName")
        found = api.store.get(Key("StorageClass", "", wanted)) if wanted else None
        if found is None or not found.get("allowVolumeExpansion"):
            why = (
                "only dynamically provisioned pvc can be resized and the storageclass that "
                "provisions the pvc must support resize"
            )
            raise errors.forbidden(kind.plural, kind.group, name, why)
