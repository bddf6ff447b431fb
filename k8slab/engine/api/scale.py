"""The scale subresource (autoscaling/v1 Scale) of kinds that have replicas."""

from __future__ import annotations

from typing import Any

from ..base.objects import Obj, get_in, set_in
from ..base.selectors import format_selector
from .decode import DecodeError, decode
from .errors import FieldError, bad_request, conflict, invalid
from .kinds.base import Kind


def scale_of(obj: Obj) -> Obj:
    """The Scale of a Deployment, ReplicaSet or the like."""
    metadata = obj["metadata"]
    shown = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: dict[str, Any] = {"replicas": get_in(obj, "status", "replicas", default=0)}
    selector = get_in(obj, "spec", "selector")
    if selector:
        status["selector"] = format_selector(selector)
    replicas = get_in(obj, "spec", "replicas", default=0)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in shown if name in metadata},
        "spec": {"replicas": replicas} if replicas else {},
        "status": status,
    }


def with_scale(kind: Kind, obj: Obj, body: Any) -> Obj:
    """``obj`` with the replicas that a Scale asks for. Raises ApiError 400, 409, 422."""
    said = body.get("kind") if isinstance(body, dict) else None
    if said == kind.kind:
        raise bad_request(
            f'{said} in version "{kind.version}" cannot be handled as a Scale: converting '
            f"({kind.version}.{said}) to (autoscaling.Scale): unknown conversion"
        )
    try:
        scale = decode(body, "autoscaling", "v1", "Scale").obj
    except DecodeError as error:
        stated = 'Scale in version "v1" cannot be handled as a Scale'
        raise bad_request(f"{stated}: {error}") from error
    name = obj["metadata"]["name"]
    replicas = get_in(scale, "spec", "replicas", default=0)
    if replicas < 0:
        message = f"Invalid value: {replicas}: must be greater than or equal to 0"
        fault = FieldError("spec.replicas", "FieldValueInvalid", message)
        raise invalid("Scale", "autoscaling", name, [fault])
    version = get_in(scale, "metadata", "resourceVersion")
    if version and version != obj["metadata"]["resourceVersion"]:
        raise conflict(kind.plural, kind.group, name)
    return set_in(obj, ("spec", "replicas"), replicas)
