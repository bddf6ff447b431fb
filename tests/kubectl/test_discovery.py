"""api-resources, api-versions and explain, word for word as kubectl 1.36 (CM-012, NL-002)."""

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


SAID = (
    (
        "hostpath",
        "explain pod.spec.volumes.hostPath",
        'enum: "", BlockDevice, CharDevice, Directory, ....',
    ),
    ("all", "explain pod.spec.volumes.hostPath.type", 'ENUM:\n    ""\n    BlockDevice\n'),
    ("map", "explain pod.spec.containers.resources.limits", "\n    Quantity is a fixed-point"),
    ("group", "explain deployments.apps.spec.replicas", "FIELD: replicas <integer>"),
    (
        "old",
        "explain pod.spec.nodeName --output=plaintext-openapiv2",
        "FIELD:    nodeName <string>",
    ),
    (
        "old map",
        "explain cm.data --output=plaintext-openapiv2",
        "FIELD:    data <map[string]string>",
    ),
    ("old any", "explain pod.metadata.managedFields --output=plaintext-openapiv2", "<map[string]>"),
)


@pytest.mark.parametrize(("line", "said"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_explain_says_what_values_a_field_takes(shell, line, said):
    """KC-037: values of a field, shortened in a list; maps; a kind by its group; the old format."""
    assert said in shell.run(f"kubectl {line}").stdout
