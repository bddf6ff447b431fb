"""kubectl's recorded output of a trace, against ours."""

from __future__ import annotations

import re

from . import names, text
from .lines import Line
from .traces import Spoken, Story

NOT_SERVED = (
    ('unknown command "', "the verb is not there yet"),
    ("Unexpected args", "the verb is not there yet"),
    ("unknown flag: --raw", "the flag is not there yet"),
    ("doesn't have a resource type", "the kind is not served yet"),
    ("no matches for kind", "the kind is not served yet"),
)
_STEP = re.compile(r" from \d+ to \d+| \(x\d+ over AGE\)|\(combined from similar events\): ")
_GENERATION = re.compile(r"\bgeneration: \d+")


def lines(story: Story) -> list[Line]:
    """A line for each recorded command: standard output, standard error and exit code."""
    return [_line(story, spoken) for spoken in story.spoken]


def _line(story: Story, spoken: Spoken) -> Line:
    command, output = spoken
    what = f"{command['t']:.1f} s: {command['cmd']}"
    file = story.trace["scenario"]
    if output is None:
        return Line(file, what, None, None, NOT_SERVED[0][1])
    for sign, why in NOT_SERVED:
        if sign in output.stderr and sign not in (command.get("stderr") or ""):
            return Line(file, what, None, None, why)
    recorded, mine = names.recorded(story.trace), names.ours(story.cluster)
    drop = _drop(story)
    texts = (
        (command["stdout"], output.stdout),
        (command.get("stderr") or "", output.stderr),
    )
    wanted = [text.normal(real, recorded, story.namespace, drop) for real, _ in texts]
    have = [text.normal(said, mine, story.namespace, drop) for _, said in texts]
    codes = command["rc"], output.exit_code
    if wanted == have:
        return Line(file, what, (*wanted, codes[0]), (*have, codes[1]))
    loose = [[loosened(command["cmd"], it) for it in said] for said in (wanted, have)]
    eased = loose[0] == loose[1]
    wanted, have = loose if eased else (wanted, have)
    return Line(file, what, (*wanted, codes[0]), (*have, codes[1]), loose=eased)


def _drop(story: Story) -> tuple[str, ...]:
    """How lines about objects of kinds that are not served yet begin."""
    return tuple(
        f"{prefix}{name}" for name in story.absent for prefix in ("", "statefulset.apps/")
    ) + tuple(f"daemonset.apps/{name}" for name in story.absent)


def loosened(line: str, said: str) -> str:
    """An output without what jitter decides: how many steps a rollout took.

    Of ``rollout status`` the end remains; of a description's Events their kinds; of what counts
    writes (a slice's generation) all but the count.
    """
    if line.startswith("kubectl rollout status"):
        return said.rpartition("\n")[2]
    head, events, told = said.partition("\nEvents:\n")
    shapes = {_STEP.sub("", row) for row in told.split("\n")}
    counted = _GENERATION.sub("generation: N", head)
    return counted + events + "\n".join(sorted(shapes))
