"""api-resources, api-versions and explain, word for word as kubectl 1.36 (CM-012, NL-002).

Fields with enumerations are left out: the schema that we have does not list their values.
"""

import json
from pathlib import Path

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

CASES = json.loads((Path(__file__).parents[1] / "truth" / "kubectl" / "discovery.json").read_text())


@pytest.fixture(scope="module")
def shell():
    return Shell(Cluster(nodes=1, settings={"frozen": True}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cmd"])
def test_the_server_is_described_as_by_the_real_kubectl(shell, case):
    out = shell.run(case["cmd"])
    assert (out.stdout, out.exit_code) == (case["stdout"], case["rc"])
    assert out.stderr.rstrip("\n") == case["stderr"].rstrip("\n")
