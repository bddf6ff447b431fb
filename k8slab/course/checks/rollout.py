"""A rollout of the past, found by its pod template.

    rollout:
      of: Deployment/default/web
      template: [{path: "spec.containers[api].readinessProbe", present: true}]
      failed: {load: client, at_most: 0}

It holds once there was a finished rollout to such a template with so many failed requests, from
its beginning until the old pods' grace period after its end. What came later can't undo it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import spell
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key

from . import history
from .kind import Observation
from .values import COMPARISONS, Comparison, clock, read_key, value_at


@dataclass(frozen=True, slots=True)
class Condition:
    """What a pod template must say."""

    path: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Rollout:
    """There was a finished rollout to such a template that failed so many requests."""

    of: Key
    template: tuple[Condition, ...]
    load: str
    failed: Comparison | None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """``{of, template: [conditions], failed?: {load, comparison}}``."""
        fields.only("of", "template", "failed")
        conditions = tuple(
            Condition(it.only("path", *COMPARISONS).text("path"), Comparison.read(it))
            for it in fields.entries("template")
        )
        if "failed" not in fields:
            return cls(read_key(fields), conditions, "", None)
        failed = fields.mapping("failed").only("load", *COMPARISONS)
        return cls(read_key(fields), conditions, failed.text("load"), Comparison.read(failed))

    @property
    def expects(self) -> str:
        """A sentence."""
        such = gettext(" and ").join(f"{it.path} {it.comparison}" for it in self.template)
        of = gettext("%(of)s where %(such)s") % {"of": self.of, "such": such} if such else self.of
        if self.failed is None:
            return gettext("a finished rollout of %s") % (of,)
        return gettext("a rollout of %(of)s, during which the number failed %(comparison)s") % {
            "of": of,
            "comparison": self.failed,
        }

    def observe(self, cluster: Cluster) -> Observation:
        """The latest rollout that fits, and its failed requests."""
        fitting = [it for it in history.rollouts(cluster, self.of) if self._fits(it)]
        if not fitting:
            return Observation(False, gettext("no such rollout yet"))
        observations = [self._look(cluster, rollout) for rollout in fitting]
        held = [it for it in observations if it.ok]
        return held[-1] if held else observations[-1]

    def _fits(self, rollout: history.Rollout) -> bool:
        return all(it.comparison.holds(value_at(rollout.template, it.path)) for it in self.template)

    def _look(self, cluster: Cluster, rollout: history.Rollout) -> Observation:
        which = gettext("the rollout at %s") % clock(rollout.began_ms)
        over_ms = None if rollout.ended_ms is None else rollout.ended_ms + history.DRAIN_MS
        until_ms = cluster.now_ms if over_ms is None else min(over_ms, cluster.now_ms)
        count = ""
        if self.failed is not None:
            failed, requests = history.failures(cluster, self.load, rollout.began_ms, until_ms)
            words = {"failed": spell(failed), "all": spell(requests)}
            count = gettext("%(failed)s of %(all)s requests failed") % words
            if self.failed.how == "at_most" and not self.failed.holds(failed):
                return Observation(False, f"{which}: {count}")
            count = f", {count}"
        if over_ms is None:
            return Observation(None, gettext("%s is under way") % which + count)
        if self.failed is None:
            ended = {"which": which, "at": clock(over_ms - history.DRAIN_MS)}
            return Observation(True, gettext("%(which)s ended at %(at)s") % ended)
        if over_ms > cluster.now_ms:
            waits = gettext("%s has ended, old pods may still answer") % which
            return Observation(None, waits + count)
        return Observation(self.failed.holds(failed), gettext("%s has ended") % which + count)
