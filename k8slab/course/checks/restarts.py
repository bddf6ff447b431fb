"""``restarts: {selector: app=web, at_least: 2}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import get_in
from k8slab.engine.base.selectors import parse_selector

from .kind import Observation
from .values import COMPARISONS, Comparison


@dataclass(frozen=True, slots=True)
class Restarts:
    """How often the containers of the most restarted pod were restarted."""

    namespace: str
    selector: str
    comparison: Comparison

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{selector, namespace?}`` and one comparison."""
        fields.only("selector", "namespace", *COMPARISONS)
        selector = fields.text("selector")
        try:
            parse_selector(selector)
        except ValueError as error:
            fields.refuse("selector", f"no selector: {error}", "write it as for `kubectl get -l`")
        return cls(fields.text("namespace", "default"), selector, Comparison.read(fields))

    @property
    def expects(self) -> str:
        """A sentence."""
        return gettext("the most restarts of a pod with %(selector)s %(comparison)s") % {
            "selector": self.selector,
            "comparison": self.comparison,
        }

    def observe(self, cluster: Cluster) -> Observation:
        """The highest count among the pods that are there."""
        pods = cluster.list("Pod", namespace=self.namespace, selector=self.selector)
        counts = [
            sum(
                it.get("restartCount", 0) for it in get_in(pod, "status", "containerStatuses") or []
            )
            for pod in pods
        ]
        if not counts:
            return Observation(None, gettext("there is no such pod"))
        return Observation(self.comparison.holds(max(counts)), gettext("it is %s") % max(counts))
