"""A kopf operator that runs outside of the cluster: each Shop gets a ConfigMap of its own."""

from __future__ import annotations

from typing import Any

import kopf
import kr8s
from kr8s.objects import ConfigMap


@kopf.on.create("example.com", "v1", "shops")
@kopf.on.update("example.com", "v1", "shops")
def stock(name: str, namespace: str, spec: Any, **_: Any) -> dict[str, Any]:
    """The goods of a shop, as a ConfigMap that the shop owns; the result goes to its status."""
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{name}-goods", "namespace": namespace},
        "data": {"goods": " ".join(spec["goods"])},
    }
    kopf.adopt(body)
    goods = ConfigMap(body, api=kr8s.api())
    if goods.exists():
        goods.patch({"data": body["data"]})
    else:
        goods.create()
    return {"goods": len(spec["goods"])}
