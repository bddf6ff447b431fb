"""Refusals of the real kubectl 1.36 that need no particular state: stdout, stderr, exit code.

KC-012, KC-014, KC-063, KC-064, KC-073, KC-077: wrong names, flags, selectors and arguments.
"""

import json
from pathlib import Path

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

REFUSED = json.loads(
    (Path(__file__).parent.parent / "truth" / "kubectl" / "refusals.json").read_text()
)


@pytest.fixture(scope="module")
def shell() -> Shell:
    shell = Shell(Cluster(nodes=1, settings={"frozen": True}))
    shell.run("kubectl create namespace shop")
    return shell


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["cmd"])
def test_refusal(shell: Shell, case: dict[str, str]) -> None:
    out = shell.run(case["cmd"])
    assert out.stdout == case.get("stdout", "")
    assert out.stderr.rstrip("\n") == case.get("stderr", "").rstrip("\n")
    assert out.exit_code == case["rc"]
