"""``seen: {of: Node/*, path: "status.conditions[Ready].status", equals: Unknown}``.

As ``field``, at any moment so far. The name may hold ``*``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key
from k8slab.engine.store import Change

from .history import changes_of
from .kind import Observation
from .values import COMPARISONS, Comparison, clock, read_key, value_at


@dataclass(frozen=True, slots=True)
class Seen:
    """A value was, at some moment, what it must be."""

    of: Key
    path: str
    comparison: Comparison

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of, path}`` and one comparison."""
        fields.only("of", "path", *COMPARISONS)
        return cls(read_key(fields), fields.text("path"), Comparison.read(fields))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext("at some moment %(path)s of %(of)s %(comparison)s") % {
            "path": self.path,
            "of": self.of,
            "comparison": self.comparison,
        }

    def observe(self, cluster: Cluster) -> Observation:
        """The first moment at which it held."""
        at_ms = self.first_ms(cluster)
        if at_ms is None:
            return Observation(False, gettext("not yet"))
        return Observation(True, gettext("first at %s") % clock(at_ms))

    def first_ms(self, cluster: Cluster) -> int | None:
        """When it first held."""
        held = (change.at_ms for change in self._holding(cluster))
        return next(held, None)

    def became_ms(self, cluster: Cluster, since_ms: int) -> int | None:
        """When it came to hold, having not held before, at or after ``since_ms``."""
        became = (
            change.at_ms
            for change in self._holding(cluster)
            if change.at_ms >= since_ms and not self._held_before(change)
        )
        return next(became, None)

    def _holding(self, cluster: Cluster) -> Iterator[Change]:
        """The changes after which it held."""
        for change in changes_of(cluster, self.of):
            there = change.type != "DELETED"
            if there and self.comparison.holds(value_at(change.object, self.path)):
                yield change

    def _held_before(self, change: Change) -> bool:
        before = change.previous
        return before is not None and self.comparison.holds(value_at(before, self.path))
