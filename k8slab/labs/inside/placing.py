"""Scheduler: why a pod is on its node, or on none."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.scheduler.decision import decisions, totals

from .choice import choose


def placing(cluster: Cluster, of: str) -> Obj:
    """{"choices": pods as ``default/web-x``, the latest first, "of", "decision"} (None: no pod).

    The decision is ``scheduler.Decision`` with "plugins", the names of all that scored, and
    "totals" by node; the chosen node has the highest.
    """
    latest = {each["pod"]: each for each in decisions(cluster.world)}
    choices = sorted(latest, key=lambda pod: -latest[pod]["at_ms"])
    of = choose(of, choices)
    if not of:
        return {"choices": [], "of": "", "decision": None}
    decision = latest[of]
    plugins = dict.fromkeys(plugin for row in decision["scores"].values() for plugin in row)
    shown = {**decision, "plugins": list(plugins), "totals": totals(decision)}
    return {"choices": choices, "of": of, "decision": shown}
