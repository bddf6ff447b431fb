"""What every kind of check offers."""

from __future__ import annotations

from typing import NamedTuple, Protocol, Self

from k8slab.content.documents import Fields
from k8slab.engine import Cluster


class Observation(NamedTuple):
    """``ok`` is None where the cluster can't tell yet; ``observes`` is a short sentence."""

    ok: bool | None
    observes: str


class Kind(Protocol):
    """A condition on a cluster."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The condition that ``fields`` describe; ContentError where they are wrong."""
        ...

    @property
    def expects(self) -> str:
        """What must hold, as a sentence."""
        ...

    def observe(self, cluster: Cluster) -> Observation:
        """Whether it holds, and what is there instead."""
        ...
