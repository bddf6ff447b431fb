"""kubectl create configmap."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ...flags import Parsed
from ...session import Session
from . import sources
from .generator import generator


def _configmap(session: Session, parsed: Parsed, name: str) -> Obj:
    data = sources.read(session, parsed, "ConfigMap", name)
    made: Obj = {"data": data} if data else {}
    if parsed.options["append-hash"]:
        ending = sources.suffix({"kind": "ConfigMap", "name": name, "data": data})
        made["metadata"] = {"name": name + ending}
    return made


CONFIGMAP = generator(
    "ConfigMap",
    _configmap,
    *sources.FLAGS,
    aliases=("cm",),
    example="kubectl create configmap settings --from-literal=THEME=dark",
)
