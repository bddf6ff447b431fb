"""The indexes that actors look objects up by, as informers' indexers do."""

from __future__ import annotations

from collections.abc import Iterable

from .base.objects import Obj, controller_of, get_in
from .control import events
from .store.store import ANY_KIND, Index


def _controller(obj: Obj) -> Iterable[str]:
    """Filed under the controlling owner's uid, or under ``orphan/NAMESPACE``."""
    owner = controller_of(obj)
    yield owner["uid"] if owner else f"orphan/{obj['metadata'].get('namespace', '')}"


def _owner(obj: Obj) -> Iterable[str]:
    """Filed under the uid of each owner, controlling or not."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        yield reference["uid"]


def _node(obj: Obj) -> Iterable[str]:
    """Filed under the node that the pod is bound to ("" while it is not)."""
    yield get_in(obj, "spec", "nodeName", default="")


def _namespace(obj: Obj) -> Iterable[str]:
    yield obj["metadata"].get("namespace", "")


def _service(obj: Obj) -> Iterable[str]:
    """An EndpointSlice is filed under ``NAMESPACE/SERVICE`` of its service-name label."""
    name = get_in(obj, "metadata", "labels", "kubernetes.io/service-name")
    if name:
        yield f"{obj['metadata']['namespace']}/{name}"


def _address(obj: Obj) -> Iterable[str]:
    """A Node is filed under each of its IP addresses."""
    for address in get_in(obj, "status", "addresses", default=[]):
        if address["type"].endswith("IP"):
            yield address["address"]


def _written(obj: Obj) -> Iterable[str]:
    """An Event is filed under the second in which it was last written."""
    yield events.written(obj)


INDEXES: dict[str, dict[str, Index]] = {
    ANY_KIND: {"owner": _owner},
    "Pod": {"controller": _controller, "owner": _owner, "node": _node, "namespace": _namespace},
    "ReplicaSet": {"controller": _controller, "owner": _owner, "namespace": _namespace},
    "ControllerRevision": {"controller": _controller, "owner": _owner},
    "Job": {"controller": _controller, "owner": _owner},
    "Node": {"owner": _owner, "address": _address},
    "Event": {"written": _written, "owner": _owner},
    "EndpointSlice": {"service": _service, "owner": _owner, "namespace": _namespace},
    "Service": {"owner": _owner, "namespace": _namespace},
}
