"""What a kustomization does to all of its objects, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.patch import apply_patch
from k8slab.engine.api.schema import Type, definition_type, type_of
from k8slab.engine.base.objects import Obj, get_in, set_in

from .errors import failure
from .printers.json_text import to_compact_json
from .yaml_reader import YamlError, read_documents

_TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))
_CLUSTER_WIDE = frozenset(
    {"Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass",
     "CustomResourceDefinition", "PriorityClass", "IngressClass", "RuntimeClass"}
)  # fmt: skip
_IMAGE = re.compile(r"(?P<name>.*?)(?P<rest>(?::[^:/@]*)?(?:@[^/]*)?)")


@dataclass(frozen=True, slots=True)
class Part:
    """An object, the name it had in its file (others refer to it by that), and whether a hash of
    what is in it will end its name."""

    obj: Obj
    was: str
    hashed: bool = False

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.obj["kind"])

    @property
    def name(self) -> str:
        """Its name, as far as it has come."""
        return str(self.obj["metadata"].get("name", ""))

    def set(self, path: tuple[str, ...], value: Any) -> Part:
        """With another value at a path."""
        return replace(self, obj=set_in(self.obj, path, value))


Read = Callable[[str], str]
"""A file of the kustomization's folder, by name."""


def documents(text: str, path: str) -> list[Any]:
    """The YAML documents of a text; Failure for what is none."""
    try:
        return [document.value for document in read_documents(str(text))]
    except YamlError as error:
        raise failure(f"invalid Kustomization: {path}: {error}") from None


def mapping(value: Any, where: str) -> Obj:
    """``value``, a mapping. Failure for anything else."""
    if not isinstance(value, dict):
        raise failure(f"invalid Kustomization: {where} must be a mapping")
    return value


def _strings(value: Any) -> dict[str, str]:
    return {str(name): str(item) for name, item in mapping(value or {}, "labels").items()}


def _entries(said: Any, where: str) -> list[Obj]:
    if not isinstance(said or [], list):
        raise failure(f"invalid Kustomization: {where} must be a list")
    return [mapping(entry, where) for entry in said or ()]


def _patches(parts: list[Part], said: Any, text_of: Read) -> list[Part]:
    entries = [{"path": entry} if isinstance(entry, str) else entry for entry in said or ()]
    for entry in _entries(entries, "patches"):
        text = entry.get("patch") or text_of(str(entry.get("path", "")))
        for patch in documents(text, "patches"):
            target = mapping(entry.get("target") or _target_of(patch), "target")
            if not any(_is_target(part, target) for part in parts):
                raise failure(f"no resource matches the patch's target {to_compact_json(target)}")
            parts = [_patched(it, patch) if _is_target(it, target) else it for it in parts]
    return parts


def _target_of(patch: Any) -> Obj:
    if not isinstance(patch, dict):
        raise failure("a JSON patch needs a target")
    return {"kind": patch.get("kind"), "name": get_in(patch, "metadata", "name")}


def _is_target(part: Part, target: Obj) -> bool:
    group, _, version = str(part.obj.get("apiVersion", "")).rpartition("/")
    for field, value in (("kind", part.kind), ("group", group), ("version", version)):
        if target.get(field) and target[field] != value:
            return False
    wanted = str(target.get("name") or "")
    return not wanted or any(_alike(wanted, name) for name in (part.name, part.was))


def _alike(pattern: str, name: str) -> bool:
    """Names are patterns; ``.*`` is the one that people write."""
    return re.fullmatch(re.escape(pattern).replace(r"\.\*", ".*"), name) is not None


def _patched(part: Part, patch: Any) -> Part:
    form = "json" if isinstance(patch, list) else "strategic"
    try:
        return replace(part, obj=apply_patch(form, part.obj, patch, _type_of(part.obj)))
    except ApiError as error:
        raise failure(f"patching {part.kind} {part.was}: {error.message}") from None


def _type_of(obj: Obj) -> Type:
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    try:
        return type_of(group, version, obj["kind"])
    except KeyError:
        return definition_type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")


def _namespace(parts: list[Part], said: Any, _: Read) -> list[Part]:
    path = ("metadata", "namespace")
    return [it if it.kind in _CLUSTER_WIDE else it.set(path, str(said)) for it in parts]


def _prefix(parts: list[Part], said: Any, _: Read) -> list[Part]:
    return [_renamed(part, f"{said}{part.name}") for part in parts]


def _suffix(parts: list[Part], said: Any, _: Read) -> list[Part]:
    return [_renamed(part, f"{part.name}{said}") for part in parts]


def _renamed(part: Part, name: str) -> Part:
    if part.kind in ("Namespace", "CustomResourceDefinition"):
        return part
    return part.set(("metadata", "name"), name)


def _labels(parts: list[Part], said: Any, _: Read) -> list[Part]:
    for entry in _entries(said, "labels"):
        pairs = _strings(entry.get("pairs"))
        selectors = bool(entry.get("includeSelectors"))
        inside = selectors or bool(entry.get("includeTemplates"))
        parts = [_labelled(part, pairs, inside, selectors) for part in parts]
    return parts


def _common_labels(parts: list[Part], said: Any, _: Read) -> list[Part]:
    return [_labelled(part, _strings(said), True, True) for part in parts]


def _labelled(part: Part, pairs: dict[str, str], inside: bool, selectors: bool) -> Part:
    part = _with(part, ("metadata", "labels"), pairs)
    for path in _TEMPLATES:
        if inside and isinstance(get_in(part.obj, *path), dict):
            part = _with(part, (*path, "metadata", "labels"), pairs)
    if selectors and part.kind == "Service" and get_in(part.obj, "spec", "selector"):
        return _with(part, ("spec", "selector"), pairs)
    if selectors and get_in(part.obj, "spec", "selector", "matchLabels"):
        return _with(part, ("spec", "selector", "matchLabels"), pairs)
    return part


def _common_annotations(parts: list[Part], said: Any, _: Read) -> list[Part]:
    return [_annotated(part, _strings(said)) for part in parts]


def _annotated(part: Part, pairs: dict[str, str]) -> Part:
    part = _with(part, ("metadata", "annotations"), pairs)
    for path in _TEMPLATES:
        if isinstance(get_in(part.obj, *path), dict):
            part = _with(part, (*path, "metadata", "annotations"), pairs)
    return part


def _with(part: Part, path: tuple[str, ...], pairs: dict[str, str]) -> Part:
    return part.set(path, {**(get_in(part.obj, *path) or {}), **pairs})


def _images(parts: list[Part], said: Any, _: Read) -> list[Part]:
    changes = {str(entry.get("name")): entry for entry in _entries(said, "images")}
    return [replace(part, obj=_with_images(part.obj, changes)) for part in parts]


def _with_images(value: Any, changes: Mapping[str, Obj]) -> Any:
    if isinstance(value, list):
        return [_with_images(item, changes) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _with_images(item, changes) for name, item in value.items()}
    if isinstance(found.get("image"), str) and "name" in found:
        found["image"] = _image(found["image"], changes)
    return found


def _image(image: str, changes: Mapping[str, Obj]) -> str:
    match = _IMAGE.fullmatch(image)
    change = changes.get(match["name"]) if match else None
    if match is None or change is None:
        return image
    rest = match["rest"]
    if change.get("digest"):
        rest = f"@{change['digest']}"
    elif change.get("newTag") is not None:
        rest = f":{change['newTag']}"
    return f"{change.get('newName') or match['name']}{rest}"


def _replicas(parts: list[Part], said: Any, _: Read) -> list[Part]:
    counts = {str(it.get("name")): it.get("count") for it in _entries(said, "replicas")}
    kinds = ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
    return [
        part.set(("spec", "replicas"), counts[part.was])
        if part.kind in kinds and part.was in counts
        else part
        for part in parts
    ]


STEPS: dict[str, Callable[[list[Part], Any, Read], list[Part]]] = {
    "patchesStrategicMerge": _patches,
    "patches": _patches,
    "namespace": _namespace,
    "namePrefix": _prefix,
    "nameSuffix": _suffix,
    "labels": _labels,
    "commonLabels": _common_labels,
    "commonAnnotations": _common_annotations,
    "replicas": _replicas,
    "images": _images,
}
"""The fields of a kustomization that change objects, in the order in which they do."""
