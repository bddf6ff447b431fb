"""What etcd holds of an object: its path and its bytes, as ``etcdctl get`` would print them.

Objects are stored as they are (JSON here, where the real server writes protobuf); Secrets too,
unless encryption at rest was on when they were last written (apiserver EncryptionConfiguration:
what was there before stays plain until it is written anew). The note is [[version, on], ...].
"""

from __future__ import annotations

import base64

import orjson

from .api.discovery import BUILT_IN
from .api.errors import ApiError
from .api.preconditions import registry_path
from .base.chance import digest
from .base.objects import Key
from .control import World

OWNER = "encryption"
_KEY = Key("Encryption", "", "secrets")
_PREFIX = "k8s:enc:aescbc:v1:key1:"


def encrypt_secrets(world: World, on: bool) -> None:
    """From now on Secrets are written encrypted, or no longer."""
    switched = world.note(OWNER, _KEY, [])
    world.set_note(OWNER, _KEY, [*switched, [world.store.version, on]])


def is_encrypted(world: World, key: Key) -> bool:
    """Whether the stored form of an object is ciphertext."""
    found = world.store.get(key)
    if found is None or key.kind != "Secret":
        return False
    written = int(found["metadata"]["resourceVersion"])
    before = [on for version, on in world.note(OWNER, _KEY, []) if version < written]
    return bool(before and before[-1])


def path_of(key: Key) -> str:
    """``/registry/secrets/default/db``: where etcd has an object."""
    try:
        plural = BUILT_IN.named(key.kind).plural
    except ApiError:
        plural = f"{key.kind.lower()}s"
    return registry_path(key.kind, plural, key.namespace, key.name)


def value_of(world: World, key: Key) -> str:
    """The stored text of an object ("" where there is none): JSON, or what hides it."""
    found = world.store.get(key)
    if found is None:
        return ""
    plain = orjson.dumps(found)
    if not is_encrypted(world, key):
        return plain.decode()
    version = found["metadata"]["resourceVersion"]
    blocks = (digest(world.seed, "aescbc", *key, version, at) for at in range(len(plain) // 8 + 2))
    cipher = b"".join(block.to_bytes(8, "big") for block in blocks)
    return _PREFIX + base64.b64encode(cipher).decode()
