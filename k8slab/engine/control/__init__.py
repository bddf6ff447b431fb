"""The control loop: what an actor sees, when it is woken, and the reasoning it leaves behind."""

from ..base.reason import Reason
from .loop import Controller, Loop
from .world import World

__all__ = ["Controller", "Loop", "Reason", "World"]
