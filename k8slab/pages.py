"""Pages: Django's WSGI handler behind an ASGI server, one hop to a thread and back a request."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from asgiref.wsgi import WsgiToAsgiInstance

IN_MEMORY = 1 << 16
"""Of a request's body; what is longer goes to a file."""


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Pages:
    """An ASGI application of what ``handler`` (WSGI) answers."""

    def __init__(self, handler: Any) -> None:
        self.handler = handler
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body.write(message.get("body", b""))
                more = message.get("more_body", False)
            body.seek(0)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._answer, scope, body)
        start = {"status": answer.status, "headers": answer.headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, scope: Any, body: Any) -> Answer:
        request = WsgiToAsgiInstance(self.handler)
        request.scope = scope
        try:
            environ = request.build_environ(scope, body)
        except ValueError:  # a header that comes a hundred times
            return Answer(400, [], b"Bad Request")
        told: list[Any] = []
        response = self.handler(environ, lambda *start: told.append(start))
        try:
            text = b"".join(response)
        finally:
            response.close()
        status, headers = told[0][:2]
        return Answer(int(status.split()[0]), [_header(*it) for it in headers], text)


def _header(name: str, value: str) -> tuple[bytes, bytes]:
    """Django begins a cookie with a space, which h11 refuses."""
    return name.lower().encode("ascii"), value.strip().encode("latin-1")
