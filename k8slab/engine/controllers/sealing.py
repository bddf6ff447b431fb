"""The seal of Sealed Secrets: what ``kubeseal`` closes and only the cluster's controller opens.

The real thing encrypts with RSA-OAEP and AES-GCM under the controller's public key. This one uses
what the standard library has: a stream of HMAC-SHA256 blocks, and a tag over scope and ciphertext
(encrypt, then authenticate), under a key that is derived from the cluster's seed. So it is
symmetric and deterministic, good for learning and not for keeping secrets; but it does really hide
the value, and really fails to open with a bit changed, in another cluster, or under another name
or namespace ("strict" scope: the label is ``namespace/name``).
"""

from __future__ import annotations

import base64
import binascii
import hmac

NONCE_BYTES = 16
TAG_BYTES = 32


def seal(seed: int, namespace: str, name: str, key: str, value: bytes) -> str:
    """One value of a Secret as it stands in ``encryptedData``, in base64."""
    master, label = _master(seed), _label(namespace, name, key)
    nonce = _mac(master, b"nonce", label, value)[:NONCE_BYTES]
    hidden = _stream(master, nonce, value)
    tag = _mac(master, b"tag", label, nonce, hidden)
    return base64.b64encode(nonce + tag + hidden).decode()


def unseal(seed: int, namespace: str, name: str, key: str, sealed: str) -> bytes | None:
    """What was sealed; None if it was sealed elsewhere, for another name, or was changed."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) < NONCE_BYTES + TAG_BYTES:
        return None
    master, label = _master(seed), _label(namespace, name, key)
    nonce, hidden = raw[:NONCE_BYTES], raw[NONCE_BYTES + TAG_BYTES :]
    tag = raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    if not hmac.compare_digest(tag, _mac(master, b"tag", label, nonce, hidden)):
        return None
    return _stream(master, nonce, hidden)


def _label(namespace: str, name: str, key: str) -> bytes:
    return f"{namespace}/{name}/{key}".encode()


def _master(seed: int) -> bytes:
    return hmac.digest(b"sealed-secrets", str(seed).encode(), "sha256")


def _mac(master: bytes, *parts: bytes) -> bytes:
    """A MAC over parts, each with its length, so that no two lists of parts are one text."""
    text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(master, text, "sha256")


def _stream(master: bytes, nonce: bytes, value: bytes) -> bytes:
    blocks = range(0, len(value), 32)
    stream = b"".join(_mac(master, b"stream", nonce, at.to_bytes(4, "big")) for at in blocks)
    return bytes(one ^ other for one, other in zip(value, stream, strict=False))
