"""How a request finds a pod: names, Services, each node's rules, and what refuses it."""

from __future__ import annotations

from .kube_proxy import KubeProxy
from .send import Trace, send
from .target import Target, parse_url

__all__ = ["KubeProxy", "Target", "Trace", "parse_url", "send"]
