"""JSON values as few bytes: zstd with a dictionary, the text of a cluster like any other.

What is packed can be read as long as ``packing.sample.json`` is the one that it was packed with:
whoever makes it anew (tools/make_packing_sample) gives ``cluster.FORMAT`` the next number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import zstandard

LEVEL = 6
SAMPLE = Path(__file__).parent / "packing.sample.json"
_DICTIONARY = zstandard.ZstdCompressionDict(
    SAMPLE.read_bytes(), dict_type=zstandard.DICT_TYPE_RAWCONTENT
)
_DICTIONARY.precompute_compress(level=LEVEL)


def pack(value: Any) -> bytes:
    """A JSON value as bytes."""
    packer = zstandard.ZstdCompressor(dict_data=_DICTIONARY, write_checksum=True)
    return packer.compress(text(value))


def text(value: Any) -> bytes:
    """A JSON value as it is before it is packed."""
    return orjson.dumps(value)


def unpack(packed: bytes) -> Any:
    """What was packed; ValueError where that is not to be read."""
    try:
        text = zstandard.ZstdDecompressor(dict_data=_DICTIONARY).decompress(packed)
        return orjson.loads(text)
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise ValueError(f"not packed here: {error}") from error
