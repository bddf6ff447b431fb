"""Predict the graph: each curve was drawn by a run, one of them by the run that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, Remark
from .body import Facts, Option, choice, key_of, text

WIDTH, HEIGHT = 240, 56


@dataclass(frozen=True, slots=True)
class Graph:
    """The ``series`` of several runs (``options``: ``experiment``, ``why``, ``right``)."""

    fields: ClassVar[tuple[str, ...]] = ("series", "seconds", "options")
    template: ClassVar[str] = "choice"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The curves over the first ``seconds``; one is right, and no two are alike."""
        name, seconds = fields.text("series"), fields.whole("seconds")
        entries = fields.entries("options")
        curves = [_points(it, facts, name, seconds) for it in entries]
        most = max((value for points in curves for _, value in points), default=0)
        options = tuple(
            Option(
                key_of(at),
                draw(points, seconds, most),
                bool(it.value.get("right")),
                text(it, "why", facts),
            )
            for at, (it, points) in enumerate(zip(entries, curves, strict=True))
        )
        if sum(it.right for it in options) != 1 or len({it.html for it in options}) < len(options):
            fields.refuse("options", "needs one right curve, and no two alike", "change the runs")
        return cls(options)

    def grade(self, answer: list[str]) -> Grade:
        """All or nothing."""
        chosen = choice(self.options, answer)
        headline = (
            gettext("As the engine drew it.")
            if chosen.right
            else gettext("The engine drew another.")
        )
        return Grade(float(chosen.right), headline, (Remark(chosen.key, chosen.right, chosen.why),))


def _points(fields: Fields, facts: Facts, name: str, seconds: int) -> list[list[int]]:
    fields.only("experiment", "why", "right")
    run = fields.text("experiment")
    points = facts.get(run, {}).get("series", {}).get(name)
    if points is None:
        fields.refuse("experiment", f"`{run}` has no series {name}", "add it to experiments.yaml")
    return [point for point in points if point[0] <= seconds]


def draw(points: list[list[int]], seconds: int, most: int) -> str:
    """Steps as SVG, with the same in words for those who can't see it."""
    scale = (HEIGHT - 8) / max(most, 1)
    path = ""
    for at_s, value in points:
        x, y = at_s * WIDTH / seconds, HEIGHT - 4 - value * scale
        path += f"H{x:.0f}V{y:.0f}" if path else f"M{x:.0f} {y:.0f}"
    each = gettext("%(value)s from %(second)s s")
    told = gettext(", then ").join(
        each % {"value": value, "second": at_s} for at_s, value in points
    )
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label="{told}">'
        f'<path class="curve__floor" d="M0 {HEIGHT - 4}H{WIDTH}"/>'
        f'<path class="curve__line" d="{path}H{WIDTH}"/></svg>'
    )
