"""PodLimit: no cluster grows without bound. Its words are those of a ResourceQuota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Obj
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_NAME = "cluster-pods"


class PodLimit:
    """Refuses a pod beyond ``Api.pods_max``. Our own: a real cluster has no such bound."""

    name = "PodLimit"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        used = api.store.count("Pod")
        if used >= api.pods_max:
            why = (
                f"exceeded quota: {_NAME}, requested: pods=1, used: pods={used}, "
                f"limited: pods={api.pods_max}"
            )
            raise errors.forbidden("pods", "", obj["metadata"].get("name", ""), why)
        return obj
