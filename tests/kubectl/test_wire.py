"""What ``-v`` tells of kubectl's requests."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell


@pytest.fixture
def shell() -> Shell:
    """A cluster with a ConfigMap of three thousand characters."""
    shell = Shell(Cluster(nodes=1, settings={"frozen": True}))
    shell.run(f"kubectl create configmap long --from-literal=text={'x' * 3000}")
    return shell


@pytest.mark.parametrize(("verbosity", "whole"), [(8, False), (9, True), (10, True)])
def test_long_bodies_are_cut_at_verbosity_8(shell: Shell, verbosity: int, whole: bool) -> None:
    """KC-004, KC-086: -v=8 shows 1,024 characters of a body, -v=9 ten times as many."""
    said = shell.run(f"kubectl get configmap long -o name -v={verbosity}").stderr
    assert ("x" * 3000 in said) is whole
    assert (" [truncated " in said) is not whole


def test_verbosity_below_6_tells_nothing(shell: Shell) -> None:
    """KC-086: URLs from 6 on."""
    assert shell.run("kubectl get configmap long -o name -v=5").stderr == ""
    assert shell.run("kubectl get configmap long -o name -v=6").stderr.count("\n") == 1


def test_dry_run_goes_over_the_wire_as_a_parameter(shell: Shell) -> None:
    """KC-004: what the server is asked is what the URL says."""
    said = shell.run("kubectl create configmap a --dry-run=server -v=6").stderr
    assert "configmaps?dryRun=All&fieldManager=kubectl-create" in said
