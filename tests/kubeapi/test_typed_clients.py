"""Typed client-go clients: their request bodies are protobuf."""

from __future__ import annotations

import json

import pytest

from .conftest import Kubectl

RBAC = "rbac.authorization.k8s.io"
LINES = """
create ns team -> namespace/team created
create configmap c --from-literal=a=1 -> configmap/c created
create secret generic s --from-literal=a=1 -> secret/s created
create deployment web --image=nginx:1.27 --port=80 -> deployment.apps/web created
create deployment none --image=nginx:1.27 --replicas=0 -> deployment.apps/none created
create job once --image=busybox:1.36 -> job.batch/once created
create cronjob tick --image=busybox:1.36 --schedule=*/5 * * * * -> cronjob.batch/tick created
create role reader --verb=get,list --resource=pods -> role.RBAC/reader created
create rolebinding ann --role=reader --user=ann -> rolebinding.RBAC/ann created
create clusterrole reader --verb=get --resource=nodes -> clusterrole.RBAC/reader created
create clusterrolebinding ann --clusterrole=reader --user=ann -> clusterrolebinding.RBAC/ann created
create serviceaccount robot -> serviceaccount/robot created
create quota few --hard=pods=50,requests.cpu=8 -> resourcequota/few created
create pdb web --selector=app=web --min-available=50% -> poddisruptionbudget.policy/web created
create priorityclass high --value=1000 -> priorityclass.scheduling.k8s.io/high created
create ingress web --rule=example.com/*=web:80 -> ingress.networking.k8s.io/web created
create service clusterip web --tcp=80:80 -> service/web created
create service nodeport open --tcp=80:8080 --node-port=30080 -> service/open created
autoscale deploy web --max=3 --cpu-percent=50 -> horizontalpodautoscaler.autoscaling/web autoscaled
auth can-i list pods --as=ann -> yes
auth can-i list pods --as=bob -> no
""".strip().splitlines()


def test_typed_creation(kubectl: Kubectl) -> None:
    """KC-001: each generator of ``kubectl create`` posts a typed object, and it is understood."""
    for row in LINES:
        line, _, said = row.replace("RBAC", RBAC).partition(" -> ")
        head, _, tail = line.partition("--schedule=")
        done = kubectl(*head.split(), *([f"--schedule={tail}"] if tail else []))
        assert done.stdout.strip() == said, (line, done.stdout, done.stderr)
    none = json.loads(kubectl("get", "deployment", "none", "-o", "json").stdout)
    assert none["spec"]["replicas"] == 0
    budget = json.loads(kubectl("get", "pdb", "web", "-o", "json").stdout)
    assert budget["spec"]["minAvailable"] == "50%"
    assert json.loads(kubectl("get", "cm", "c", "-o", "json").stdout)["data"] == {"a": "1"}
    assert json.loads(kubectl("get", "secret", "s", "-o", "json").stdout)["data"] == {"a": "MQ=="}


def test_a_typed_creation_is_as_one_of_json(kubectl: Kubectl) -> None:
    """What is stored is the same, whichever way it came."""
    words = ("create", "deployment", "web", "--image=nginx:1.27", "--port=80")
    manifest = kubectl(*words, "--dry-run=client", "-o", "json").stdout
    read = ("get", "deployment", "web", "-o", "json")
    kubectl(*words)
    typed = json.loads(kubectl(*read).stdout)
    kubectl("delete", "deployment", "web")
    kubectl("create", "-f", "-", stdin=manifest)
    untyped = json.loads(kubectl(*read).stdout)
    assert typed["spec"] == untyped["spec"]


def test_refusals_of_typed_requests(kubectl: Kubectl) -> None:
    """A second creation, and a value out of range."""
    kubectl("create", "ns", "team")
    again = kubectl("create", "ns", "team")
    assert again.stderr == ('Error from server (AlreadyExists): namespaces "team" already exists\n')
    bad = kubectl("create", "quota", "Few", "--hard=pods=5")
    assert 'ResourceQuota "Few" is invalid: metadata.name: Invalid value' in bad.stderr


@pytest.mark.parametrize("words", [("auth", "whoami"), ("auth", "whoami", "-o", "json")])
def test_whoami(kubectl: Kubectl, words: tuple[str, ...]) -> None:
    """AC: SelfSubjectReview."""
    done = kubectl(*words)
    assert done.returncode == 0 and "kubernetes-admin" in done.stdout, done
