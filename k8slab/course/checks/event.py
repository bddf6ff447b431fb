"""``event: {reason: Unhealthy, of: Pod/default/web-*, at_least: 3}``."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from django.utils.translation import gettext, ngettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj

from .kind import Observation
from .values import read_key


@dataclass(frozen=True, slots=True)
class Event:
    """An Event with this reason was recorded at least so often."""

    reason: str
    of: Key
    at_least: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{reason, of, at_least?}``."""
        fields.only("reason", "of", "at_least")
        return cls(fields.text("reason"), read_key(fields), fields.whole("at_least", 1))

    @property
    def expects(self) -> str:
        """A sentence."""
        words = {"reason": self.reason, "of": self.of, "n": self.at_least}
        if self.at_least == 1:
            return gettext("an Event %(reason)s on %(of)s") % words
        return gettext("an Event %(reason)s on %(of)s at least %(n)s times") % words

    def observe(self, cluster: Cluster) -> Observation:
        """How often it is recorded."""
        events = [it for it in cluster.list("Event") if self._is_meant(it)]
        count = sum(_times(event) for event in events)
        return Observation(count >= self.at_least, _recorded(count))

    def _is_meant(self, event: Obj) -> bool:
        on = event["involvedObject"]
        return (
            event.get("reason") == self.reason
            and on.get("kind") == self.of.kind
            and on.get("namespace", "") == self.of.namespace
            and fnmatchcase(on.get("name", ""), self.of.name)
        )


def _recorded(count: int) -> str:
    return ngettext("recorded %s time", "recorded %s times", count) % count


def _times(event: Obj) -> int:
    """How often an Event happened: its count, or that of its series."""
    return int(event.get("count") or (event.get("series") or {}).get("count") or 1)
