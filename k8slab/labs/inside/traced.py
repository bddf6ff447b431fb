"""Trace: the way of the latest apply."""

from __future__ import annotations

from dataclasses import asdict

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.trace import TITLES, apply_trace, latest_apply


def traced(cluster: Cluster, shown: Cluster) -> Obj:
    """{"titles": {"1": ...}, "steps": [step], "began_ms", "total_ms"}: as far as ``shown`` knows.

    ``cluster`` knows the whole past, of which ``shown`` is a moment; a step is a ``trace.Step``
    with its title. Both times are None where nothing was applied yet.
    """
    titles = {str(number): title for number, title in TITLES.items()}
    try:
        index = latest_apply(shown)
    except LookupError:
        return {"titles": titles, "steps": [], "began_ms": None, "total_ms": None}
    began_ms = shown.journal[index].at_ms
    steps = [step for step in apply_trace(cluster, index) if step.at_ms <= shown.now_ms]
    return {
        "titles": titles,
        "steps": [{**asdict(step), "title": step.title} for step in steps],
        "began_ms": began_ms,
        "total_ms": steps[-1].at_ms - began_ms,
    }
