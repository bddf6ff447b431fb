"""The scheduler's recorded scores and choices, and refusals that need no state, against ours."""

from __future__ import annotations

import json
from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.shell import Shell
from tests.scheduler import test_scores as scores

from . import traces
from .lines import Line


def lines() -> Iterator[Line]:
    """A line for each pod that was placed, and for each refused kubectl line."""
    yield from _scores()
    yield from _refusals()


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


def _refusals() -> Iterator[Line]:
    shell = Shell(Cluster(nodes=1, settings={"frozen": True}))
    cases = json.loads((traces.FOLDER / "kubectl" / "refusals.json").read_text())
    for case in cases:
        out = shell.run(case["cmd"])
        said = out.stdout, out.stderr.rstrip("\n"), out.exit_code
        wanted = case.get("stdout", ""), case.get("stderr", "").rstrip("\n"), case["rc"]
        yield Line("20-kubectl-corpus (refusals)", case["cmd"], wanted, said)
