"""DefaultTolerationSeconds: a pod stays 300 s on a node that is not ready or can't be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.memo import by_identity
from ...base.objects import Obj
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_SECONDS = 300
_KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


class DefaultTolerationSeconds:
    """plugin/pkg/admission/defaulttolerationseconds, 1.36."""

    name = "DefaultTolerationSeconds"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or (old is not None and old["spec"] == obj["spec"]):
            return obj
        return {**obj, "spec": _tolerating(obj["spec"])}


@by_identity
def _tolerating(spec: Obj) -> Obj:
    tolerations = spec.get("tolerations") or []
    missing = [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _SECONDS}
        for key in _KEYS
        if not any(_covers(toleration, key) for toleration in tolerations)
    ]
    return {**spec, "tolerations": [*tolerations, *missing]} if missing else spec


def _covers(toleration: Obj, key: str) -> bool:
    effect = toleration.get("effect") or "NoExecute"
    return effect == "NoExecute" and toleration.get("key", "") in ("", key)
