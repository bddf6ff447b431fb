"""The command log of a cluster: all that ever came from outside, and when.

A cluster is a function of its set-up and this log: replaying it gives the same bytes.
"""

from __future__ import annotations

from typing import NamedTuple

from .base.objects import Obj


class Entry(NamedTuple):
    """A command (a JSON value with a ``do`` field) and the virtual time of its execution."""

    at_ms: int
    command: Obj


Journal = list[Entry]
