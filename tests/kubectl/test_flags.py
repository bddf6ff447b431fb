"""Flags are read as pflag reads them."""

import pytest

from k8slab.kubectl.errors import Failure
from k8slab.kubectl.flags import Flag, parse

FLAGS = (
    Flag("output", short="o"),
    Flag("watch", "bool", short="w", default=False),
    Flag("all", "bool", short="A", default=False),
    Flag("filename", "strings", short="f", default=()),
    Flag("replicas", "int", default=0),
    Flag("timeout", "duration", default=0),
    Flag("dry-run", default="none", bare="unchanged"),
)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["-o", "yaml"], "output", "yaml"),
        (["-oyaml"], "output", "yaml"),
        (["-o=yaml"], "output", "yaml"),
        (["-o="], "output", "="),
        (["--output=a=b"], "output", "a=b"),
        (["-wA"], "all", True),
        (["-Aoyaml"], "output", "yaml"),
        (["--watch=false"], "watch", False),
        (["-f", "a,b", "-f", "c"], "filename", ["a", "b", "c"]),
        (["--replicas", "-1"], "replicas", -1),
        (["--timeout=1m30s"], "timeout", 90_000),
        (["--dry-run"], "dry-run", "unchanged"),
        (["--dry-run=client"], "dry-run", "client"),
    ],
)
def test_values(words: list[str], name: str, value: object) -> None:
    assert parse("kubectl x", FLAGS, words).options[name] == value


def test_arguments_stand_anywhere_and_dashes_end_flags() -> None:
    parsed = parse("kubectl x", FLAGS, ["a", "-w", "b", "-", "--", "-o"])
    assert parsed.arguments == ["a", "b", "-", "-o"]
    assert parsed.dash == 3
    assert parsed.given == {"watch"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--nosuch"], "unknown flag: --nosuch"),
        (["-wz"], "unknown shorthand flag: 'z' in -z"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (["--watch=maybe"], 'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool'),
        (["--replicas=1.5"], 'invalid argument "1.5" for "--replicas" flag: strconv.ParseInt'),
        (["--replicas=99999999999999999999"], "value out of range"),
        (["--timeout=5"], 'time: missing unit in duration "5"'),
        (["--=x"], "bad flag syntax: --=x"),
    ],
)
def test_refusals(words: list[str], message: str) -> None:
    with pytest.raises(Failure) as refused:
        parse("kubectl x", FLAGS, words)
    assert message in refused.value.text
    assert refused.value.text.endswith("See 'kubectl x --help' for usage.")
