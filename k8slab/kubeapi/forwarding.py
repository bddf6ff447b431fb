"""``pods/portforward``: HTTP requests of the client's side, answered by what listens in a pod.

kubectl tunnels SPDY through a websocket: for each connection to its local port one stream of data
and one of errors. What the simulated processes speak is HTTP, so that is what can be asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from k8slab.engine.base.objects import Key
from k8slab.kubectl.container.network import ANSWERED, fetch_from_pod
from k8slab.labs.live import LiveLab

from . import spdy

PROTOCOL = "SPDY/3.1+portforward.k8s.io"
REQUEST_MAX = 1 << 20
SLOW_S = 30.0
CONNECTIONS_MAX = 100


@dataclass(slots=True)
class Connection:
    """One connection to a port: its stream of data, and what came on it."""

    port: int
    data: int
    errors: int
    heard: bytes = b""


class Forwarding:
    """One client's forwarded ports of a pod."""

    def __init__(self, lab: LiveLab, pod: Key, uid: str, receive: Any, send: Any) -> None:
        self.lab = lab
        self.pod = pod
        self.uid = uid
        self._receive = receive
        self._send = send
        self._session = spdy.Session()
        self._errors: dict[str, int] = {}
        self._open: dict[int, Connection] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Until the client goes."""
        try:
            while (message := await self._receive())["type"] == "websocket.receive":
                for event in self._session.feed(message.get("bytes") or b""):
                    self._take(event)
                await self._flush()
        except spdy.Broken:
            await self._send({"type": "websocket.close", "code": 1002})
        finally:
            for task in self._answering:
                task.cancel()

    def _take(self, event: spdy.Event) -> None:
        match event:
            case spdy.Opened():
                self._opened(event)
            case spdy.Reset():
                self._open.pop(event.stream, None)
            case spdy.Data() if event.stream in self._open:
                connection = self._open[event.stream]
                connection.heard += event.data
                if _is_whole(connection.heard):
                    del self._open[event.stream]
                    self._start(connection)
                elif event.is_last or len(connection.heard) > REQUEST_MAX:
                    del self._open[event.stream]
                    self._end(connection)

    def _opened(self, event: spdy.Opened) -> None:
        self._session.accept(event.stream)
        number, port = event.headers.get("requestid", ""), event.headers.get("port", "")
        if event.headers.get("streamtype") == "error":
            self._errors = {**self._errors, number: event.stream}
        elif number in self._errors and port.isdigit() and len(self._open) < CONNECTIONS_MAX:
            connection = Connection(int(port), event.stream, self._errors.pop(number))
            self._open[event.stream] = connection
        else:
            self._session.write(event.stream, b"", is_last=True)

    def _start(self, connection: Connection) -> None:
        task = asyncio.create_task(self._answer(connection))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, connection: Connection) -> None:
        method, path, *_ = connection.heard.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        async with self.lab.lock:
            world = self.lab.cluster.world
            pod = world.store.get(self.pod)
            there = pod is not None and pod["metadata"]["uid"] == self.uid
            met = fetch_from_pod(world, self.pod, connection.port, path) if there else None
        if met is None or met.kind != ANSWERED:
            self._session.write(connection.errors, self._refusal(connection.port).encode())
            self._end(connection)
        else:
            await asyncio.sleep(min(met.seconds, SLOW_S))
            self._session.write(connection.data, _response(met.status, met.body, method))
            self._end(connection)
        await self._flush()

    def _end(self, connection: Connection) -> None:
        for stream in (connection.data, connection.errors):
            self._session.write(stream, b"", is_last=True)

    def _refusal(self, port: int) -> str:
        """What the kubelet (containerd) says where nothing listens."""
        return (
            f"error forwarding port {port} to pod {self.uid}, uid : failed to execute portforward "
            f"in network namespace: failed to connect to localhost:{port} inside namespace, "
            f"IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused"
        )

    async def _flush(self) -> None:
        async with self._sending:
            data, self._session.sent = self._session.sent, b""
            if data:
                await self._send({"type": "websocket.send", "bytes": data})


def _is_whole(heard: bytes) -> bool:
    """Whether an HTTP request has come with its body."""
    head, end, body = heard.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length" and value.strip().isdigit():
            return len(body) >= min(int(value), REQUEST_MAX)
    return True


def _response(status: int, body: str, method: str) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    data = body.encode()
    kind = "text/html" if body.lstrip().startswith("<") else "text/plain"
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {kind}; charset=utf-8\r\n"
    head += f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    return head.encode() + (b"" if method == "HEAD" else data)
