"""``ready: {of: Deployment/default/web, at_least: 5, throughout_s: 60}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, get_in

from .history import changes_of
from .kind import Observation
from .values import find, read_key


@dataclass(frozen=True, slots=True)
class Ready:
    """So many replicas are Ready, now and during the last ``throughout_s`` seconds."""

    of: Key
    at_least: int
    throughout_s: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of, at_least, throughout_s?}``."""
        fields.only("of", "at_least", "throughout_s")
        return cls(read_key(fields), fields.whole("at_least"), fields.whole("throughout_s", 0))

    @property
    def expects(self) -> str:
        """A sentence."""
        words = {"of": self.of, "n": self.at_least, "seconds": self.throughout_s}
        if not self.throughout_s:
            return gettext("%(of)s has at least %(n)s ready") % words
        return gettext("%(of)s has at least %(n)s ready throughout the last %(seconds)s s") % words

    def observe(self, cluster: Cluster) -> Observation:
        """The fewest that were ready in the window."""
        obj = find(cluster, self.of)
        if obj is None:
            return Observation(False, gettext("there is no %s") % (self.of,))
        fewest = now = int(get_in(obj, "status", "readyReplicas", default=0))
        since_ms = cluster.now_ms - self.throughout_s * 1000
        for change in changes_of(cluster, self.of):
            if change.at_ms > since_ms and change.previous is not None:
                before = get_in(change.previous, "status", "readyReplicas", default=0)
                after = get_in(change.object, "status", "readyReplicas", default=0)
                fewest = min(fewest, before, after)
        said = gettext("%(now)s ready")
        if fewest < now:
            said = gettext("%(now)s ready, as few as %(fewest)s in the window")
        return Observation(fewest >= self.at_least, said % {"now": now, "fewest": fewest})
