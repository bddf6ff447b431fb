"""DefaultStorageClass: a claim that names no class gets the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Obj, annotations_of, set_in
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_DEFAULT = "storageclass.kubernetes.io/is-default-class"


class DefaultStorageClass:
    """plugin/pkg/admission/storage/storageclass/setdefault, 1.36: of several the newest."""

    name = "DefaultStorageClass"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "PersistentVolumeClaim" or old is not None:
            return obj
        if obj["spec"].get("storageClassName") is not None:
            return obj
        defaults = [
            (it["metadata"]["creationTimestamp"], it["metadata"]["name"])
            for it in api.store.list("StorageClass")
            if annotations_of(it).get(_DEFAULT) == "true"
        ]
        if not defaults:
            return obj
        newest = max(time for time, _ in defaults)
        name = min(name for time, name in defaults if time == newest)
        return set_in(obj, ("spec", "storageClassName"), name)
