"""Trace: the way of the latest apply."""

from __future__ import annotations

from dataclasses import asdict

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.trace import TITLES, Step, apply_trace, latest_apply

from ..history import History
from .sentences import in_words

SHOWN = 8
"""Steps of one number that are told; of the others the number is."""
POD = "Pod/"


def traced(cluster: Cluster, history: History, shown: Cluster, of: str) -> Obj:
    """{"choices": pods, "of", "stages": [stage], "began_ms", "total_ms"}: as ``shown`` knows it.

    ``cluster`` and its ``history`` know the whole past, of which ``shown`` is a moment. A stage is
    {"number", "title", "steps": trace.Step as JSON, "more"}, all 23 of them; the pod ``of`` ("":
    all) leaves out the steps of other pods. "began_ms" is None where nothing was applied yet.
    """
    try:
        index = latest_apply(shown)
    except LookupError:
        return {"choices": [], "of": "", "stages": _stages([]), "began_ms": None, "total_ms": 0}
    began_ms = shown.journal[index].at_ms
    whole = apply_trace(cluster, index, history.before(cluster, index))
    steps = [step for step in whole if step.at_ms <= shown.now_ms]
    pods = sorted({step.object for step in steps if step.object.startswith(POD)})
    of = of if of in pods else ""
    told = [step for step in steps if not of or _concerns(step, of)]
    return {
        "choices": pods,
        "of": of,
        "stages": _stages(told),
        "began_ms": began_ms,
        "total_ms": steps[-1].at_ms - began_ms,
    }


def _concerns(step: Step, pod: str) -> bool:
    return step.object == pod or not step.object.startswith(POD)


def _stages(steps: list[Step]) -> list[Obj]:
    found = []
    for number, title in TITLES.items():
        mine = [step for step in steps if step.number == number]
        told = [{**asdict(step), "real": in_words(step.real)} for step in mine[:SHOWN]]
        more = max(0, len(mine) - SHOWN)
        found.append({"number": number, "title": in_words(title), "steps": told, "more": more})
    return found
