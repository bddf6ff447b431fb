"""``requests: {load: client, last_s: 60, at_most: 0}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import spell
from k8slab.engine import Cluster

from .history import failures
from .kind import Observation
from .values import COMPARISONS, Comparison


@dataclass(frozen=True, slots=True)
class Requests:
    """How many of a load's latest requests failed."""

    load: str
    last_s: int
    failed: Comparison

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{load, last_s}`` and a comparison of the number that failed."""
        fields.only("load", "last_s", *COMPARISONS)
        return cls(fields.text("load"), fields.whole("last_s"), Comparison.read(fields))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext(
            "of %(load)s's requests in the last %(seconds)s s the number failed %(comparison)s"
        ) % {"load": self.load, "seconds": self.last_s, "comparison": self.failed}

    def observe(self, cluster: Cluster) -> Observation:
        """The count; unknown where nothing was sent."""
        since_ms = max(cluster.now_ms - self.last_s * 1000, 0)
        failed, requests = failures(cluster, self.load, since_ms, cluster.now_ms)
        if not requests:
            return Observation(None, gettext("no requests were sent"))
        words = {"failed": spell(failed), "all": spell(requests)}
        return Observation(
            self.failed.holds(failed), gettext("%(failed)s of %(all)s failed") % words
        )
