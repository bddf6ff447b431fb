"""The API server of a lab: an ASGI application at ``/k/KEY/...``."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from weakref import WeakKeyDictionary

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.requests import BODY_BYTES_MAX, CONNECTIONS
from k8slab.engine.base.objects import Obj
from k8slab.labs import quotas
from k8slab.labs.consumer import the_host
from k8slab.labs.host import Host
from k8slab.labs.live import CLOSED, LiveLab
from k8slab.labs.models import Lab

from . import access, answers, desk, logs, sockets, watches
from .access import PREFIX
from .answers import Answer, Stream, failure, form_of
from .asked import Asked, read_query, request_of, too_large
from .kubeconfig import FILE_NAME, kubeconfig
from .presence import Presence, Presences
from .routes import Resource

log = logging.getLogger("k8slab.kubeapi")
UNAUTHORIZED = ApiError(401, "Unauthorized", "Unauthorized")
TOO_MANY = ApiError(429, "TooManyRequests", "too many requests, please try again later")
FAILED = ApiError(500, "InternalError", "Internal error occurred: the simulation failed")
FULL = ApiError(
    403, "Forbidden", f"this lab has had {quotas.COMMANDS_A_LAB} commands; reset or fork it", {}
)
OVER = ApiError(403, "Forbidden", CLOSED, {})
_servers: WeakKeyDictionary[asyncio.AbstractEventLoop, Server] = WeakKeyDictionary()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """ASGI, for http and websockets under PREFIX."""
    loop = asyncio.get_running_loop()
    if loop not in _servers:
        _servers[loop] = Server(the_host())
    server = _servers[loop]
    serve = server.serve_socket if scope["type"] == "websocket" else server.serve
    await serve(scope, receive, send)


class Server:
    """The API of all labs of one event loop."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.presences = Presences(host)
        self.rates = access.Rates()

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        try:
            asked, key = await _read(scope, receive)
            given = await self._answer(asked, key, scope)
        except ApiError as error:
            given = failure(error)
        except sockets.Refusal as refusal:
            given = refusal.answer
        except Exception:
            log.exception("the API failed")
            given = failure(FAILED)
        if isinstance(given, Answer):
            await _send(send, given)
        else:
            await _send_stream(receive, send, given)

    async def serve_socket(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one websocket, or answer its handshake with what is wrong."""
        await receive()
        try:
            asked, key = _head(scope)
            presence = await self.presences.enter(await self._lab(key))
            call = await sockets.prepare(presence, asked, scope)
        except ApiError as error:
            await sockets.refuse(send, failure(error))
        except sockets.Refusal as refusal:
            await sockets.refuse(send, refusal.answer)
        except Exception:
            log.exception("the API failed")
            await sockets.refuse(send, failure(FAILED))
        else:
            await sockets.serve(self.host, presence, call, receive, send)

    async def _lab(self, key: str) -> Lab:
        """The lab of a key, which may ask this often. Raises ApiError."""
        record = await self.host.in_thread(access.find, key)
        if record is None:
            raise UNAUTHORIZED
        if record.is_closed:
            raise OVER
        if not self.rates.take(record.id):
            raise TOO_MANY
        return record

    async def _answer(self, asked: Asked, key: str, scope: Any) -> Answer | Stream:
        record = await self._lab(key)
        if asked.path == "/kubeconfig":
            body = kubeconfig(_address(scope), key).encode()
            named = ("Content-Disposition", f'attachment; filename="{FILE_NAME}"')
            return Answer(200, answers.YAML, body, (named,))
        presence = await self.presences.enter(record)
        lab = presence.lab
        to = desk.routed(lab.cluster, asked)
        if isinstance(to, Answer):
            return to
        if to.subresource in CONNECTIONS:
            await sockets.prepare(presence, asked, scope)
        return await self._of_resource(presence, asked, to)

    async def _of_resource(self, presence: Presence, asked: Asked, to: Resource) -> Answer | Stream:
        request = request_of(asked, to)
        form = form_of(asked.headers.get("accept", ""), asked.query)
        if request["verb"] == "watch":
            await _check_watch(presence.lab, request)
            return Stream(answers.JSON, watches.stream(presence, asked, to, request, form))
        if to.subresource == "log":
            return await logs.read(presence, asked, request)
        lab = presence.lab

        def work(lab: LiveLab) -> Answer:
            if len(lab.cluster.journal) >= quotas.COMMANDS_A_LAB:
                raise FULL
            return desk.done(lab.cluster, to, request, form)

        if request["verb"] in ("get", "list"):
            async with lab.lock:
                return desk.done(lab.cluster, to, request, form)
        given = await self.host.request(lab, work)
        await presence.stir()
        return given


async def _check_watch(lab: LiveLab, request: Obj) -> None:
    """What is wrong with a watch from its start is an answer, not a stream."""
    options = {**request["options"], "resource_version": "", "limit": 1}
    async with lab.lock:
        lab.cluster.request({**request, "verb": "list", "options": options})


async def _read(scope: Any, receive: Any) -> tuple[Asked, str]:
    """The request and the key in its address. ApiError 413 for a body that is too large."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX + 4096:
            raise too_large()
        more = message.get("more_body", False)
    asked, key = _head(scope)
    return asked._replace(body=body), key


def _head(scope: Any) -> tuple[Asked, str]:
    """The request without its body, and the key in its address."""
    pairs = [
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in scope["headers"]
    ]
    headers = dict(pairs)
    groups = tuple(value for name, value in pairs if name == "impersonate-group")
    key, slash, rest = scope["path"].removeprefix(PREFIX).partition("/")
    headers["k8slab-key"] = key
    query = read_query(scope.get("query_string", b"").decode("latin-1"))
    method = scope.get("method", "GET")
    return Asked(method, slash + rest, query, headers, b"", groups), key


def _address(scope: Any) -> str:
    host = dict(scope["headers"]).get(b"host", b"127.0.0.1:8000").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}"


async def _send(send: Any, given: Answer) -> None:
    headers = [("Cache-Control", "no-cache, private"), ("X-Content-Type-Options", "nosniff")]
    if given.media_type:
        headers.append(("Content-Type", given.media_type))
    headers += [("Content-Length", str(len(given.body))), *given.headers]
    await send({"type": "http.response.start", "status": given.code, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": given.body})


def _encoded(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


async def _send_stream(receive: Any, send: Any, stream: Stream) -> None:
    """Send as it comes, until it ends or the client goes."""
    headers = _encoded(
        [("Content-Type", stream.media_type), ("Cache-Control", "no-cache, private")]
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": True})

    async def pump() -> None:
        async for chunk in stream.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    pumping = asyncio.create_task(pump())
    leaving = asyncio.create_task(_gone(receive))
    await asyncio.wait({pumping, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (pumping, leaving):
        task.cancel()
    await asyncio.gather(pumping, leaving, return_exceptions=True)


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
