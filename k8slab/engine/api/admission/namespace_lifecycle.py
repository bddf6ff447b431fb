"""NamespaceLifecycle: nothing new in a namespace that is missing or going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Key, Obj
from .. import errors
from ..errors import ApiError
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_IMMORTAL = ("default", "kube-system", "kube-public")


class NamespaceLifecycle:
    """plugin/pkg/admission/namespace/lifecycle, 1.36."""

    name = "NamespaceLifecycle"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if not kind.namespaced or old is not None:
            return obj
        name = obj["metadata"]["namespace"]
        namespace = api.store.get(Key("Namespace", "", name))
        if namespace is None:
            raise errors.not_found("namespaces", "", name)
        if "deletionTimestamp" in namespace["metadata"]:
            why = f"unable to create new content in namespace {name} because it is being terminated"
            error = errors.forbidden(kind.plural, kind.group, obj["metadata"].get("name", ""), why)
            cause = {
                "reason": errors.NAMESPACE_TERMINATING,
                "message": f"namespace {name} is being terminated",
                "field": "metadata.namespace",
            }
            raise ApiError(
                403, error.reason, error.message, {**(error.details or {}), "causes": [cause]}
            )
        return obj


def check_namespace_deletion(key: Key) -> None:
    """ApiError Forbidden for the namespaces that a cluster can't be without."""
    if key.kind == "Namespace" and key.name in _IMMORTAL:
        raise errors.forbidden("namespaces", "", key.name, "this namespace may not be deleted")
