"""What a control plane brings along: default roles and bindings, priority classes, flow schemas.

All clusters that start at the same moment share these objects (truth 24, less what is not
Kubernetes' own); a cluster keeps only what it changes of them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import orjson

from .base import chance
from .base.objects import Key, Obj, Objs, freeze, key_of
from .base.times import rfc3339

Seed = dict[str, dict[Key, Obj]]


@lru_cache(maxsize=1)
def _templates() -> Objs:
    data = resources.files(__package__).joinpath("bootstrap.json").read_bytes()
    objects: Objs = orjson.loads(data)
    return objects


@lru_cache(maxsize=8)
def seed(start_unix_ms: int, frozen: bool) -> Seed:
    """The objects by kind and key, ordered; one transaction wrote them, as version 1.

    ``frozen`` ones refuse mutation.
    """
    created = rfc3339(start_unix_ms)
    found: Seed = {}
    for template in sorted(_templates(), key=key_of):
        key = key_of(template)
        metadata = {
            **template["metadata"],
            "uid": chance.uid(0, "bootstrap", *key),
            "creationTimestamp": created,
            "resourceVersion": "1",
        }
        obj = {**template, "metadata": metadata, **_dated(template, created)}
        found.setdefault(key.kind, {})[key] = freeze(obj) if frozen else obj
    return found


def _dated(template: Obj, created: str) -> Obj:
    """The status of an object that has conditions, each from the start on."""
    status = template.get("status") or {}
    conditions = [
        {"lastTransitionTime": created, **each} for each in status.get("conditions") or ()
    ]
    return {"status": {**status, "conditions": conditions}} if conditions else {}
