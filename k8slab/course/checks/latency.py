"""``latency: {load: client, last_s: 20, at_most: 50}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster

from .history import latency_ms
from .kind import Observation
from .values import COMPARISONS, Comparison


@dataclass(frozen=True, slots=True)
class Latency:
    """How many milliseconds a load's latest requests took, on average."""

    load: str
    last_s: int
    took: Comparison

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{load, last_s}`` and a comparison of the milliseconds."""
        fields.only("load", "last_s", *COMPARISONS)
        return cls(fields.text("load"), fields.whole("last_s"), Comparison.read(fields))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext(
            "the milliseconds of %(load)s's requests in the last %(seconds)s s %(comparison)s"
        ) % {"load": self.load, "seconds": self.last_s, "comparison": self.took}

    def observe(self, cluster: Cluster) -> Observation:
        """The average; unknown where nothing was sent."""
        took = latency_ms(cluster, self.load, self.last_s)
        if took is None:
            return Observation(None, gettext("no requests were sent"))
        return Observation(self.took.holds(took), gettext("they took %s ms") % took)
