"""The record that every reconcile leaves: what it read, what it compared, what it did.

This record is the lesson. Every change of an object names the reconcile that caused it, and the
"why" lane of the page is a list of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .objects import Key, Obj


@dataclass(slots=True)
class Reason:
    """One reconcile (or one command, whose actor is a user).

    ``number`` counts reconciles of the cluster; ``read`` are short phrases ("ReplicaSet
    web-5d9: 3 pods"); ``compared`` are (what, want, have); ``did`` are phrases for what was
    written.
    """

    number: int
    at_ms: int
    actor: str
    key: Key
    read: list[str] = field(default_factory=list)
    compared: list[tuple[str, Any, Any]] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    def as_json(self) -> Obj:
        """The record as a JSON value, for the page."""
        return {
            "number": self.number,
            "at_ms": self.at_ms,
            "actor": self.actor,
            "key": list(self.key),
            "read": list(self.read),
            "compared": [list(entry) for entry in self.compared],
            "did": list(self.did),
        }


def how_many(count: int, noun: str) -> str:
    """``1 pod``, ``2 pods``: for what a reconcile read."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
