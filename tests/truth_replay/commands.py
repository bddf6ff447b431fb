"""kubectl's recorded output of a trace, against ours."""

from __future__ import annotations

import re

from . import names, text
from .lines import Line
from .traces import Spoken, Story

_STEP = re.compile(r" from \d+ to \d+| \(x\d+ over AGE\)|\(combined from similar events\): ")
_GENERATION = re.compile(r"\bgeneration: \d+")


def lines(story: Story) -> list[Line]:
    """A line for each recorded command: standard output, standard error and exit code."""
    return [_line(story, spoken) for spoken in story.spoken]


def _line(story: Story, spoken: Spoken) -> Line:
    command, output = spoken
    what = f"{command['t']:.1f} s: {command['cmd']}"
    file = story.trace["scenario"]
    recorded, mine = names.recorded(story.trace), names.ours(story.cluster)
    texts = (
        (command["stdout"], output.stdout),
        (command.get("stderr") or "", output.stderr),
    )
    wanted = [text.normal(real, recorded, story.namespace) for real, _ in texts]
    have = [text.normal(said, mine, story.namespace) for _, said in texts]
    codes = command["rc"], output.exit_code
    if wanted == have:
        return Line(file, what, (*wanted, codes[0]), (*have, codes[1]))
    loose = [[loosened(command["cmd"], it) for it in said] for said in (wanted, have)]
    eased = loose[0] == loose[1]
    wanted, have = loose if eased else (wanted, have)
    return Line(file, what, (*wanted, codes[0]), (*have, codes[1]), loose=eased)


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
