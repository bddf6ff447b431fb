"""Reading a JSON value from outside as an object of its kind (sigs.k8s.io/json, strict decoding).

Unknown fields, wrong types and malformed quantities are told in Go's own words; nulls are dropped.
Lists and maps that are empty stay until the object is checked, as Go keeps them; ``lean`` drops
them, so that what is stored is as Go would write it.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field
from typing import Any

from ..base.objects import Obj
from ..base.quantity import FORMAT_ERROR, stored
from ..base.times import parse_rfc3339
from .gotypes import EMBEDDED
from .kinds.base import Kind
from .schema import Type, definition_type, type_of

DEPTH_MAX = 64
_LIMITS = {"int32": 1 << 31, "int64": 1 << 63}
_HOLDERS = ("struct", "list", "map")
_INT32 = Type("int32", "int32")
_UNSUPPORTED = "the object provided is nested too deeply"


class DecodeError(ValueError):
    """A value that is not of its type; the text is Go's."""


@dataclass(slots=True)
class Decoded:
    """An object as read, and the paths of the fields that its kind does not have."""

    obj: Obj
    unknown: list[str] = field(default_factory=list)

    def strict_error(self) -> str:
        """``strict decoding error: unknown field "spec.replica"``, or "" where all is known."""
        if not self.unknown:
            return ""
        return "strict decoding error: " + ", ".join(
            f'unknown field "{path}"' for path in self.unknown
        )


def read_as(kind: Kind, value: Any) -> Decoded:
    """Read ``value`` as an object of a kind, built-in or custom; DecodeError where it can't be."""
    if kind.read is not None:
        return kind.read(value)
    return decode(value, kind.group, kind.version, kind.kind)


def read_metadata(value: Any) -> Decoded:
    """Read ``value`` as an object's metadata."""
    reader = _Reader()
    kind_type = definition_type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    obj = reader.struct(value, kind_type, "metadata", _Place("ObjectMeta", ""))
    if reader.error:
        raise DecodeError(reader.error)
    return Decoded(lean(obj, kind_type), reader.unknown)


def decode(value: Any, group: str, version: str, kind: str) -> Decoded:
    """Read ``value`` as an object of a kind; DecodeError where it can't be."""
    kind_type = type_of(group, version, kind)
    reader = _Reader()
    obj = reader.struct(value, kind_type, "", _Place(kind_type.struct, ""))
    if reader.error:
        raise DecodeError(reader.error)
    return Decoded(obj, reader.unknown)


def fault_of(value: Any, definition: str) -> str:
    """What is wrong with a value of a definition of the API, or ""."""
    reader = _Reader()
    kind_type = definition_type(definition)
    reader.struct(value, kind_type, "", _Place(kind_type.struct, ""))
    return reader.error


def read_scalar(value: Any, kind: Type) -> Any:
    """Read one value that holds no others; DecodeError where it is not of its type."""
    reader = _Reader()
    found = reader.scalar(value, kind, _Place("", ""))
    if reader.error:
        raise DecodeError(reader.error)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error is, as Go tells it: the innermost struct, and the names of fields so far."""

    struct: str
    path: str


class _Reader:
    """One walk over a value. Go keeps the first error and reads on; so does this."""

    def __init__(self) -> None:
        self.error = ""
        self.unknown: list[str] = []
        self.depth = 0

    def fail(self, text: str) -> None:
        self.error = self.error or text

    def mismatch(self, value: Any, kind: Type, at: _Place) -> None:
        where = f"Go struct field {at.struct}.{at.path}" if at.path else "Go value"
        self.fail(
            f"json: cannot unmarshal {_described(value, kind)} into {where} of type {kind.name}"
        )

    def value(self, value: Any, kind: Type, path: str, at: _Place) -> Any:
        match kind.form:
            case "struct":
                return self.struct(value, kind, path, at)
            case "list":
                return self.list(value, kind, path, at)
            case "map":
                return self.map(value, kind, path, at)
            case "any":
                check_depth(value, self.depth)
                return value
            case _:
                return self.scalar(value, kind, at)

    def struct(self, value: Any, kind: Type, path: str, at: _Place) -> Obj:
        if not isinstance(value, dict):
            self.mismatch(value, kind, at)
            return {}
        self._descend()
        found: Obj = {}
        fields, struct = kind.fields, kind.struct
        for name, child in value.items():
            child_type = fields.get(name)
            child_path = f"{path}.{name}" if path else name
            if child_type is None:
                self.unknown.append(child_path)
            elif child is not None:
                embedded = EMBEDDED.get((struct, name))
                step = f"{embedded}.{name}" if embedded else name
                place = _Place(struct, f"{at.path}.{step}" if at.path else step)
                read = self.value(child, child_type, child_path, place)
                if read or struct != "LabelSelector":  # is told without what is empty
                    found[name] = read
        self.depth -= 1
        return found

    def list(self, value: Any, kind: Type, path: str, at: _Place) -> list[Any]:
        if not isinstance(value, list) or kind.item is None:
            self.mismatch(value, kind, at)
            return []
        self._descend()
        item = kind.item
        found = [
            {"struct": {}, "list": [], "map": {}, "string": ""}.get(item.form)
            if child is None
            else self.value(child, item, f"{path}[{index}]", at)
            for index, child in enumerate(value)
        ]
        self.depth -= 1
        return found

    def map(self, value: Any, kind: Type, path: str, at: _Place) -> Obj:
        if not isinstance(value, dict) or kind.item is None:
            self.mismatch(value, kind, at)
            return {}
        self._descend()
        found = {
            name: _NULL.get(kind.item.form, "")
            if child is None
            else self.value(child, kind.item, f"{path}.{name}", at)
            for name, child in value.items()
        }
        self.depth -= 1
        return found

    def scalar(self, value: Any, kind: Type, at: _Place) -> Any:
        match kind.form:
            case "string":
                good = isinstance(value, str)
            case "bool":
                good = isinstance(value, bool)
            case "int32" | "int64":
                return self._integer(value, kind, at)
            case "float64":
                good = isinstance(value, int | float) and not isinstance(value, bool)
            case "bytes":
                return self._bytes(value, kind, at)
            case "quantity":
                return self._quantity(value)
            case "intstr":
                return self._int_or_string(value, at)
            case _:
                return self._time(value)
        if not good:
            self.mismatch(value, kind, at)
        return value

    def _integer(self, value: Any, kind: Type, at: _Place) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        limit = _LIMITS[kind.form]
        if type(value) is not int or not -limit <= value < limit:
            self.mismatch(value, kind, at)
            return 0
        return value

    def _bytes(self, value: Any, kind: Type, at: _Place) -> str:
        if not isinstance(value, str):
            self.mismatch(value, kind, at)
            return ""
        fault = _base64_fault(value)
        if fault is not None:
            self.fail(f"illegal base64 data at input byte {fault}")
        return value

    def _quantity(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(FORMAT_ERROR)
            return "0"
        try:
            return stored(str(value))
        except ValueError as error:
            self.fail(str(error))
            return "0"

    def _int_or_string(self, value: Any, at: _Place) -> int | str:
        return value if isinstance(value, str) else self._integer(value, _INT32, at)

    def _time(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.mismatch(value, Type("string", "string"), _Place("", ""))
            return value
        try:
            parse_rfc3339(value)
        except ValueError:
            self.fail(
                f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": '
                f'cannot parse "{value}" as "2006"'
            )
        return value

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise DecodeError(_UNSUPPORTED)


def lean(value: Any, kind: Type, beside: Any = None) -> Any:
    """``value`` less the fields that are empty lists and maps; itself where it has none.

    Those stay that are not empty ``beside`` it: what has been emptied is told as emptied.
    """
    match kind.form:
        case "struct" if isinstance(value, dict):
            return _lean_fields(value, kind, beside if isinstance(beside, dict) else {})
        case "list" if isinstance(value, list) and kind.item is not None:
            others = beside if isinstance(beside, list) else []
            item = kind.item
            new = [
                lean(it, item, others[index] if index < len(others) else None)
                for index, it in enumerate(value)
            ]
            return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
        case "map" if isinstance(value, dict) and kind.item is not None:
            return _lean_items(value, kind.item, beside if isinstance(beside, dict) else {})
        case _:
            return value


def _lean_items(value: Obj, item: Type, beside: Obj) -> Obj:
    new = {name: lean(it, item, beside.get(name)) for name, it in value.items()}
    return new if any(new[name] is not value[name] for name in new) else value


def _lean_fields(value: Obj, kind: Type, beside: Obj) -> Obj:
    new = {}
    for name, child in value.items():
        field_type = kind.fields.get(name)
        if field_type is None or field_type.form not in _HOLDERS:
            new[name] = child
        elif child or child is None or field_type.form == "struct" or beside.get(name):
            new[name] = lean(child, field_type, beside.get(name))
    same = len(new) == len(value) and all(new[name] is value[name] for name in new)
    return value if same else new


def check_depth(value: Any, depth: int = 0) -> None:
    """DecodeError for a value nested too deeply: what is stored must be writable as JSON."""
    level = [value]
    for _ in range(depth, DEPTH_MAX):
        level = [
            child
            for it in level
            if isinstance(it, dict | list)
            for child in (it.values() if isinstance(it, dict) else it)
        ]
    if level:
        raise DecodeError(_UNSUPPORTED)


def described(value: Any) -> str:
    """What Go calls a JSON value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "array" if isinstance(value, list) else "object"


def _described(value: Any, kind: Type) -> str:
    """What Go calls a JSON value; a number that does not fit an integer is named itself."""
    what = described(value)
    return f"number {value}" if what == "number" and kind.form in _LIMITS else what


_NULL = {"quantity": "0"}
"""What null is read as in a map, where it is not an empty text."""


def _base64_fault(text: str) -> int | None:
    """The index at which Go's base64 decoder stops, or None where all is well."""
    try:
        binascii.a2b_base64(text, strict_mode=True)
        return None
    except ValueError:
        pass
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for index, letter in enumerate(text):
        if letter not in alphabet and letter not in "\r\n":
            return index
    return len(text) // 4 * 4
