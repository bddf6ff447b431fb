"""DefaultIngressClass: an Ingress that names no class gets the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Obj, annotations_of, set_in
from ..kinds.base import Kind
from .default_class import default_class

if TYPE_CHECKING:
    from ..server import Api

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLD_NAME = "kubernetes.io/ingress.class"


class DefaultIngressClass:
    """plugin/pkg/admission/network/defaultingressclass, 1.36: of several the newest."""

    name = "DefaultIngressClass"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Ingress" or old is not None:
            return obj
        if obj["spec"].get("ingressClassName") is not None or _OLD_NAME in annotations_of(obj):
            return obj
        name = default_class(api, "IngressClass", _DEFAULT)
        return obj if name is None else set_in(obj, ("spec", "ingressClassName"), name)
