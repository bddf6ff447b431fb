"""Our kubectl and the real one say the same, line by line, over the same cluster.

The lines are those of the recorded corpora that need no time to pass, and those of lines.txt. Where
the two differ, kubectl 1.36 may have said what ours says (the real one at hand is older), or
docs/fidelity.md already lists the line, or REASONS says why. Anything else is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ROOT
from .differential import SIBLINGS, Twins, corpus_lines, own_lines, recorded, twins

OLDER = "kubectl 1.33 says it otherwise than 1.36"
CHANCE = "the order of what happened at once is chance"
MAPS = "kubectl prints it in the order of a Go map: chance"
CLIENT = "it is about the machine on which kubectl runs"
CLOCK = "ages of Events are told by the client's clock, and a lab has its own"
FOLLOWS = "a line before it differed, for its own reason"
TO_MEND = "a verb or flag that ours lacks"
NO_KEY = "to --raw kubectl leaves out the path of the server's address, which has the lab's key"

REASONS = (
    (r"--raw", NO_KEY),
    (r"kustomize|-k m|kyaml|^kubectl$", OLDER),
    (r"version|cluster-info|get pods --(server|request)", CLIENT),
    (r"--sort-by|get events|logs .*(--all|-l)|drain", CHANCE),
    (r"--list|set env .*--from|describe (limit|ns|quota)|m/crs", MAPS),
    (r"kubectl events", CLOCK),
    (r"hpa|--cpu=|apply .*--dry-run=client|describe node|drain|top$|rollout undo .*=99", OLDER),
    (r"events .* -o", TO_MEND),
    (r"label cm|annotate cm|get -f state|03-shop|rollout (history|restart)", FOLLOWS),
)
_EQUAL_SHARE = 0.85


@pytest.fixture
def pair(server: tuple[str, Path], tmp_path: Path) -> Twins:
    return twins(server, tmp_path)


def differences(pair: Twins, lines: list[tuple[str, str]]) -> Iterator[tuple[str, str, object]]:
    """(line, reason, both answers) of each line that differs."""
    truth, document = recorded(), (ROOT / "docs" / "fidelity.md").read_text()
    for line, stdin in lines:
        ours, real = pair.run(line, stdin)
        if ours == real:
            continue
        listed = f"s: {line.removesuffix(' --wait=false').replace('`', chr(39))}"[:90]
        if ours in truth.get(line, ()):
            yield line, OLDER, (ours, real)
        elif listed in document:
            yield line, "docs/fidelity.md lists it", (ours, real)
        else:
            why = next((reason for it, reason in REASONS if re.search(it, line)), "")
            yield line, why, (ours, real)


def check(pair: Twins, lines: list[tuple[str, str]]) -> None:
    found = list(differences(pair, lines))
    assert [(line, both) for line, why, both in found if not why] == []
    assert len(found) < (1 - _EQUAL_SHARE) * len(lines)


def test_reading(pair: Twins) -> None:
    """KC-001, KF-001: get, describe, explain, events, api-resources, auth and their errors."""
    lines = corpus_lines(1, 2, every=2) + corpus_lines(3, every=3)
    assert len(lines) > 140
    check(pair, lines)


def test_siblings(pair: Twins) -> None:
    """KC-001, KF-001: what the recorded lines lack: every kind, flag and refusal beside theirs."""
    check(pair, own_lines(SIBLINGS)[::3])


def test_writing(pair: Twins) -> None:
    """KC-001, KF-001: create, apply, patch, set, scale, rollout, delete, and their errors."""
    lines = own_lines() + corpus_lines(5, 6, 7, 9)
    assert len(lines) > 250
    check(pair, lines)
