"""RBAC as the real kubectl and API server tell it: can-i, whoami, refusals (RB-001 to RB-005)."""

import json
from pathlib import Path

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

CASES = json.loads((Path(__file__).parents[1] / "truth" / "kubectl" / "auth.json").read_text())
RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: node-viewer, labels: {kind: custom}}
rules:
- {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
- {nonResourceURLs: ["/healthz", "/metrics"], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: node-viewer-jane}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: node-viewer}
subjects:
- {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
- {kind: Group, name: ops, apiGroup: rbac.authorization.k8s.io}
- {kind: ServiceAccount, name: builder, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: pod-reader, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list, watch]}
- {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [get, patch]}
- {apiGroups: [""], resources: [configmaps], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: pod-reader-jane, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: pod-reader}
subjects:
- {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
- {kind: ServiceAccount, name: builder, namespace: shop}
"""


@pytest.fixture
def shell():
    shell = Shell(Cluster(nodes=2, settings={"frozen": True}), files={"rbac.yaml": RBAC})
    shell.run("kubectl create namespace shop; kubectl create namespace lab")
    assert shell.run("kubectl apply -f rbac.yaml").exit_code == 0
    return shell


def without_fork(text):
    """Less the path that only the recorder's distribution opens to everybody."""
    return "".join(it for it in text.splitlines(keepends=True) if "/.well-known" not in it)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cmd"])
def test_access_is_told_as_by_the_real_server(shell, case):
    out = shell.run(case["cmd"])
    assert out.stdout == without_fork(case["stdout"])
    assert out.stderr.rstrip("\n") == case["stderr"].rstrip("\n")
    assert out.exit_code == case["rc"]


def test_the_learner_is_the_administrator(shell):
    assert shell.run("kubectl auth whoami").stdout == (
        "ATTRIBUTE   VALUE\n"
        "Username    kubernetes-admin\n"
        "Groups      [system:masters system:authenticated]\n"
    )


def test_a_role_without_a_binding_grants_nothing(shell):
    """RB-013."""
    can_i = "kubectl auth can-i list pods -n shop --as=jane"
    assert shell.run(can_i).stdout == "yes\n"
    shell.run("kubectl delete rolebinding pod-reader-jane -n shop")
    assert shell.run(can_i).stdout == "no\n"


def test_the_built_in_roles_are_there_and_bindable(shell):
    """RB-003: a ClusterRole bound in one namespace."""
    binding = RBAC.split("---\n")[3].replace(
        "kind: Role, name: pod-reader", "kind: ClusterRole, name: view"
    )
    shell.files["view.yaml"] = binding.replace("name: jane", "name: vera").replace("-jane", "-vera")
    assert shell.run("kubectl apply -f view.yaml").exit_code == 0
    assert shell.run("kubectl auth can-i list deployments -n shop --as=vera").stdout == "yes\n"
    assert shell.run("kubectl auth can-i list deployments -n lab --as=vera").stdout == "no\n"
    assert shell.run("kubectl auth can-i get secrets -n shop --as=vera").stdout == "no\n"


def test_a_role_may_be_added_to_the_built_in_ones(shell):
    """RB-003: a label makes a role part of view; nothing else of view changes."""
    before = shell.cluster.get("ClusterRole", "", "view")["rules"]
    shell.files["more.yaml"] = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: databases
  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
rules:
- {apiGroups: [acme.io], resources: [postgresdbs], verbs: [get, list]}
"""
    shell.run("kubectl apply -f more.yaml")
    shell.cluster.advance(1)
    rules = shell.cluster.get("ClusterRole", "", "view")["rules"]
    assert {
        "apiGroups": ["acme.io"],
        "resources": ["postgresdbs"],
        "verbs": ["get", "list"],
    } in rules
    assert [rule for rule in rules if rule in before] == before


def test_a_binding_keeps_its_role(shell):
    """KX-021."""
    shell.files["rbac.yaml"] = RBAC.replace("kind: Role, name: pod-reader", "kind: Role, name: r1")
    assert shell.run("kubectl apply -f rbac.yaml").stderr == (
        'The RoleBinding "pod-reader-jane" is invalid: roleRef: Invalid value: '
        '{"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"r1"}: '
        "cannot change roleRef\n"
    )
