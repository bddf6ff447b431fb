"""Refusals of exec, attach, port-forward and cp, word for word as kubectl 1.36 was recorded."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: single, namespace: shop}
spec:
  initContainers: [{name: init, image: "busybox:1.36", command: ["true"]}]
  containers: [{name: main, image: "nginx:1.27"}]
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop}
spec:
  restartPolicy: Never
  containers: [{name: main, image: "busybox:1.36", command: ["true"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: toobig, namespace: shop}
spec: {containers: [{name: main, image: "nginx:1.27", resources: {requests: {cpu: "64"}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: jane, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}]
"""

ATTACHING = (
    "All commands and output from this session will be recorded in container logs, including "
    "credentials and sensitive information passed through the command prompt.\n"
    "If you don't see a command prompt, try pressing enter.\n"
)
RECORDED = {
    "exec single -n shop --as=jane -- ls": (
        'Defaulted container "main" out of: main, init (init)\n'
        'error: unable to upgrade connection: pods "single" is forbidden: User "jane" cannot create'
        ' resource "pods/exec" in API group "" in the namespace "shop"\n'
    ),
    "exec nosuch -n shop -- ls": 'Error from server (NotFound): pods "nosuch" not found\n',
    "exec single -n shop": "error: you must specify at least one command for the container\n",
    "exec single -n shop -c nosuch -- ls": (
        "error: container nosuch is not valid for pod single out of: main, init (init)\n"
    ),
    "exec deploy/nosuch -- ls": (
        'Error from server (NotFound): deployments.apps "nosuch" not found\n'
    ),
    "attach toobig -n shop": (
        f"{ATTACHING}error: unable to upgrade connection: "
        "pod toobig does not have a host assigned\n"
    ),
    "attach done -n shop": (
        "error: cannot attach a container in a completed pod; current phase is Succeeded\n"
    ),
    "port-forward toobig 8080:80 -n shop": (
        "error: unable to forward port because pod is not running. Current status=Pending\n"
    ),
    "port-forward svc/nosuch 80 -n shop": (
        'Error from server (NotFound): services "nosuch" not found\n'
    ),
    "port-forward svc/web 7777 -n shop": ("error: Service web does not have a service port 7777\n"),
    "port-forward": (
        "error: TYPE/NAME and list of ports are required for port-forward\n"
        "See 'kubectl port-forward -h' for help and examples\n"
    ),
    "cp nosuch:/a b -n shop": 'Error from server (NotFound): pods "nosuch" not found\n',
    "cp single:/a": "error: source and destination are required\n",
}


@pytest.fixture(scope="module")
def shell():
    shell = Shell(Cluster(nodes=2, settings={"frozen": True}), {"all.yaml": MANIFEST})
    shell.run("kubectl create namespace shop")
    shell.cluster.advance(1)
    assert shell.run("kubectl apply -f all.yaml").exit_code == 0
    shell.cluster.advance(20)
    return shell


@pytest.mark.parametrize("line", RECORDED)
def test_what_is_refused_is_refused_as_recorded(shell, line):
    """KC-028, KC-077: the texts of a real kubectl and API server, 1.36."""
    out = shell.run(f"kubectl {line}")
    assert (out.stdout, out.stderr, out.exit_code) == ("", RECORDED[line], 1)


def test_a_viewer_may_look_but_not_enter(shell):
    """exec, attach and port-forward are rights of their own: create on pods/..."""
    assert shell.run("kubectl get pod single -n shop --as=jane").exit_code == 0
    out = shell.run("kubectl port-forward single 80 -n shop --as=jane")
    assert 'cannot create resource "pods/portforward"' in out.stderr
    before = len(shell.cluster.journal)
    assert shell.run("kubectl exec single -n shop -- env").exit_code == 0
    assert len(shell.cluster.journal) == before
