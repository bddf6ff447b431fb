"""The browsers of ``bench.pages``, in a process of their own; orders come on standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter
from typing import Any

AT_ONCE = 8


async def main(order: dict[str, Any]) -> None:
    """Ask for one page again and again, over a few connections that stay open."""
    each = order["requests"] // AT_ONCE
    waits = await asyncio.gather(*(_browse(order, each) for _ in range(AT_ONCE)))
    percents = quantiles([wait for some in waits for wait in some], n=100)
    print(json.dumps({"p50_ms": percents[49] * 1000, "p99_ms": percents[98] * 1000}), flush=True)


async def _browse(order: dict[str, Any], times: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", order["port"])
    head = f"GET {order['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
    head += f"Cookie: {order['cookie']}\r\n\r\n" if order["cookie"] else "\r\n"
    waits = []
    for _ in range(times):
        began = perf_counter()
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        await _body(reader, answer.lower())
        waits.append(perf_counter() - began)
    writer.close()
    return waits


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length: " in head:
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        return
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
