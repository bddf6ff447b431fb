"""kubectl set: --local, files, and what contradicts itself, as kubectl 1.36 and 1.33 say it."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1"}]
      initContainers: [{name: prepare, image: "web:1"}]
"""
LOCAL = "error: you must specify resources by --filename when --local is set."


@pytest.fixture(scope="module")
def shell():
    made = Shell(Cluster(nodes=1, settings={"frozen": True}))
    made.files["web.yaml"] = DEPLOYMENT
    return made


def test_a_local_change_asks_no_server_and_prints_what_go_prints(shell):
    """KC-070: the file's object, changed, with the empty structs of Go's types."""
    out = shell.run("kubectl set image -f web.yaml web=web:2 --local -o yaml")
    assert "  strategy: {}\n" in out.stdout and out.stdout.endswith("status: {}\n")
    assert out.stdout.count("resources: {}") == 2
    assert "web:2" in out.stdout and "namespace" not in out.stdout
    assert shell.run("kubectl get deployments").stderr.startswith("No resources found")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("set image deploy/web web=x --local", LOCAL),
        ("set image -f web.yaml web=x --local --dry-run=server", "cannot specify --local and"),
        ("set image -f web.yaml deploy/web web=x", "resource/name arguments cannot be provided"),
        ("set image deploy --all -l a=b web=x", "cannot set --all and --selector at the same"),
        ("set image -f web.yaml web=x *=y --local", "all containers are already specified by *"),
        ("set env A=1 deploy/web", "all resources must be specified before environment changes"),
        ("set env -f web.yaml A=1 A- --local", "can not both modify and remove the same"),
        ("set env -f web.yaml --keys=a --local", "when specifying --keys, a configmap or secret"),
        ("set env -f web.yaml --list -o yaml --local", "--list and --output may not be specified"),
        ("set env -f web.yaml -e A --local", "unknown environment variable: A"),
        ("set selector svc web a!=b", '"!=" is not a valid label selector operator'),
        ("set selector svc web 'a in (b,c)'", "match expression [{a In [b c]}] not supported"),
        ("set sa", "serviceaccount is required"),
        ("set subject -f web.yaml --user=a --local", "deployments/web setting subjects is only"),
    ],
)
def test_what_contradicts_itself_is_refused(shell, line, said):
    """KC-049: refusals of the set verbs."""
    out = shell.run(f"kubectl {line}")
    assert (said in out.stderr, out.exit_code, out.stdout) == (True, 1, "")


def test_variables_come_from_stdin_and_are_listed_of_all_containers(shell):
    """KC-049: ``-e -`` reads lines of stdin; containers are listed before init containers."""
    out = shell.run("kubectl set env -f web.yaml -e - --list --local", stdin="A=1\nB=2\n")
    assert out.stdout == (
        "# Deployment web, container web\nA=1\nB=2\n# Deployment web, container prepare\nA=1\nB=2\n"
    )
