"""kustomize, as far as a folder of plain overlays needs it (sigs.k8s.io/kustomize, v5.8).

Read are resources (files and folders), namespace, namePrefix and nameSuffix, labels, commonLabels,
commonAnnotations, images, replicas, patches (strategic and JSON 6902), and generators of
ConfigMaps and Secrets, whose names end in a hash of what is in them. Another field is refused.
"""

from __future__ import annotations

import hashlib
import posixpath
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from typing import Any

from k8slab.engine.base.objects import Obj, Objs

from .errors import failure
from .kustomize_steps import STEPS, Part, documents, mapping
from .printers.json_text import to_compact_json

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MAX_DEPTH = 10
_HASH = str.maketrans("013ae", "ghkmt")
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_KNOWN = frozenset({*STEPS, *_GENERATORS, "resources", "bases", "apiVersion", "kind",
                    "generatorOptions"})  # fmt: skip
_REFERENCES = {
    "ConfigMap": (("configMapRef", "name"), ("configMapKeyRef", "name"), ("configMap", "name")),
    "Secret": (("secretRef", "name"), ("secretKeyRef", "name"), ("secret", "secretName")),
    "ServiceAccount": (("serviceAccountName",),),
    "PersistentVolumeClaim": (("persistentVolumeClaim", "claimName"),),
    "Service": (("service", "name"), ("serviceName",)),
}
"""Where an object of a kind is named by others: the last steps of the path."""


def build(files: Mapping[str, str], folder: str) -> Objs:
    """The objects of a folder with a kustomization. Failure where there is none, or it is wrong."""
    parts = _build(files, folder, posixpath.normpath(folder), 0)
    return [part.obj for part in _named_for_good(parts)]


def _build(files: Mapping[str, str], shown: str, folder: str, depth: int) -> list[Part]:
    if depth > MAX_DEPTH:
        raise failure(f"cycle detected: {shown} includes itself")
    found = [name for name in NAMES if _join(folder, name) in files]
    if not any(name.startswith(f"{folder}/") for name in files) and folder != ".":
        raise failure(
            f"must build at directory: not a valid directory: evalsymlink failure on '{shown}' : "
            f"lstat {shown}: no such file or directory"
        )
    if not found:
        raise failure(
            "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in "
            f"directory '{shown}'"
        )
    read = documents(files[_join(folder, found[0])], found[0])
    says = mapping(read[0] if read else {}, found[0])
    unknown = sorted(set(says) - _KNOWN)
    if unknown:
        raise failure(f'invalid Kustomization: unknown field "{unknown[0]}"')
    parts: list[Part] = []
    for name in [*_list(says, "resources"), *_list(says, "bases")]:
        parts += _resource(files, folder, str(name), depth)
    for field, kind in _GENERATORS.items():
        for entry in _list(says, field):
            parts.append(_generated(files, folder, kind, mapping(entry, field), says))
    for field, step in STEPS.items():
        if field in says:
            parts = step(parts, says[field], partial(_text, files, folder))
    return parts


def _resource(files: Mapping[str, str], folder: str, name: str, depth: int) -> list[Part]:
    path = _join(folder, name)
    if path in files:
        return [_part(value, path) for value in documents(files[path], path)]
    if any(file.startswith(f"{path}/") for file in files):
        return _build(files, path, path, depth + 1)
    raise failure(
        f"accumulating resources: accumulation err='accumulating resources from '{name}': "
        f"open {path}: no such file or directory'"
    )


def _part(value: Any, path: str) -> Part:
    obj = mapping(value, path)
    metadata = mapping(obj.get("metadata") or {}, "metadata")
    if not obj.get("kind"):
        raise failure(f"invalid Kustomization: missing kind in {path}")
    return Part({**obj, "metadata": metadata}, str(metadata.get("name", "")))


def _generated(files: Mapping[str, str], folder: str, kind: str, entry: Obj, says: Obj) -> Part:
    """A ConfigMap or Secret of literals, files and envs."""
    data: dict[str, str] = {}
    for literal in _list(entry, "literals"):
        key, _, value = str(literal).partition("=")
        data[key] = value.strip("'\"")
    for name in _list(entry, "files"):
        key, sign, path = str(name).partition("=")
        data[key if sign else posixpath.basename(key)] = _text(files, folder, path or key)
    for name in _list(entry, "envs"):
        for line in _text(files, folder, str(name)).splitlines():
            key, sign, value = line.partition("=")
            if sign and not line.startswith("#"):
                data[key.strip()] = value
    obj: Obj = {"apiVersion": "v1", "kind": kind, "metadata": {"name": str(entry.get("name", ""))}}
    if kind == "Secret":
        data = {key: b64encode(value.encode()).decode() for key, value in data.items()}
        obj["type"] = entry.get("type") or "Opaque"
    options = {**(says.get("generatorOptions") or {}), **(entry.get("options") or {})}
    name = obj["metadata"]["name"]
    return Part({**obj, "data": data}, name, hashed=not options.get("disableNameSuffixHash"))


def _hash(obj: Obj) -> str:
    """Ten letters of what is in a ConfigMap or Secret (kustomize's hasher)."""
    said: Obj = {"data": obj.get("data") or {}, "kind": obj["kind"], "name": ""}
    if obj["kind"] == "Secret":
        said["type"] = obj.get("type", "")
    return hashlib.sha256(to_compact_json(said).encode()).hexdigest()[:10].translate(_HASH)


def _named_for_good(parts: list[Part]) -> list[Part]:
    """Hashes at the ends of names, and references that follow the names."""
    named = [
        Part(part.set(("metadata", "name"), f"{part.name}-{_hash(part.obj)}").obj, part.was)
        if part.hashed
        else part
        for part in parts
    ]
    follow = {
        (path, part.was): part.name
        for part in named
        if part.was != part.name
        for path in _REFERENCES.get(part.kind, ())
    }
    return [Part(_followed(part.obj, follow, ()), part.was) for part in named]


def _followed(value: Any, follow: Mapping[Any, str], path: tuple[str, ...]) -> Any:
    match value:
        case dict():
            return {name: _followed(it, follow, (*path, name)) for name, it in value.items()}
        case list():
            return [_followed(item, follow, path) for item in value]
        case str() if path[:1] != ("metadata",):
            return follow.get((path[-2:], value)) or follow.get((path[-1:], value)) or value
    return value


def _join(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _text(files: Mapping[str, str], folder: str, name: str) -> str:
    path = _join(folder, name)
    if path not in files:
        raise failure(f"open {path}: no such file or directory")
    return files[path]


def _list(says: Obj, field: str) -> list[Any]:
    value = says.get(field) or []
    if not isinstance(value, list):
        raise failure(f"invalid Kustomization: {field} must be a list")
    return value
