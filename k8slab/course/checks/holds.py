"""``holds: {of: Pod/default/web-*, that: "object.spec.nodeName != 'node-1'"}``."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.api import cel
from k8slab.engine.base.objects import Key, Obj

from .kind import Observation
from .values import read_key


@dataclass(frozen=True, slots=True)
class Holds:
    """A CEL expression is true of each object of that name, and there is one, now."""

    of: Key
    that: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of, that}``; the expression names the object ``object``."""
        fields.only("of", "that")
        that = fields.text("that")
        fault = cel.fault_of(that)
        if fault:
            fields.refuse("that", f"no CEL: {fault}", "write it as in `object.spec.replicas > 2`")
        return cls(read_key(fields), that)

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext("of %(of)s holds: %(that)s") % {"of": self.of, "that": self.that}

    def observe(self, cluster: Cluster) -> Observation:
        """Whether it holds, and of which object it does not."""
        meant = [it for it in cluster.list(self.of.kind, self.of.namespace) if self._is_meant(it)]
        if not meant:
            return Observation(False, gettext("there is no %s") % (self.of,))
        amiss = [it["metadata"]["name"] for it in meant if not self._is_true(it)]
        said = gettext("not of %s") % ", ".join(amiss) if amiss else gettext("it holds")
        return Observation(not amiss, said)

    def _is_meant(self, obj: Obj) -> bool:
        return fnmatchcase(obj["metadata"]["name"], self.of.name)

    def _is_true(self, obj: Obj) -> bool:
        """An expression that has no value, because a field is missing, is not true."""
        try:
            return cel.evaluate(self.that, {"object": obj}) is True
        except cel.FAILURES:
            return False
