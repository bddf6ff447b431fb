"""``pods: {selector: app=web, where: [{path: spec.nodeName, equals: node-1}], at_least: 2}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.engine import Cluster
from k8slab.engine.base.selectors import parse_selector

from .kind import Observation
from .rollout import Condition
from .values import COMPARISONS, Comparison, value_at


@dataclass(frozen=True, slots=True)
class Pods:
    """How many pods have these labels and these values, now; those that are stopping are not."""

    namespace: str
    selector: str
    where: tuple[Condition, ...]
    comparison: Comparison

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{selector, namespace?, where?: [conditions]}`` and a comparison of the number."""
        fields.only("selector", "namespace", "where", *COMPARISONS)
        selector = fields.text("selector")
        try:
            parse_selector(selector)
        except ValueError as error:
            fields.refuse("selector", f"no selector: {error}", "write it as for `kubectl get -l`")
        where = tuple(
            Condition(it.only("path", *COMPARISONS).text("path"), Comparison.read(it))
            for it in fields.entries("where")
        )
        namespace = fields.text("namespace", "default")
        return cls(namespace, selector, where, Comparison.read(fields))

    @property
    def expects(self) -> str:
        """A sentence."""
        such = "".join(gettext(" and ") + f"{it.path} {it.comparison}" for it in self.where)
        return gettext("the number of pods with %(selector)s %(comparison)s") % {
            "selector": f"{self.selector}{such}",
            "comparison": self.comparison,
        }

    def observe(self, cluster: Cluster) -> Observation:
        """The number."""
        count = sum(
            all(it.comparison.holds(value_at(pod, it.path)) for it in self.where)
            for pod in cluster.list("Pod", namespace=self.namespace, selector=self.selector)
            if "deletionTimestamp" not in pod["metadata"]
        )
        return Observation(self.comparison.holds(count), gettext("it is %s") % count)
