"""SPDY/3.1 as kubectl's port-forward speaks it."""

from __future__ import annotations

import zlib

import pytest

from k8slab.kubeapi.spdy import DICTIONARY, Broken, Data, Event, Opened, Reset, Session


def control(kind: int, body: bytes, flags: int = 0) -> bytes:
    head = (0x80030000 | kind).to_bytes(4, "big") + bytes([flags])
    return head + len(body).to_bytes(3, "big") + body


def opening(stream: int, headers: dict[str, str]) -> bytes:
    """A SYN_STREAM of a client that has just connected."""
    text = len(headers).to_bytes(4, "big")
    for word in (word for pair in headers.items() for word in pair):
        text += len(word).to_bytes(4, "big") + word.encode()
    deflate = zlib.compressobj(zdict=DICTIONARY)
    block = deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return control(1, stream.to_bytes(4, "big") + bytes(6) + block)


def test_the_dictionary_is_that_of_the_specification() -> None:
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_frames_come_in_pieces_of_any_size(size: int) -> None:
    data = (1).to_bytes(4, "big") + b"\x01" + (5).to_bytes(3, "big") + b"hello"
    wire = opening(1, {"StreamType": "data", "port": "80"}) + data + control(3, bytes([0, 0, 0, 1]))
    session = Session()
    events: list[Event] = []
    for place in range(0, len(wire), size):
        events += session.feed(wire[place : place + size])
    assert events == [
        Opened(1, {"streamtype": "data", "port": "80"}, False),
        Data(1, b"hello", True),
        Reset(1),
    ]


def test_what_is_sent() -> None:
    session = Session()
    assert list(session.feed(control(6, b"\0\0\0\x07"))) == []
    assert session.sent == control(6, b"\0\0\0\x07")
    session.sent = b""
    session.write(3, b"ab", is_last=True)
    assert session.sent == b"\0\0\0\x03\x01\0\0\x02ab"
    session.sent = b""
    session.accept(3)
    assert session.sent[:4] == b"\x80\x03\0\x02"
    assert zlib.decompressobj(zdict=DICTIONARY).decompress(session.sent[12:]) == bytes(4)


@pytest.mark.parametrize(
    "wire",
    [
        control(1, bytes(10) + b"no zlib at all"),
        b"\0\0\0\x01\0\xff\xff\xff",
        opening(1, {"x": "y" * 200_000}),
    ],
)
def test_junk_and_bombs_are_broken(wire: bytes) -> None:
    with pytest.raises(Broken):
        list(Session().feed(wire))
