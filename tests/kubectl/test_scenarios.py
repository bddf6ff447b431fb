"""Each golden scenario plays to the very text that it is (docs/scenarios.md)."""

from pathlib import Path

import pytest

from k8slab.shell.scenario import ScenarioError, parse, play

SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.txt"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_holds(path: Path) -> None:
    """PX-012: names, addresses and times included."""
    expected = path.read_text()
    assert play(expected) == expected


def test_every_scenario_names_the_rows_it_proves() -> None:
    for path in SCENARIOS:
        assert path.read_text().startswith("# "), path.name


def test_output_beneath_is_replaced_by_what_happens() -> None:
    assert play("$ echo a\nwrong\n\n$ false\n") == "$ echo a\na\n\n$ false\n[exit 1]\n"


def test_a_file_is_kept_as_it_is() -> None:
    text = "> a.txt\none\n\n two\n<\n\n$ cat a.txt\none\n\n two\n"
    assert play(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello\n", "line 1: 'hello' is beneath no terminal line"),
        ("> a.txt\nx\n", "line 1: the file does not end with '<'"),
        ("# x\n@ 30s\n", "line 2: '30s' is no span of time such as +30s"),
        ("! meteor node-1\n", "line 1: unknown fault 'meteor'"),
    ],
)
def test_what_can_not_be_played_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message.replace("+", r"\+")):
        play(text)


def test_steps_have_their_lines() -> None:
    assert [(step.sign, step.line) for step in parse("# a\n\n$ ls\nx\n@ +1s\n")] == [
        ("#", 1),
        ("$", 3),
        ("@", 5),
    ]
