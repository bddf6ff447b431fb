"""Stateless chance: a keyed hash in place of a generator.

A draw is named by where it happens (``chance(seed, "web", 3)``), so there is no generator state to
save and adding a controller never changes another's draws.
"""

from __future__ import annotations

from hashlib import blake2b

_SAFE = "bcdfghjklmnpqrstvwxz2456789"  # apimachinery's rand.SafeEncodeString alphabet
_SPAN = float(1 << 64)


def digest(seed: int, *where: object) -> int:
    """64 bits that depend only on the seed and on ``where``."""
    text = "\x1f".join(map(str, where)).encode()
    key = (seed & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
    return int.from_bytes(blake2b(text, digest_size=8, key=key).digest(), "little")


def chance(seed: int, *where: object) -> float:
    """A number in [0, 1)."""
    return digest(seed, *where) / _SPAN


def between(seed: int, low: int, high: int, *where: object) -> int:
    """An integer in [low, high]."""
    return low + digest(seed, *where) % (high - low + 1)


def suffix(seed: int, length: int, *where: object) -> str:
    """A name suffix such as ``x7k2p``, in the alphabet that Kubernetes uses."""
    bits = digest(seed, *where)
    letters = []
    for _ in range(length):
        bits, index = divmod(bits, len(_SAFE))
        letters.append(_SAFE[index])
    return "".join(letters)


def uid(seed: int, *where: object) -> str:
    """A UUID (version 4 in form) that depends only on the seed and on ``where``."""
    text = "\x1f".join(map(str, where)).encode()
    raw = bytearray(
        blake2b(text, digest_size=16, key=seed.to_bytes(8, "little", signed=True)).digest()
    )
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    hexes = raw.hex()
    return f"{hexes[:8]}-{hexes[8:12]}-{hexes[12:16]}-{hexes[16:20]}-{hexes[20:]}"


def safe_hash(text: str, *where: object) -> str:
    """32 bits of ``text`` in figures of the safe alphabet, as template hashes are written."""
    number = str(digest(0, text, *where) & 0xFFFFFFFF)
    return "".join(_SAFE[ord(figure) % len(_SAFE)] for figure in number)
