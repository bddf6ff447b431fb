"""Experiments: scripts run on a lesson's cluster, and the figures that they give.

Each number that a lesson states and each answer that the cluster decides is a figure of an
experiment. ``manage.py check_lessons --update`` runs them and writes ``facts.json`` beside the
lesson; ``check_lessons`` fails where the engine says something else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8slab.content.documents import Document, Fields
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, get_in

from .checks import read_kind
from .checks.history import changes_of, latency_ms
from .checks.seen import Seen
from .checks.values import value_at
from .measures import Measure, events_since, read_series, read_values
from .scripts import Script, read_script
from .setup import Setup

Facts = dict[str, dict[str, Any]]
"""Experiment -> figure -> value."""
LATENCY_S = 10  # the requests of so many last seconds are timed


@dataclass(frozen=True, slots=True)
class Experiment:
    """A script, and the moments whose time from its beginning is wanted.

    ``before`` is played first and counts for nothing. ``events`` is the namespace whose Events
    are kept, or "". ``latency`` names a load: how long its requests took at the end.
    """

    id: str
    title: str
    before: Script
    script: Script
    moments: dict[str, Seen]
    values: dict[str, Measure]
    series: dict[str, Measure]
    events: str
    latency: str

    def run(self, setup: Setup) -> dict[str, Any]:
        """The figures, on a fresh cluster."""
        cluster, shell = setup.build()
        self.before.play(cluster, shell)
        began_ms = cluster.now_ms
        self.script.play(cluster, shell)
        figures: dict[str, Any] = {"title": self.title, "pods": _pods(cluster, began_ms)}
        traffic = {it.name: _traffic(cluster, it.name, began_ms) for it in setup.loads}
        if traffic:
            figures |= traffic[setup.loads[0].name]
        if len(traffic) > 1:
            figures |= traffic
        for name, moment in self.moments.items():
            at_ms = moment.became_ms(cluster, began_ms)
            figures[name] = None if at_ms is None else round((at_ms - began_ms) / 1000)
        for name, measure in self.values.items():
            figures[name] = measure.value(cluster, began_ms)
        if self.series:
            figures["series"] = {
                name: measure.series(cluster, began_ms) for name, measure in self.series.items()
            }
        if self.latency:
            figures["latency_ms"] = latency_ms(cluster, self.latency, LATENCY_S)
        if self.events:
            figures["events"] = events_since(cluster, began_ms, self.events)
        return figures


def read_experiments(folder: Path) -> tuple[Experiment, ...]:
    """The experiments in ``experiments.yaml`` (none where there is no such file)."""
    file = folder / "experiments.yaml"
    if not file.is_file():
        return ()
    return tuple(_experiment(folder, it) for it in Document.read(file).entries())


def read_facts(folder: Path) -> Facts:
    """What ``facts.json`` holds (nothing where there is none)."""
    file = folder / "facts.json"
    if not file.is_file():
        return {}
    facts: Facts = json.loads(file.read_text(encoding="utf-8"))
    return facts


def write_facts(folder: Path, facts: Facts) -> None:
    """Keep the figures beside the lesson."""
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    (folder / "facts.json").write_text(text + "\n", encoding="utf-8")


def _experiment(folder: Path, fields: Fields) -> Experiment:
    fields.only(
        "id", "title", "before", "script", "moments", "values", "series", "events", "latency"
    )
    moments = {}
    wanted = fields.mapping("moments")
    for name in wanted:
        kind = read_kind(wanted.mapping(name))
        if not isinstance(kind, Seen):
            wanted.refuse(name, "a moment is of the kind `seen`", "write `seen: {...}`")
        moments[name] = kind
    return Experiment(
        id=fields.text("id"),
        title=fields.text("title"),
        before=read_script(folder, fields, "before"),
        script=read_script(folder, fields),
        moments=moments,
        values=read_values(fields.mapping("values")),
        series=read_series(fields.mapping("series")),
        events=fields.text("events", ""),
        latency=fields.text("latency", ""),
    )


def _pods(cluster: Cluster, began_ms: int) -> dict[str, int]:
    """How many pods there are, how many Ready, how many made; the most restarts of one."""
    pods = cluster.list("Pod")
    ready = [value_at(pod, "status.conditions[Ready].status") == "True" for pod in pods]
    containers = [get_in(pod, "status", "containerStatuses") or [] for pod in pods]
    restarts = [sum(it.get("restartCount", 0) for it in them) for them in containers]
    every = changes_of(cluster, Key("Pod", "*", "*"))
    made = sum(change.type == "ADDED" and change.at_ms >= began_ms for change in every)
    return {
        "count": len(pods),
        "ready": sum(ready),
        "restarts": max(restarts, default=0),
        "made": made,
    }


def _traffic(cluster: Cluster, load: str, began_ms: int) -> dict[str, Any]:
    """What a load met since ``began_ms``.

    ``failing_s`` is the time from the first failure to the end of the last, and ``percent`` the
    share that failed in it; ``peak_percent`` is that of the worst ten seconds.
    """
    samples = cluster.samples(load, began_ms, cluster.now_ms)
    failing = [index for index, it in enumerate(samples) if it["failed"]]
    window = samples[failing[0] : failing[-1] + 1] if failing else []
    tens = [samples[index : index + 10] for index in range(max(len(samples) - 9, 0))]
    return {
        "requests": sum(it["requests"] for it in samples),
        "failed": sum(it["failed"] for it in samples),
        "failing_s": len(window),
        "percent": _percent(window),
        "peak_percent": max(map(_percent, tens), default=0.0),
    }


def _percent(samples: list[dict[str, Any]]) -> float:
    requests = sum(it["requests"] for it in samples)
    return round(100 * sum(it["failed"] for it in samples) / requests, 1) if requests else 0.0
