"""kubectl debug --copy-to: a copy of a pod, changed so that it can be looked into."""

from __future__ import annotations

from typing import Any

from k8slab.engine.base.objects import Obj, Objs, annotations_of, labels_of

from ..errors import failure
from ..flags import Parsed
from .debug_profiles import IN_POD

_PROBES = {
    "keep-liveness": "livenessProbe",
    "keep-readiness": "readinessProbe",
    "keep-startup": "startupProbe",
}
_NOT_COPIED = ("ephemeralContainers", "nodeName", "initContainers")


def copy_of(pod: Obj, parsed: Parsed, name: str, container: Obj) -> tuple[Obj, str]:
    """The copy, and the name of its debugging container ("" where only images are changed).

    ``name`` is what a container that is added is called, ``container`` what the flags say of it.
    """
    flags, own = parsed.options, pod["spec"]["containers"]
    images = dict(pair.split("=", 1) for pair in flags["set-image"])
    boxes: Objs = [
        {**box, "image": images.get(box["name"], images.get("*", box["image"]))} for box in own
    ]
    there = any(box["name"] == name for box in boxes)
    added = there or bool(flags["image"])
    if not added and not images:
        raise failure("you must specify image when creating new container")
    if there:
        boxes = [{**box, **container} if box["name"] == name else box for box in boxes]
    elif added:
        boxes.append({**container, "name": name, "terminationMessagePolicy": "File"})
    return _pod(pod, parsed, [_changed(box, parsed, name) for box in boxes]), name if added else ""


def _changed(box: Obj, parsed: Parsed, name: str) -> Obj:
    """A container of the copy: without its probes, and the debugging one by its profile."""
    dropped = {field for flag, field in _PROBES.items() if not parsed.options[flag]}
    kept = {field: value for field, value in box.items() if field not in dropped}
    return IN_POD[parsed.options["profile"]](kept) if box["name"] == name else kept


def _pod(pod: Obj, parsed: Parsed, containers: Objs) -> Obj:
    flags = parsed.options
    spec: dict[str, Any] = {it: v for it, v in pod["spec"].items() if it not in _NOT_COPIED}
    spec["containers"] = containers
    if flags["keep-init-containers"] and "initContainers" in pod["spec"]:
        spec["initContainers"] = pod["spec"]["initContainers"]
    if flags["same-node"] and "nodeName" in pod["spec"]:
        spec["nodeName"] = pod["spec"]["nodeName"]
    if "share-processes" in parsed.given or flags["profile"] != "legacy":
        spec["shareProcessNamespace"] = flags["share-processes"]
    metadata: Obj = {"name": flags["copy-to"], "namespace": pod["metadata"]["namespace"]}
    if flags["keep-labels"]:
        metadata["labels"] = labels_of(pod)
    if flags["keep-annotations"]:
        metadata["annotations"] = annotations_of(pod)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
