"""Request bodies in Kubernetes' protobuf encoding, read as the JSON objects that they stand for.

An envelope, ``k8s\\0`` and a ``runtime.Unknown``, names the type and holds its message. Typed
clients write zeros of fields that nobody set: what JSON's omitempty leaves out is left out.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import orjson

from k8slab.engine.api.errors import ApiError, bad_request
from k8slab.engine.api.schema import Type, definition_type, type_of
from k8slab.engine.base.objects import Obj

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\0"
DEPTH_MAX = 64
FIELDS_MAX = 100_000
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BYTES_MAX = 10
_DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"


class _Field(NamedTuple):
    """A field of a message: its JSON name, or the message that is embedded under its number."""

    name: str
    pointer: bool = False
    embedded: str = ""


class _Read(NamedTuple):
    """One field on the wire: ``value`` is an int for a varint, and bytes for anything else."""

    number: int
    value: int | bytes


def decode(body: bytes) -> Obj:
    """The object of an enveloped message, with its kind. ApiError 400 for what cannot be read."""
    if not body.startswith(MAGIC):
        raise _refusal("provided data does not appear to be a protobuf message, expected prefix")
    reader = _Reader()
    envelope = dict(reader.message(body[len(MAGIC) :]))
    named = dict(reader.message(_bytes(envelope.get(1, b""))))
    api_version, kind = _text(named.get(1, b"")), _text(named.get(2, b""))
    found = reader.struct(_type(api_version, kind), _bytes(envelope.get(2, b"")), 0)
    return {"apiVersion": api_version, "kind": kind, **found}


def _type(api_version: str, kind: str) -> Type:
    if kind == "DeleteOptions":
        return definition_type(_DELETE_OPTIONS)
    group, _, version = api_version.rpartition("/")
    try:
        found = type_of(group, version, kind)
    except KeyError:
        found = None
    if found is None or found.definition.removeprefix("io.k8s.") not in _messages():
        raise _refusal(f'no kind "{kind}" is registered for version "{api_version}"')
    return found


class _Reader:
    """Reads one body, which may hold no more than FIELDS_MAX fields, nor nest too deeply."""

    def __init__(self) -> None:
        self.fields_left = FIELDS_MAX

    def message(self, data: bytes) -> Iterator[_Read]:
        """The fields of a message in their order."""
        at = 0
        while at < len(data):
            self._count()
            tag, at = _varint(data, at)
            if tag & 7 == _VARINT:
                value, at = _varint(data, at)
                yield _Read(tag >> 3, value)
                continue
            size = {_FIXED64: 8, _FIXED32: 4}.get(tag & 7)
            if size is None:
                if tag & 7 != _BYTES:
                    raise _refusal(f"wire type {tag & 7} is not supported")
                size, at = _varint(data, at)
            if at + size > len(data):
                raise _refusal("unexpected EOF")
            yield _Read(tag >> 3, data[at : at + size])
            at += size

    def _count(self) -> None:
        self.fields_left -= 1
        if self.fields_left < 0:
            raise _refusal("too many fields")

    def struct(self, type_: Type, data: bytes, depth: int) -> Obj:
        """A message as an object."""
        found: Obj = {}
        self._into(found, type_, type_.definition.removeprefix("io.k8s."), data, depth)
        return found

    def _into(self, found: Obj, type_: Type, message: str, data: bytes, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise _refusal("exceeded max depth")
        fields = _messages().get(message, {})
        for number, value in self.message(data):
            field = fields.get(number)
            if field is None:
                raise _refusal(f"unknown field number {number} of {message.rpartition('.')[2]}")
            if field.embedded:
                self._into(found, type_, field.embedded, _bytes(value), depth + 1)
                continue
            own = type_.fields.get(field.name)
            if own is None:
                continue
            self._add(found, field, own, value, depth + 1)

    def _add(self, found: Obj, field: _Field, type_: Type, raw: int | bytes, depth: int) -> None:
        if type_.form == "list" and type_.item is not None:
            found.setdefault(field.name, []).extend(self._items(type_.item, raw, depth))
        elif type_.form == "map" and type_.item is not None:
            entry = dict(self.message(_bytes(raw)))
            value = self._value(type_.item, entry.get(2, _zero(type_.item)), depth)
            found.setdefault(field.name, {})[_text(entry.get(1, b""))] = value
        else:
            value = self._value(type_, raw, depth)
            if value is None:
                return
            if value or field.pointer or type_.form in ("struct", "quantity", "intstr", "any"):
                found[field.name] = value

    def _items(self, type_: Type, raw: int | bytes, depth: int) -> list[Any]:
        if type_.form in ("int32", "int64", "bool") and isinstance(raw, bytes):
            found, at = [], 0
            while at < len(raw):
                self._count()
                number, at = _varint(raw, at)
                found.append(self._value(type_, number, depth))
            return found
        return [self._value(type_, raw, depth)]

    def _value(self, type_: Type, raw: int | bytes, depth: int) -> Any:
        match type_.form:
            case "struct":
                return self.struct(type_, _bytes(raw), depth)
            case "list" if type_.item is not None:
                wrapped = self.message(_bytes(raw))
                return [self._value(type_.item, value, depth + 1) for _, value in wrapped]
            case "time" | "quantity" | "intstr" | "any":
                return _SPECIAL[type_.form](dict(self.message(_bytes(raw))), type_)
            case "string":
                return _text(raw)
            case "bytes":
                return b64encode(_bytes(raw)).decode()
            case "bool":
                return bool(_number(raw))
            case "int32" | "int64":
                return _number(raw)
        raise _refusal(f"{type_.name} cannot be read")


def _quantity(read: dict[int, int | bytes], _type: Type) -> str:
    return _text(read.get(1, b"")) or "0"


def _int_or_string(read: dict[int, int | bytes], _type: Type) -> int | str:
    return _text(read.get(3, b"")) if read.get(1) else _number(read.get(2, 0))


def _time(read: dict[int, int | bytes], type_: Type) -> str | None:
    if not read:
        return None
    try:
        moment = datetime.fromtimestamp(_number(read.get(1, 0)), UTC)
    except (ValueError, OverflowError, OSError):
        raise _refusal("time is out of range") from None
    if type_.name.endswith("MicroTime"):
        micros = _number(read.get(2, 0)) // 1000 % 1_000_000
        written = moment.replace(microsecond=micros).isoformat(timespec="microseconds")
    else:
        written = moment.isoformat(timespec="seconds")
    return written.replace("+00:00", "Z")


def _json(read: dict[int, int | bytes], _type: Type) -> Any:
    try:
        return orjson.loads(_bytes(read.get(1, b"")) or b"{}")
    except orjson.JSONDecodeError:
        raise _refusal("embedded JSON cannot be read") from None


_SPECIAL: dict[str, Callable[[dict[int, int | bytes], Type], Any]] = {
    "quantity": _quantity,
    "intstr": _int_or_string,
    "time": _time,
    "any": _json,
}


def _zero(type_: Type) -> int | bytes:
    return 0 if type_.form in ("int32", "int64", "bool") else b""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    for place in range(at, min(at + _VARINT_BYTES_MAX, len(data))):
        found |= (data[place] & 127) << shift
        if data[place] < 128:
            return found, place + 1
        shift += 7
    raise _refusal("unexpected EOF in a varint")


def _number(raw: int | bytes) -> int:
    """A signed number of 64 bits."""
    if isinstance(raw, bytes):
        raise _refusal("a number was expected")
    raw &= (1 << 64) - 1
    return raw - (1 << 64) if raw >> 63 else raw


def _bytes(raw: int | bytes) -> bytes:
    if isinstance(raw, int):
        raise _refusal("a message was expected")
    return raw


def _text(raw: int | bytes) -> str:
    try:
        return _bytes(raw).decode()
    except UnicodeDecodeError:
        raise _refusal("a string is not UTF-8") from None


def _refusal(why: str) -> ApiError:
    return bad_request(f"unable to decode the protobuf body of the request: {why}")


@cache
def _messages() -> dict[str, dict[int, _Field]]:
    text = resources.files(__package__).joinpath("data/protobuf.txt").read_text()
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {message: dict(_field(message, word) for word in words) for message, *words in lines}


def _field(message: str, word: str) -> tuple[int, _Field]:
    number, _, name = word.partition("=")
    if name.startswith("+"):
        package = message.rpartition(".")[0]
        return int(number), _Field("", embedded=f"{package}.{name[1:]}")
    return int(number), _Field(name.rstrip("*"), name.endswith("*"))
