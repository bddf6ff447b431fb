"""What a URL names: a Service's port or a pod's address, as cluster DNS resolves it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from ..base.objects import Key
from ..control import World
from ..nodes.addresses import holder

CLUSTER_DOMAIN = ("svc", "cluster", "local")


class Target(NamedTuple):
    """A URL taken apart: ``host`` as written, port, path."""

    host: str
    port: int
    path: str


@lru_cache(maxsize=256)
def parse_url(url: str) -> Target:
    """Take ``http://web.default/path`` apart; ValueError for what is no http URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "tcp") or not parts.hostname:
        raise ValueError(f"not a URL of the cluster: {url!r} (http://SERVICE.NAMESPACE/PATH)")
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.hostname, parts.port or 80, (parts.path or "/") + query)


def resolve(world: World, host: str, namespace: str = "default") -> Key | None:
    """The Service or Pod that a name or address stands for; None where DNS has no such name."""
    if _is_address(host):
        for service in world.store.list("Service"):
            if service["spec"].get("clusterIP") == host:
                return Key("Service", service["metadata"]["namespace"], service["metadata"]["name"])
        return holder(world, host)
    name, *rest = host.split(".")
    if rest:
        namespace = rest[0]
        if tuple(rest[1:]) not in [CLUSTER_DOMAIN[:length] for length in range(4)]:
            return None
    key = Key("Service", namespace, name)
    return key if world.store.get(key) is not None else None


@lru_cache(maxsize=256)
def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
