"""The control loop: what an actor sees, when it is woken, and the reasoning it leaves behind."""

from .loop import Controller, Loop
from ..base.reason import Reason
from .world import World

__all__ = ["Controller", "Loop", "Reason", "World"]
