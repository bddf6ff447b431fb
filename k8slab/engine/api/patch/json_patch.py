"""JSON patch (RFC 6902), as lax as the API server's library (evanphx/json-patch v4).

``replace`` of a missing key of an object adds it, and -1 counts from a list's end. Whatever goes
wrong in an operation is told to the client in the same few words.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from ...base.objects import Obj
from ..decode import described
from ..errors import ApiError, bad_request

OPERATIONS_MAX = 10_000
COPIED_BYTES_MAX = 3 << 20
"""The API server's limit for all that a patch copies (as much as a request may hold)."""
DEPTH_MAX = 64
_INDEX = re.compile(r"-?\d{1,9}")


def json_patch(obj: Obj, patch: Any) -> Obj:
    """``obj`` after all operations of ``patch``. Raises ApiError 400 (no patch), 413, 422.

    Copies that double and moves into each other would grow without bound: both have an end.
    """
    if patch is None:
        return obj
    if fault := _misread(patch):
        raise bad_request(f"error decoding patch: json: cannot unmarshal {fault}")
    if len(patch) > OPERATIONS_MAX:
        message = (
            f"The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {len(patch)}"
        )
        raise ApiError(413, "RequestEntityTooLarge", message)
    result: Any = obj
    copied = 0
    for step in patch:
        if step.get("op") == "copy":
            copied += _size(_find(result, _steps(step.get("from"))))
            if copied > COPIED_BYTES_MAX:
                raise _refused()
        result = _apply(result, step)
    if not isinstance(result, dict):
        raise _refused()
    _size(result)
    return result


def _misread(patch: Any) -> str:
    """What Go says of a patch that is no list of operations, or ""."""
    if not isinstance(patch, list):
        return f"{described(patch)} into Go value of type []handlers.jsonPatchOp"
    for step in patch:
        if not isinstance(step, dict):
            return f"{described(step)} into Go value of type handlers.jsonPatchOp"
        for name in ("op", "from", "path"):
            if not isinstance(step.get(name) or "", str):
                said = described(step[name])
                return f"{said} into Go struct field jsonPatchOp.{name} of type string"
    return ""


def _refused() -> ApiError:
    return ApiError(
        422, "Invalid", "the server rejected our request due to an error in our request"
    )


def _apply(obj: Any, step: Obj) -> Any:
    path = _steps(step.get("path"))
    match step.get("op"):
        case "add":
            return _add(obj, path, step.get("value"))
        case "replace":
            return _replace(obj, path, step.get("value"))
        case "remove":
            return _remove(obj, path)
        case "test":
            if _find(obj, path, missing=None) != step.get("value"):
                raise _refused()
            return obj
        case "copy":
            return _add(obj, path, _find(obj, _steps(step.get("from"))))
        case "move":
            source = _steps(step.get("from"))
            return _add(_remove(obj, source), path, _find(obj, source))
        case _:
            raise _refused()


def _size(value: Any) -> int:
    """Bytes of the value as JSON; what is nested too deeply for that is refused."""
    try:
        return len(orjson.dumps(value))
    except orjson.JSONEncodeError:
        raise _refused() from None


def _steps(path: Any) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise _refused()
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    if len(steps) > DEPTH_MAX:
        raise bad_request("error decoding patch: the path is nested too deeply")
    return steps


_NOTHING: Any = object()


def _find(obj: Any, path: list[str], missing: Any = _NOTHING) -> Any:
    for step in path:
        if isinstance(obj, dict) and step in obj:
            obj = obj[step]
        elif isinstance(obj, list):
            obj = obj[_index(obj, step, len(obj) - 1)]
        elif missing is _NOTHING:
            raise _refused()
        else:
            return missing
    return obj


def _index(items: list[Any], step: str, last: int) -> int:
    if not _INDEX.fullmatch(step):
        raise _refused()
    index = int(step)
    if index < 0:
        index += last + 1
    if not 0 <= index <= last:
        raise _refused()
    return index


def _at(obj: Any, path: list[str], change: Any) -> Any:
    """``obj`` with ``change(parent, last step)`` in place of the parent of ``path``."""
    if not path:
        raise _refused()
    head, *rest = path
    if not rest:
        return change(obj, head)
    if isinstance(obj, dict) and head in obj:
        return {**obj, head: _at(obj[head], rest, change)}
    if isinstance(obj, list):
        index = _index(obj, head, len(obj) - 1)
        return [*obj[:index], _at(obj[index], rest, change), *obj[index + 1 :]]
    raise _refused()


def _add(obj: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value

    def change(parent: Any, step: str) -> Any:
        if isinstance(parent, dict):
            return {**parent, step: value}
        if not isinstance(parent, list):
            raise _refused()
        index = len(parent) if step == "-" else _index(parent, step, len(parent))
        return [*parent[:index], value, *parent[index:]]

    return _at(obj, path, change)


def _replace(obj: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value

    def change(parent: Any, step: str) -> Any:
        if isinstance(parent, dict):
            return {**parent, step: value}
        if not isinstance(parent, list):
            raise _refused()
        index = _index(parent, step, len(parent) - 1)
        return [*parent[:index], value, *parent[index + 1 :]]

    return _at(obj, path, change)


def _remove(obj: Any, path: list[str]) -> Any:
    def change(parent: Any, step: str) -> Any:
        if isinstance(parent, dict) and step in parent:
            return {name: child for name, child in parent.items() if name != step}
        if not isinstance(parent, list):
            raise _refused()
        index = _index(parent, step, len(parent) - 1)
        return [*parent[:index], *parent[index + 1 :]]

    return _at(obj, path, change)
