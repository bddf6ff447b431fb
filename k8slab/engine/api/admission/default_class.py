"""Which class is the default one: what the admission plugins for storage and ingress share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import annotations_of

if TYPE_CHECKING:
    from ..server import Api


def default_class(api: Api, kind: str, mark: str) -> str | None:
    """The name of the newest class that is marked as the default; of equals the first by name."""
    marked = [
        (it["metadata"]["creationTimestamp"], it["metadata"]["name"])
        for it in api.store.list(kind)
        if annotations_of(it).get(mark) == "true"
    ]
    newest = max((time for time, _ in marked), default=None)
    return min((name for time, name in marked if time == newest), default=None)
