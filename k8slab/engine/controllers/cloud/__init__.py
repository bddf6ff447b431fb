"""The vendor's cloud controller manager: without it, a cluster knows nothing of any cloud."""

from __future__ import annotations

from .nodes import CloudNodes
from .services import LoadBalancers

__all__ = ["CloudNodes", "LoadBalancers"]
