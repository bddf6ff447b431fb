"""Protobuf bodies: what is written is read, and broken ones are refused in bounded time."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from k8slab.engine.api import schema
from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.schema import Type, type_of
from k8slab.engine.base.objects import Obj
from k8slab.kubeapi import protobuf
from k8slab.kubeapi.protobuf import MAGIC
from k8slab.kubectl.yaml_reader import read_documents
from tests.api.test_real_server import load, manifest_of
from tests.bounds import little_work
from tests.manifests.shelf import LIBRARY


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    if number < 128:
        return bytes([number])
    return bytes([number & 127 | 128]) + varint(number >> 7)


def block(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def enveloped(api_version: str, kind: str, raw: bytes) -> bytes:
    named = block(1, api_version.encode()) + block(2, kind.encode())
    return MAGIC + block(1, named) + block(2, raw)


def written(obj: Obj) -> bytes:
    """An object as a typed client sends it."""
    group, _, version = obj["apiVersion"].rpartition("/")
    raw = _struct(type_of(group, version, obj["kind"]), obj)
    return enveloped(obj["apiVersion"], obj["kind"], raw)


def _struct(type_: Type, obj: Obj) -> bytes:
    return b"".join(_fields(type_, _message(type_), obj))


def _fields(type_: Type, message: str, obj: Obj) -> Iterator[bytes]:
    for number, field in protobuf._messages()[message].items():
        if field.embedded:
            yield block(number, b"".join(_fields(type_, field.embedded, obj)))
        elif field.name in obj:
            own = type_.fields[field.name]
            value = obj[field.name]
            if own.form == "list":
                yield from (_value(number, own.item, item) for item in value)
            elif own.form == "map":
                for key, item in value.items():
                    yield block(number, block(1, key.encode()) + _value(2, own.item, item))
            else:
                yield _value(number, own, value)


def _value(number: int, type_: Type | None, value: Any) -> bytes:
    assert type_ is not None
    match type_.form:
        case "struct":
            return block(number, _struct(type_, value))
        case "string":
            return block(number, value.encode())
        case "bytes":
            return block(number, b64decode(value))
        case "quantity":
            return block(number, block(1, str(value).encode()))
        case "time":
            seconds = int(datetime.fromisoformat(value).timestamp())
            return block(number, varint(1 << 3) + varint(seconds))
        case "intstr" if isinstance(value, str):
            return block(number, varint(1 << 3) + varint(1) + block(3, value.encode()))
        case "intstr":
            return block(number, varint(2 << 3) + varint(value))
    return varint(number << 3) + varint(int(value))


def objects() -> list[Obj]:
    """The library's manifests and the recorded ones, as far as their kinds have messages."""
    texts = [path.read_text() for path in sorted(LIBRARY.glob("*.yaml"))]
    found = []
    every = [document.value for document in read_documents("\n---\n".join(texts))]
    for obj in every + [manifest_of(case) for case in load("defaults")]:
        group, _, version = obj["apiVersion"].rpartition("/")
        known = (group, version, obj["kind"]) in schema.names()
        if (
            known
            and obj.get("spec", {}) is not None
            and _message(type_of(group, version, obj["kind"]))
        ):
            found.append(obj)
    return found


def _message(type_: Type) -> str:
    name = type_.definition.removeprefix("io.k8s.")
    return name if name in protobuf._messages() else ""


def test_what_is_written_is_read() -> None:
    """Each manifest of the library, over the wire and back."""
    found = objects()
    assert len(found) >= 45
    for obj in found:
        assert protobuf.decode(written(obj)) == _unset(obj), obj["metadata"]["name"]


ZEROS = (("initialDelaySeconds", 0), ("lun", 0), ("overhead", {}))


def _unset(value: Any) -> Any:
    """Without what a typed client cannot tell from what nobody set."""
    if isinstance(value, list):
        return [_unset(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _unset(item) for name, item in value.items() if (name, item) not in ZEROS}


def test_unset_fields_stay_unset() -> None:
    """What Go writes of a zero is left out, where no pointer tells that it was meant."""
    metadata = block(1, b"web") + block(8, b"") + block(3, b"")
    spec = varint(1 << 3) + varint(0) + varint(5 << 3) + varint(0)
    read = protobuf.decode(enveloped("apps/v1", "Deployment", block(1, metadata) + block(2, spec)))
    assert read["metadata"] == {"name": "web"}
    assert read["spec"] == {"replicas": 0}


BROKEN = {
    "no prefix": b"{}",
    "an unknown kind": enveloped("v1", "Nothing", b""),
    "an unknown field": enveloped("v1", "ConfigMap", block(99, b"")),
    "a number for a text": enveloped("v1", "ConfigMap", block(1, varint(1 << 3) + varint(7))),
    "a length past the end": enveloped("v1", "ConfigMap", varint(1 << 3 | 2) + varint(1 << 60)),
    "a varint without end": MAGIC + b"\xff" * 40,
    "a group": enveloped("v1", "ConfigMap", varint(1 << 3 | 3)),
    "a text that is not UTF-8": enveloped("v1", "ConfigMap", block(1, block(1, b"\xff"))),
    "a time out of range": enveloped(
        "v1", "ConfigMap", block(1, block(8, varint(1 << 3) + varint(1 << 62)))
    ),
    "too many fields": enveloped("v1", "ConfigMap", block(1, b"") * (protobuf.FIELDS_MAX + 1)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bodies_are_refused(name: str) -> None:
    with pytest.raises(ApiError) as refused:
        protobuf.decode(BROKEN[name])
    assert refused.value.code == 400
    assert refused.value.message.startswith("unable to decode the protobuf body of the request: ")


def test_mutated_bodies_are_read_or_refused() -> None:
    """Bytes flipped, cut, doubled and inserted: an object or a 400, at once."""
    chance = random.Random(20)
    bodies = [written(obj) for obj in objects()]
    for _ in range(3000):
        body = bytearray(chance.choice(bodies))
        for _ in range(chance.randint(1, 6)):
            mutate(chance, body)
        with little_work(1):
            try:
                protobuf.decode(bytes(body))
            except ApiError as refused:
                assert refused.code == 400


def mutate(chance: random.Random, body: bytearray) -> None:
    at = chance.randrange(len(MAGIC), len(body))
    match chance.randrange(4):
        case 0:
            body[at] = chance.randrange(256)
        case 1 if len(body) > 20:
            del body[at : at + chance.randint(1, 8)]
        case 2:
            body[at:at] = body[at : at + chance.randint(1, 40)]
        case _:
            body[at] ^= 1 << chance.randrange(8)
