"""``field: {of: Deployment/default/web, path: spec.replicas, equals: 5}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key

from .kind import Observation
from .values import COMPARISONS, Comparison, find, read_key, shown, value_at


@dataclass(frozen=True, slots=True)
class Field:
    """A value of an object is what it must be, now."""

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
        return gettext("%(path)s of %(of)s %(comparison)s") % {
            "path": self.path,
            "of": self.of,
            "comparison": self.comparison,
        }

    def observe(self, cluster: Cluster) -> Observation:
        """The value now."""
        obj = find(cluster, self.of)
        if obj is None:
            return Observation(False, gettext("there is no %s") % (self.of,))
        value = value_at(obj, self.path)
        return Observation(self.comparison.holds(value), gettext("it is %s") % shown(value))
