"""DefaultStorageClass: a claim that names no class gets the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Obj, set_in
from ..kinds.base import Kind
from .default_class import default_class

if TYPE_CHECKING:
    from ..server import Api

DEFAULT_ANNOTATION = "storageclass.kubernetes.io/is-default-class"


class DefaultStorageClass:
    """plugin/pkg/admission/storage/storageclass/setdefault, 1.36: of several the newest."""

    name = "DefaultStorageClass"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "PersistentVolumeClaim" or old is not None:
            return obj
        if obj["spec"].get("storageClassName") is not None:
            return obj
        name = default_class(api, "StorageClass", DEFAULT_ANNOTATION)
        return obj if name is None else set_in(obj, ("spec", "storageClassName"), name)
