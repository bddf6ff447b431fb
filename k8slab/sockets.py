"""uvicorn's protocols, as this site needs them: ``uvicorn --http k8slab.sockets:Http --ws ...``.

Websockets take the names of subprotocols that Kubernetes' clients use:
``SPDY/3.1+portforward.k8s.io`` is no token of RFC 6455, and kubectl sends it all the same. uvicorn
chooses among subprotocols itself; what the websockets library would choose is not asked for.

uvicorn waits for ever for a request, and for a client to read: who sends a byte at a time, or never
reads, would hold a connection, and a lab, for good.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

TRY_AGAIN = 1013
SEND_TIMEOUT_S, LINGER_S = 20.0, 10.0
"""How long a websocket's client may leave its buffer full, and then the end of it unread."""
WITHIN_S = {h11.IDLE: 10.0, h11.SEND_BODY: 60.0}
"""How long a request's head, and then its body, may take to come."""


class Protocol(WebSocketsSansIOProtocol):
    """``uvicorn --ws k8slab.sockets:Protocol``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        setattr(self.conn, "process_subprotocol", lambda headers: None)  # noqa: B010

    async def send(self, message: Any) -> None:
        """Send, unless the client has not read for long: then its socket ends with 1013."""
        if not self.writable.is_set():
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await self.writable.wait()
            except TimeoutError:
                self.conn.fail(TRY_AGAIN, "too slow")
                self.transport.write(b"".join(self.conn.data_to_send()))
                self._end()
                raise ClientDisconnected from None
        await super().send(message)
        if message["type"] == "websocket.close":
            self.loop.call_later(LINGER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """The client does not answer any more."""
        super().keepalive_timeout()
        self._end()

    def _end(self) -> None:
        """Close, and don't wait for what the client does not read."""
        self.close_sent = True
        self.transport.close()
        self.loop.call_later(LINGER_S, self.transport.abort)


class Http(H11Protocol):
    """``uvicorn --http k8slab.sockets:Http``: requests that come in time."""

    _awaited: Any = None
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Await the first request's head."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._await(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        """Await what comes next; the next head once its first byte is there.

        A connection that has become a websocket is another protocol's.
        """
        super().data_received(data)
        self._await(self.conn.their_state if self.transport.get_protocol() is self else None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Await nothing more."""
        self._await(None)
        super().connection_lost(exc)

    def _await(self, state: Any) -> None:
        if state is self._awaited:
            return
        self._awaited = state
        if self._patience is not None:
            self._patience.cancel()
        within_s = WITHIN_S.get(state)
        self._patience = within_s and self.loop.call_later(within_s, self.transport.close)
