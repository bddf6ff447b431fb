"""The scheduler's recorded scores and choices, against ours."""

from __future__ import annotations

from collections.abc import Iterator

from tests.scheduler import test_scores as scores

from .lines import Line


def lines() -> Iterator[Line]:
    """A line for each pod that was placed."""
    yield from _scores()


def _scores() -> Iterator[Line]:
    world = scores.new_world()
    for entry in scores.TRUTH["pods"]:
        wanted = {"scores": entry["plugin_scores"]}
        decision = scores.attempt(world, entry)
        have = {
            plugin: {node: decision["scores"].get(node, {}).get(plugin, 0) for node in row}
            for plugin, row in entry["plugin_scores"].items()
        }
        chosen = entry["chosen"] if entry["ties"] > 1 else decision["chosen"]
        what = f"{entry['pod']}: {entry['what']}"
        yield Line(
            "26-scheduler-scores",
            what,
            {**wanted, "chosen": entry["chosen"]},
            {"scores": have, "chosen": chosen},
        )
