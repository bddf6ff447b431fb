"""How a request finds a pod: names, Services, each node's rules, and what refuses it."""

from __future__ import annotations

from .kube_proxy import KubeProxy
from .routes import CLIENT, OUTSIDE, Source
from .send import Connection, Trace, ask, connect, send
from .target import Target, parse_url

__all__ = [
    "CLIENT",
    "OUTSIDE",
    "Connection",
    "KubeProxy",
    "Source",
    "Target",
    "Trace",
    "ask",
    "connect",
    "parse_url",
    "send",
]
