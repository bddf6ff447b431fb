"""The server's side of SPDY/3.1, as far as kubectl's port-forward speaks it through a websocket.

    session = Session()
    for event in session.feed(data): ...   # Opened, Data, Reset
    session.sent                           # what is to be sent; take it and empty it

Bytes come in any pieces. Priorities, settings and flow control are read and not used: kubectl does
not use them either.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

SYN_STREAM, SYN_REPLY, RST_STREAM, PING = 1, 2, 3, 6
FIN = 0x01
CONTROL = 0x80000000
FRAME_MAX = 1 << 20
HEADERS_MAX = 64 * 1024

_NAMES = """options head post put delete trace accept accept-charset accept-encoding accept-language
accept-ranges age allow authorization cache-control connection content-base content-encoding
content-language content-length content-location content-md5 content-range content-type date etag
expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since
last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer
retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate
method get status"""
_MORE_NAMES = "version HTTP/1.1 url public set-cookie keep-alive origin"
_TEXT = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
    "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
    "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, "
    "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
    "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _sized(text: str) -> bytes:
    return len(text).to_bytes(4, "big") + text.encode()


DICTIONARY = b"".join(
    [
        *map(_sized, _NAMES.split()),
        _sized("200 OK"),
        *map(_sized, _MORE_NAMES.split()),
        _TEXT.encode(),
    ]
)
"""What both sides' compression begins with (SPDY/3, 2.6.10.1)."""


class Broken(Exception):
    """The other side does not speak SPDY/3.1."""


class Opened(NamedTuple):
    """A stream that the client opens."""

    stream: int
    headers: Mapping[str, str]
    is_last: bool


class Data(NamedTuple):
    """Bytes of a stream; ``is_last`` where it says no more."""

    stream: int
    data: bytes
    is_last: bool


class Reset(NamedTuple):
    """A stream that the client gives up."""

    stream: int


Event = Opened | Data | Reset


class Session:
    """One connection."""

    def __init__(self) -> None:
        self.sent = b""
        self._rest = b""
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def feed(self, data: bytes) -> Iterator[Event]:
        """What bytes of the client mean. Raises Broken."""
        self._rest += data
        while len(self._rest) >= 8:
            size = int.from_bytes(self._rest[5:8], "big")
            if size > FRAME_MAX:
                raise Broken
            if len(self._rest) < 8 + size:
                return
            head, body = self._rest[:8], self._rest[8 : 8 + size]
            self._rest = self._rest[8 + size :]
            yield from self._frame(int.from_bytes(head[:4], "big"), head[4], body)

    def _frame(self, first: int, flags: int, body: bytes) -> Iterator[Event]:
        is_last = bool(flags & FIN)
        if not first & CONTROL:
            yield Data(first, body, is_last)
            return
        stream, kind = int.from_bytes(body[:4], "big") & ~CONTROL, first & 0xFFFF
        if kind == SYN_STREAM:
            yield Opened(stream, self._headers(body[10:]), is_last)
        elif kind == RST_STREAM:
            yield Reset(stream)
        elif kind == PING:
            self._control(PING, body)

    def _headers(self, block: bytes) -> Mapping[str, str]:
        try:
            text = self._inflate.decompress(block, HEADERS_MAX)
        except zlib.error:
            raise Broken from None
        if self._inflate.unconsumed_tail:
            raise Broken
        place = 4
        found: list[str] = []
        for _ in range(2 * int.from_bytes(text[:4], "big")):
            size = int.from_bytes(text[place : place + 4], "big")
            found.append(text[place + 4 : place + 4 + size].decode("latin-1"))
            place += 4 + size
            if place > len(text):
                raise Broken
        return {name.lower(): value for name, value in zip(found[::2], found[1::2], strict=True)}

    def accept(self, stream: int) -> None:
        """Answer a stream that was opened."""
        block = self._deflate.compress(bytes(4)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._control(SYN_REPLY, stream.to_bytes(4, "big") + block)

    def write(self, stream: int, data: bytes, is_last: bool = False) -> None:
        """Send bytes on a stream; ``is_last`` says no more on it."""
        head = stream.to_bytes(4, "big") + bytes([FIN if is_last else 0])
        self.sent += head + len(data).to_bytes(3, "big") + data

    def _control(self, kind: int, body: bytes) -> None:
        head = (CONTROL | 3 << 16 | kind).to_bytes(4, "big") + b"\0"
        self.sent += head + len(body).to_bytes(3, "big") + body
