"""A URL taken apart."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443, "tcp": 80, "udp": 53}
"""scheme -> the port where none is said."""


class Target(NamedTuple):
    """A URL taken apart: ``host`` as written, port, path, "tcp" or "udp"."""

    host: str
    port: int
    path: str
    protocol: str = "tcp"


@lru_cache(maxsize=256)
def parse_url(url: str) -> Target:
    """Take ``http://web.default/path`` apart; ValueError for what is no http URL."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"not a URL of the cluster: {url!r} (http://SERVICE.NAMESPACE/PATH)")
    query = f"?{parts.query}" if parts.query else ""
    protocol = "udp" if parts.scheme == "udp" else "tcp"
    port = parts.port or PORTS[parts.scheme]
    return Target(parts.hostname, port, (parts.path or "/") + query, protocol)
