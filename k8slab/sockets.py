"""uvicorn's websockets, with the names of subprotocols that Kubernetes' clients use.

``SPDY/3.1+portforward.k8s.io`` is no token of RFC 6455, and kubectl sends it all the same. uvicorn
chooses among subprotocols itself; what the websockets library would choose is not asked for.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Protocol(WebSocketsSansIOProtocol):
    """``uvicorn --ws k8slab.sockets:Protocol``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        setattr(self.conn, "process_subprotocol", lambda headers: None)  # noqa: B010
