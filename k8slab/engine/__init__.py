"""The engine: a Kubernetes cluster as a pure value that moves in virtual time.

No Django, asyncio, threads, wall clock, random or uuid in here. ``Cluster`` is the whole surface.
"""

from .cluster import Cluster

__all__ = ["Cluster"]
