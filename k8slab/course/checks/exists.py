"""``exists: {of: Pod/default/bare}`` and ``absent: {of: ...}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key

from .kind import Observation
from .values import find, read_key


@dataclass(frozen=True, slots=True)
class Exists:
    """The object is there."""

    of: Key

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of}``."""
        return cls(read_key(fields.only("of")))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext("%s exists") % (self.of,)

    def observe(self, cluster: Cluster) -> Observation:
        """Whether it is in the store."""
        there = find(cluster, self.of) is not None
        return Observation(there, gettext("it exists") if there else gettext("there is none"))


@dataclass(frozen=True, slots=True)
class Absent:
    """The object is not there."""

    of: Key

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of}``."""
        return cls(read_key(fields.only("of")))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext("%s does not exist") % (self.of,)

    def observe(self, cluster: Cluster) -> Observation:
        """Whether it is out of the store."""
        there = find(cluster, self.of) is not None
        return Observation(not there, gettext("it exists") if there else gettext("there is none"))
