"""The small picture on the home page: a lesson's experiment, run by the engine and drawn as SVG.

Above, the share of requests that failed in each second; below, one bar a pod, from its creation to
its end, with the time in which it was Ready but its process was still booting set apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from k8slab.content.figures import spell
from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, labels_of
from k8slab.engine.base.pods import pod_is_ready
from k8slab.labs.summaries import summary

from .checks.history import changes_of
from .lessons import Lesson
from .setup import Setup

WIDTH, GRAPH, ROW, EDGE = 480, 96, 15, 2
GROUND = GRAPH - 10
BEFORE_S, AFTER_S = 10, 15

Scale = Callable[[int], float]
"""A virtual moment in ms -> its x."""

_drawn: dict[tuple[str, str, str], tuple[Setup, Miniature]] = {}


@dataclass(frozen=True, slots=True)
class Bar:
    """A pod's life in the picture; ``cold`` is where it took requests too early."""

    name: str
    y: int
    x: float
    width: float
    cold_x: float
    cold_width: float


@dataclass(frozen=True, slots=True)
class Miniature:
    """What ``course/parts/miniature.html`` draws."""

    width: int
    height: int
    ground: int
    apply_x: float
    failures: str
    bars: tuple[Bar, ...]
    seconds: int
    requests: int
    failed: int
    peak_percent: int

    @property
    def told(self) -> str:
        """What it shows, in words."""
        return gettext(
            "%(failed)s of %(requests)s requests failed within %(seconds)s s, "
            "all at pods that said they were Ready."
        ) % {
            "failed": spell(self.failed),
            "requests": spell(self.requests),
            "seconds": self.seconds,
        }


@dataclass(slots=True)
class _Life:
    """When a pod was there, was Ready and was warm, in ms."""

    name: str
    made: int
    ready: int | None = None
    warm: int | None = None
    gone: int | None = None


def miniature(lesson: Lesson, experiment: str, app: str) -> Miniature | None:
    """The experiment's run, its pods those with the label ``app``; once a process and lesson."""
    name = (lesson.slug, experiment, app)
    setup, drawn = _drawn.get(name, (None, None))
    if drawn is None or setup is not lesson.setup:
        found = next((it for it in lesson.experiments if it.id == experiment), None)
        if found is None or not lesson.setup.loads:
            return None
        cluster, shell = lesson.setup.build()
        began_ms = cluster.now_ms
        found.script.play(cluster, shell)
        drawn = _draw(cluster, lesson.setup.loads[0].name, app, began_ms)
        _drawn[name] = (lesson.setup, drawn)
    return drawn


def _draw(cluster: Cluster, load: str, app: str, began_ms: int) -> Miniature:
    samples = cluster.samples(load, began_ms, cluster.now_ms)
    last_ms = max((it["t_ms"] for it in samples if it["failed"]), default=cluster.now_ms)
    start_ms = began_ms - BEFORE_S * 1000
    end_ms = min(cluster.now_ms, last_ms + AFTER_S * 1000)

    def x(at_ms: int) -> float:
        at = min(max(at_ms, start_ms), end_ms)
        return round((at - start_ms) / (end_ms - start_ms) * WIDTH, 1)

    lives = [it for it in _lives(cluster, app) if it.gone is None or it.gone > start_ms]
    bars = tuple(
        _bar(life, GRAPH + EDGE + index * ROW, x, end_ms) for index, life in enumerate(lives)
    )
    peak = max(it["failed"] / max(it["requests"], 1) for it in samples)
    return Miniature(
        width=WIDTH,
        height=GRAPH + 2 * EDGE + len(bars) * ROW,
        ground=GROUND,
        apply_x=x(began_ms),
        failures=_columns(samples, x, peak),
        bars=bars,
        seconds=round((last_ms - began_ms) / 1000),
        requests=sum(it["requests"] for it in samples if it["t_ms"] <= last_ms),
        failed=sum(it["failed"] for it in samples),
        peak_percent=round(100 * peak),
    )


def _columns(samples: list[dict[str, Any]], x: Scale, peak: float) -> str:
    """One SVG path: a column for each second in which requests failed."""
    columns = []
    for it in samples:
        if it["failed"]:
            left, right = x(it["t_ms"]), x(it["t_ms"] + 1000)
            height = round((GROUND - 8) * it["failed"] / it["requests"] / peak, 1)
            columns.append(f"M{left} {GROUND}v{-height}h{round(right - left, 1)}v{height}z")
    return "".join(columns)


def _bar(life: _Life, y: int, x: Scale, end_ms: int) -> Bar:
    gone = end_ms if life.gone is None else life.gone
    ready = gone if life.ready is None else life.ready
    warm = ready if life.warm is None else max(ready, min(life.warm, gone))
    left, cold = x(life.made), x(ready)
    return Bar(
        name=life.name,
        y=y,
        x=left,
        width=round(x(gone) - left, 1),
        cold_x=cold,
        cold_width=round(x(warm) - cold, 1),
    )


def _lives(cluster: Cluster, app: str) -> list[_Life]:
    """The pods of ``app``: those that went in the order of their end, then the others by age."""
    lives: dict[str, _Life] = {}
    for change in changes_of(cluster, Key("Pod", "*", "*")):
        if labels_of(change.object).get("app") != app:
            continue
        life = lives.setdefault(change.key.name, _Life(change.key.name, change.at_ms))
        if life.ready is None and pod_is_ready(change.object):
            life.ready = change.at_ms
        if change.type == "DELETED":
            life.gone = change.at_ms
    for pod in cluster.list("Pod", namespace="default"):
        if pod["metadata"]["name"] in lives:
            life = lives[pod["metadata"]["name"]]
            life.warm = None if life.ready is None else life.ready + _boot_ms(cluster, pod)
    return sorted(lives.values(), key=_order)


def _order(life: _Life) -> tuple[bool, int]:
    return (life.gone is None, life.made if life.gone is None else life.gone)


def _boot_ms(cluster: Cluster, pod: Obj) -> int:
    """How long the pod's app takes from its start until it is warm."""
    booting = summary(cluster, pod)["app"]
    return 1000 * sum(seconds for _, seconds in booting["plan"]) if booting else 0
