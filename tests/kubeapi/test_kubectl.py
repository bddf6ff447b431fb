"""The real kubectl on a lab."""

from __future__ import annotations

import json

from .conftest import Kubectl

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
"""


def test_a_deployment_from_apply_to_delete(kubectl: Kubectl) -> None:
    """CP-041, KC-001: apply, watch it roll out, read it, scale it, delete it."""
    assert kubectl("apply", "-f", "-", stdin=WEB).stdout == "deployment.apps/web created\n"
    assert kubectl("apply", "-f", "-", stdin=WEB).stdout == "deployment.apps/web unchanged\n"
    rolled = kubectl("rollout", "status", "deployment/web")
    assert rolled.stdout.endswith('deployment "web" successfully rolled out\n')
    pods = kubectl("get", "pods", "--no-headers").stdout.splitlines()
    assert [line.split()[1:3] for line in pods] == [["1/1", "Running"]] * 2
    assert kubectl("scale", "deployment/web", "--replicas=3").stdout == (
        "deployment.apps/web scaled\n"
    )
    found = json.loads(kubectl("get", "deployment", "web", "-o", "json").stdout)
    assert found["spec"]["replicas"] == 3
    assert "nginx/1.27" in kubectl("logs", "deployment/web").stdout
    assert kubectl("delete", "deployment", "web").stdout == 'deployment.apps "web" deleted\n'
    gone = kubectl("get", "deployment", "web")
    assert gone.stderr == 'Error from server (NotFound): deployments.apps "web" not found\n'
    assert gone.returncode == 1


def test_what_is_served_is_discovered_and_explained(kubectl: Kubectl) -> None:
    """Names, versions and fields come from the server."""
    versions = kubectl("api-versions").stdout.split()
    assert {"v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1"} <= set(versions)
    rows = kubectl("api-resources", "--no-headers").stdout.splitlines()
    assert any(
        row.split() == ["deployments", "deploy", "apps/v1", "true", "Deployment"] for row in rows
    )
    assert "Server Version: v1.36.2" in kubectl("version").stdout
    said = kubectl("explain", "deployment.spec.replicas").stdout
    assert "FIELD: replicas <integer>" in said


def test_bad_input_is_refused_in_the_servers_words(kubectl: Kubectl) -> None:
    """A field that does not exist, a value that may not be, a kind that is not served."""
    typo = kubectl("apply", "-f", "-", stdin=WEB.replace("replicas", "replica"))
    assert typo.returncode == 1 and 'unknown field "spec.replica"' in typo.stderr
    bad = kubectl("apply", "-f", "-", stdin=WEB.replace("replicas: 2", "replicas: -1"))
    assert "spec.replicas: Invalid value: -1" in bad.stderr
    none = kubectl("get", "nosuch")
    assert none.stderr == 'error: the server doesn\'t have a resource type "nosuch"\n'


def test_a_node_is_drained(kubectl: Kubectl) -> None:
    """Evictions by API, after a cordon."""
    kubectl("apply", "-f", "-", stdin=WEB)
    kubectl("rollout", "status", "deployment/web")
    where = json.loads(kubectl("get", "pods", "-o", "json").stdout)["items"][0]["spec"]["nodeName"]
    drained = kubectl("drain", where, "--ignore-daemonsets")
    assert drained.stdout.endswith(f"node/{where} drained\n"), drained.stderr
    left = json.loads(kubectl("get", "pods", "-o", "json").stdout)["items"]
    assert all(pod["spec"].get("nodeName") != where for pod in left)
