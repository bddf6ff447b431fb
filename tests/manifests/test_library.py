"""YM-034: every manifest of the library applies, converges and is what it says; two are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .shelf import FIXTURES, LIBRARY, Lab, manifests

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_text()
)
APPLIED = [name for name, entry in EXPECTED.items() if "see" in entry]
REFUSED = [name for name, entry in EXPECTED.items() if "refused" in entry]


def applied(name: str) -> tuple[Lab, str]:
    """A lab in which a manifest was just applied, after what it needs; and what apply said."""
    lab = Lab()
    for other in EXPECTED[name].get("after", ()):
        lab.apply(other)
    return lab, lab.apply(name)


def bodies(name: str) -> list[str]:
    """The texts of the objects in a file."""
    return [text for text in (LIBRARY / name).read_text().split("---\n") if "kind:" in text]


def results(said: str) -> list[str]:
    """The last word of each line that apply prints."""
    return [line.split()[-1] for line in said.splitlines()]


@pytest.mark.parametrize("name", APPLIED)
def test_a_manifest_applies_and_converges(name: str) -> None:
    """YM-034; and YM-033: their selectors, lists and maps in flow style are read."""
    lab, said = applied(name)
    assert results(said) == ["created"] * len(bodies(name))
    lab.cluster.advance(60)
    for line, output in EXPECTED[name]["see"].items():
        assert lab.kubectl(line).rstrip("\n") == output


@pytest.mark.parametrize("name", APPLIED)
def test_a_manifest_applied_twice_changes_nothing(name: str) -> None:
    """YM-029: nothing is stored. kubectl says "configured" where ``1000m`` is stored as ``1``."""
    lab, _ = applied(name)
    lab.cluster.advance(60)
    version = lab.cluster.version
    said = ["configured" if "1000m" in body else "unchanged" for body in bodies(name)]
    assert results(lab.apply(name)) == said
    assert lab.cluster.version == version


@pytest.mark.parametrize("name", REFUSED)
def test_a_manifest_is_refused(name: str) -> None:
    """YM-002 and YM-018: the shape of an object is none yet; kubectl's own file is no object."""
    said = Lab().refused(f"apply -f {name}")
    assert all(part in said for part in EXPECTED[name]["refused"])


def test_every_file_of_the_library_is_tested() -> None:
    """YM-034: none is left out."""
    assert {path.name for path in manifests()} == {*EXPECTED, *FIXTURES}
