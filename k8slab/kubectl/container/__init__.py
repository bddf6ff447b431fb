"""What runs inside containers: the host of their sh, its programs, and interactive sessions.

Everything happens in the simulated pod. Nothing here can reach the server's own files, processes
or network: ``Box`` is all that a script sees.
"""

from __future__ import annotations

from .box import Box
from .terminal import Terminal, carry_out, start

__all__ = ["Box", "Terminal", "carry_out", "start"]
