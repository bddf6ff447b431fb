"""Every comparison with the recorded truth, and the table of them: docs/fidelity.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from . import (
    bootstrap,
    commands,
    corpus,
    exchanges,
    placing,
    policies,
    rollouts,
    seen,
    server,
    told,
    traces,
    workloads,
)
from .lines import Line
from .reasons import why

TRACES = tuple(sorted(path.stem for path in traces.FOLDER.glob("*-*.json")))
NOT_TRACES = ("26-scheduler-scores", *workloads.TRACES)
NOT_REPLAYED = {
    "12-cost-throughput": "figures, in docs/performance.md",
    "24-http-protocol-kubectl": "tests/kubeapi runs its lines with a real kubectl",
}
HEAD = """# How close the engine is to the truth

Made by `python manage.py fidelity --write` and kept true by a test: do not edit. The truth is what
a real Kubernetes 1.36 control plane did (`tests/truth/`): its manifests, commands and faults are
played at their times, and each recorded line is looked for in our story. Names, addresses, ages
and the order of what happened within tenths of a second are left out of the comparison.

*Hold* counts lines that are ours; *for jitter* those of them in which the number of steps was left
out, because which of several pods was ready first decided it. *Not compared* counts lines of
what is not there yet.
"""


def lines() -> Iterator[Line]:
    """Every line of every truth file that is compared."""
    for name in TRACES:
        if name in NOT_TRACES:
            continue
        story = traces.play(traces.load(name))
        yield from told.lines(story)
        yield from seen.lines(story)
        yield from commands.lines(story)
        if "rs_spec_sequence" in story.trace and name in rollouts.ROLLOUTS:
            yield from rollouts.lines(story)
    for name in workloads.TRACES:
        yield from workloads.lines(traces.play(traces.load(name)))
    yield from server.lines()
    yield from placing.lines()
    yield from corpus.lines()
    yield from exchanges.lines()
    yield from bootstrap.lines()
    yield from policies.lines()


def unexplained(found: Iterable[Line]) -> list[Line]:
    """Lines that differ for no reason we know."""
    return [line for line in found if line.compared and not line.holds and not why(line)]


def table(found: list[Line]) -> str:
    """The text of docs/fidelity.md."""
    files = sorted({line.file for line in found})
    rows = [_row(file, [line for line in found if line.file == file]) for file in files]
    total = _row("**all**", found)
    head = "| truth | lines | hold | for jitter | differ | not compared |"
    rule = "|---|---:|---:|---:|---:|---:|"
    parts = [HEAD, head, rule, *rows, total, "", *_differences(found), "", *_absences(found), ""]
    return "\n".join(parts)


def _row(name: str, found: list[Line]) -> str:
    compared = [line for line in found if line.compared]
    holds = [line for line in compared if line.holds]
    loose = sum(line.loose for line in holds)
    absent = len(found) - len(compared)
    counts = (len(compared), len(holds), loose, len(compared) - len(holds), absent)
    return f"| {name} | {' | '.join(str(count) for count in counts)} |"


def _differences(found: list[Line]) -> Iterator[str]:
    yield "## Lines that differ, and why\n"
    reasons = sorted({why(line) for line in found if line.compared and not line.holds})
    for reason in reasons:
        yield f"**{reason or 'unexplained'}**\n"
        for line in found:
            if line.compared and not line.holds and why(line) == reason:
                yield entry(line)
        yield ""


def entry(line: Line) -> str:
    """A differing line as the document lists it."""
    return f"- {line.file}: `{_short(line.what)}`"


def _absences(found: list[Line]) -> Iterator[str]:
    yield "## What is not compared, and why\n"
    counts = Counter((line.file, line.absent) for line in found if line.absent)
    for (file, reason), count in sorted(counts.items()):
        yield f"- {file}, {count} lines: {reason}"
    for file, reason in NOT_REPLAYED.items():
        yield f"- {file}: {reason}"


def _short(what: str) -> str:
    text = what.replace("`", "'").replace("\n", " ")
    return text if len(text) <= 110 else f"{text[:107]}..."
