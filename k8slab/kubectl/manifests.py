"""Manifests from the learner's files: ``-f file``, ``-f folder``, ``-f -``. No disk, no network."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, set_in

from . import kustomize
from .errors import Failure, failure
from .printers.json_text import to_compact_json
from .session import Session
from .yaml_reader import JsonError, YamlError, stream

_TYPED = ("apiVersion", "kind")
_HERE = ("127.0.0.1", "localhost")  # where nothing listens
_EXTENSIONS = (".json", ".yaml", ".yml")
_HINT = "if you choose to ignore these errors, turn validation off with --validate=false"


@dataclass(frozen=True, slots=True)
class Manifest:
    """An object read from a file. ``source`` is the file's name in errors: web.yaml, STDIN."""

    kind: Kind
    obj: Obj
    source: str

    @property
    def name(self) -> str:
        """``metadata.name``, or "" where a name is to be generated."""
        return str(self.obj["metadata"].get("name", ""))

    @property
    def namespace(self) -> str:
        """``metadata.namespace`` (filled in from the context), "" for a cluster-wide kind."""
        return str(self.obj["metadata"].get("namespace", ""))


def stored(session: Session, manifest: Manifest) -> Obj | None:
    """The object that a manifest names as it is stored, or None; Failure where it names none."""
    if not manifest.name:
        raise failure("resource name may not be empty")
    return session.find(manifest.kind, manifest.namespace, manifest.name)


class Misplaced(Failure):
    """An object of another namespace than the one that was asked for. It is told of first."""


class Skipped(Failure):
    """An object is not usable here; those after it in its file may be."""

    def __init__(self, message: str) -> None:
        super().__init__(f"error: {message}", plain=message)


def read(
    session: Session,
    filenames: Iterable[str],
    *,
    recursive: bool,
    namespace_given: bool,
    local: bool = False,
    validates: bool = True,
) -> Iterator[Manifest | Failure]:
    """All objects of the named files, in order, and what is wrong with the rest where it stands.

    Objects without a namespace get the session's; with ``namespace_given`` (``-n``) another
    namespace in the file is refused. What cannot be read ends its file, no more. ``local`` leaves
    objects as they are in the file; ``validates`` is False where kubectl asks for no validation.
    Failure is raised for a file that is not there (cli-runtime resource.Builder).
    """
    texts = [each for name in filenames for each in _texts(session, name, recursive)]
    for source, text in texts:
        try:
            for value in _values(source, text):
                try:
                    found = _manifest(session, source, value, validates=validates)
                    yield found if local else _placed(session, found, namespace_given)
                except (Skipped, Misplaced) as refused:
                    yield refused
        except Failure as refused:
            yield refused


def load_built(session: Session, folder: str, *, namespace_given: bool) -> list[Manifest]:
    """The objects that a folder's kustomization makes."""
    return [
        _placed(session, _manifest(session, folder, value, validates=False), namespace_given)
        for value in kustomize.build(session.files, folder)
    ]


def _texts(session: Session, filename: str, recursive: bool) -> list[tuple[str, str]]:
    if filename == "-":
        return [("STDIN", session.stdin)]
    if filename.startswith(("http://", "https://")):
        place = urlsplit(filename).netloc
        if place.partition(":")[0] in _HERE:
            raise Failure(
                f"The connection to the server {place} was refused - did you specify the right host"
                " or port?"
            )
        raise failure(f'unable to read URL "{filename}": this cluster has no way out')
    path = posixpath.normpath(filename) if filename else filename
    if path not in session.files and re.search(r"[*?[]", filename):
        matching = sorted(name for name in session.files if _fits(name, path))
        if matching:
            return [(name, session.files[name]) for name in matching]
    if path in session.files and not filename.endswith("/"):
        return [(filename, session.files[path])]
    prefix = "" if path == "." else path + "/"
    inside = sorted(name for name in session.files if name.startswith(prefix))
    if not inside or path.startswith(("/", "..")):
        raise failure(f'the path "{filename}" does not exist')
    return [
        (name, session.files[name])
        for name in inside
        if name.endswith(_EXTENSIONS) and (recursive or "/" not in name[len(prefix) :])
    ]


def _fits(name: str, pattern: str) -> bool:
    """Go's filepath.Match: ``*`` stays within a folder."""
    steps, wanted = name.split("/"), pattern.split("/")
    return len(steps) == len(wanted) and all(map(fnmatchcase, steps, wanted))


def _values(source: str, text: str) -> Iterator[Any]:
    try:
        for document in stream(text):
            value = document.value
            if isinstance(value, dict) and isinstance(value.get("items"), list) and _is_list(value):
                yield from (_item(value, item) for item in value["items"])
            else:
                yield value
    except JsonError as error:
        raise failure(f"error parsing {source}: {error}") from None
    except YamlError as error:
        raise failure(f"error parsing {source}: error converting YAML to JSON: {error}") from None


def _item(value: Obj, item: Any) -> Any:
    """An item of a list; one of a ConfigMapList need not say what it is."""
    kind = value["kind"].removesuffix("List")
    if not kind or not isinstance(item, dict):
        return item
    return {"apiVersion": value.get("apiVersion"), "kind": kind, **item}


def _is_list(value: Obj) -> bool:
    return isinstance(value.get("kind"), str) and value["kind"].endswith("List")


def _manifest(session: Session, source: str, value: Any, *, validates: bool) -> Manifest:
    if not isinstance(value, dict):
        raise _not_valid(source, "invalid object to validate")
    missing = [f"{name} not set" for name in _TYPED if not value.get(name)]
    missing += [
        f"{name} isn't string type"
        for name in _TYPED
        if value.get(name) and not isinstance(value[name], str)
    ]
    if missing and validates:
        raise _not_valid(source, missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]")
    if not value.get("kind"):
        text = to_compact_json(value)
        raise Skipped(f"unable to decode \"{source}\": Object 'Kind' is missing in '{text}'")
    value = {"apiVersion": "", **value}
    _check_metadata(source, value)
    metadata = value.get("metadata") or {}
    value = {**value, "metadata": metadata}
    kind = _kind_of(session, value)
    if kind is None:
        raise Skipped(
            f'resource mapping not found for name: "{metadata.get("name", "")}" namespace: '
            f'"{metadata.get("namespace", "")}" from "{source}": no matches for kind '
            f'"{value["kind"]}" in version "{value["apiVersion"]}"\nensure CRDs are installed first'
        )
    return Manifest(kind, value, source)


def _kind_of(session: Session, value: Obj) -> Kind | None:
    """The kind that is meant; client-go's mapper knows its name in small letters, too."""
    version, said = value["apiVersion"], value["kind"]
    found = session.discovery.served(version, said)
    if found is not None or said != said.lower():
        return found
    kinds = session.discovery.kinds
    return next((it for it in kinds if (it.api_version, it.kind.lower()) == (version, said)), None)


def _not_valid(source: str, why: str) -> Failure:
    return failure(f'error validating "{source}": error validating data: {why}; {_HINT}')


def _placed(session: Session, manifest: Manifest, namespace_given: bool) -> Manifest:
    """The manifest in its namespace: the file's own, or the session's."""
    if not manifest.kind.namespaced:
        return manifest
    own = manifest.obj["metadata"].get("namespace")
    if own and namespace_given and own != session.namespace:
        why = (
            f'the namespace from the provided object "{own}" does not match the namespace '
            f"\"{session.namespace}\". You must pass '--namespace={own}' to perform this operation."
        )
        raise Misplaced(f"error: {why}", plain=why)
    if own:
        return manifest
    return replace(manifest, obj=set_in(manifest.obj, ("metadata", "namespace"), session.namespace))


def _check_metadata(source: str, value: Obj) -> None:
    """kubectl itself decodes metadata, so a wrong type there is its own error."""
    metadata = value.get("metadata")
    for name in ("apiVersion", "kind"):
        _check_string(source, value[name], f"PartialObjectMetadata.{name}")
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        raise _undecodable(source, metadata, "metadataOnlyObject.metadata", "v1.ObjectMeta")
    for name in ("name", "namespace", "generateName"):
        if metadata.get(name) is not None:
            _check_string(source, metadata[name], f"ObjectMeta.metadata.{name}")
    for name in ("labels", "annotations"):
        mapping = metadata.get(name)
        if mapping is None:
            continue
        if not isinstance(mapping, dict):
            where = f"ObjectMeta.metadata.{name}"
            raise _undecodable(source, mapping, where, "map[string]string")
        for text in mapping.values():
            if text is not None:
                _check_string(source, text, f"ObjectMeta.metadata.{name}")


def _check_string(source: str, value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise _undecodable(source, value, where, "string")


def _undecodable(source: str, value: Any, where: str, wanted: str) -> Failure:
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}
    return failure(
        f'unable to decode "{source}": json: cannot unmarshal {names.get(type(value), "object")} '
        f"into Go struct field {where} of type {wanted}"
    )
