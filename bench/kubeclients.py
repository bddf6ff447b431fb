"""The API clients of ``bench.kubeapi``, in a process of their own; their order is on stdin."""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter
from typing import Any

from .tools import deployment

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
SAMPLES = 400
AT_ONCE = 16
SECONDS = 4.0
PODS = "/api/v1/namespaces/default/pods"
WEB = "/apis/apps/v1/namespaces/default/deployments/web?fieldManager=bench&force=true"
MAPS = "/api/v1/namespaces/default/configmaps"


class Connection:
    """One kept-alive connection to one lab."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.applied = 0

    async def send(self, method: str, path: str, kind: str = "", body: bytes = b"") -> None:
        """One request, and the head of its answer."""
        if self.streams is None or self.streams[0].at_eof():
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        head = f"{method} /k/{self.key}{path} HTTP/1.1\r\nHost: bench\r\nAccept: {TABLE}\r\n"
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.streams[1].write(head.encode() + body)
        self.head = await self.streams[0].readuntil(b"\r\n\r\n")
        assert self.head.split()[1] in (b"200", b"201"), self.head

    async def ask(self, *request: Any) -> bytes:
        """One request and its answer."""
        await self.send(*request)
        assert self.streams is not None
        length = int(self.head.lower().split(b"content-length:")[1].split()[0])
        return await self.streams[0].readexactly(length)

    async def get_pods(self) -> None:
        """As ``kubectl get pods`` asks."""
        assert b"web-" in await self.ask("GET", PODS)

    async def apply(self) -> None:
        """A server-side apply that changes something."""
        self.applied += 1
        manifest = deployment(5, f"nginx:1.{20 + self.applied % 2}")
        await self.ask("PATCH", WEB, "application/apply-patch+yaml", json.dumps(manifest).encode())

    async def line(self) -> bytes:
        """The next event of a watch."""
        assert self.streams is not None
        while not (line := await self.streams[0].readline()).startswith(b"{"):
            assert line
        return line


async def main(order: dict[str, Any]) -> None:
    """Watch all labs; ask one by one, then many at once; then see events come."""
    labs = [Connection(order["port"], key) for key in order["keys"]]
    watches = [Connection(order["port"], key) for key in order["keys"]]
    for each in watches:
        await each.send("GET", f"{MAPS}?watch=1")
    for each in labs:
        await each.get_pods()
    print("ready", flush=True)
    figures: dict[str, float] = {}
    for name in ("get_pods", "apply"):
        waits = [await _timed(getattr(labs[n % len(labs)], name)) for n in range(SAMPLES)]
        figures |= _percentiles(f"api_{name}", waits)
        figures[f"api_{name}_a_s"] = await _many(labs, name)
    waits = []
    for lab, each in zip(labs, watches, strict=True):
        while b"kube-root-ca" not in await each.line():
            pass
        began = perf_counter()
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "seen"}}
        await lab.ask("POST", MAPS, "application/json", json.dumps(body).encode())
        while b'"seen"' not in await each.line():
            pass
        waits.append(perf_counter() - began)
    figures |= _percentiles("api_watch", waits)
    print(json.dumps(figures), flush=True)


async def _timed(work: Any) -> float:
    began = perf_counter()
    await work()
    return perf_counter() - began


async def _many(labs: list[Connection], name: str) -> float:
    """Requests a second of so many clients, each in labs of its own."""
    ends, done = perf_counter() + SECONDS, 0

    async def client(number: int) -> None:
        nonlocal done
        while perf_counter() < ends:
            for lab in labs[number::AT_ONCE]:
                await getattr(lab, name)()
                done += 1

    began = perf_counter()
    await asyncio.gather(*(client(number) for number in range(AT_ONCE)))
    return done / (perf_counter() - began)


def _percentiles(name: str, waits: list[float]) -> dict[str, float]:
    cuts = quantiles(waits, n=100)
    return {f"{name}_p50_ms": cuts[49] * 1000, f"{name}_p99_ms": cuts[98] * 1000}


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
