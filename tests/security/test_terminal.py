"""Hostile lines in a learner's terminal: bounded work, no way out. Numbers: docs/security.md."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Output, Shell
from tests.bounds import little_work

PODS = 300


@pytest.fixture(scope="module")
def shell() -> Shell:
    """A terminal on a cluster with a few hundred pods."""
    shell = Shell(Cluster(nodes=3))
    shell.run(f"kubectl create deployment web --image=nginx:1.27 --replicas={PODS}")
    shell.cluster.advance(5)
    assert shell.run("kubectl get pods -o name").stdout.count("\n") == PODS
    return shell


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever opens a socket, or starts a process, fails."""

    def refused(*arguments: Any, **named: Any) -> Any:
        raise AssertionError("something wanted out")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(subprocess, "Popen", refused)
    yield


def run(shell: Shell, line: str, stdin: str = "") -> Output:
    """The line's output, which took little work."""
    with little_work():
        output = shell.run(line, stdin)
    assert len(output.stdout) <= 1 << 20 and len(output.stderr) <= 1 << 20
    return output


WIDE = {
    "22 columns": "-o custom-columns=" + ",".join(f"A{it}:...*...*" for it in range(3_000)),
    "22 whole columns": "-o custom-columns=" + ",".join(f"A{it}:.spec" for it in range(5_000)),
    "22 order": "--sort-by='{...*...*...*...*}'",
    "23 everything": "-o jsonpath='{...*...*...*...*}'",
    "23 again and again": "-o jsonpath='" + "{.items[0:9]..}" * 4_000 + "'",
    "23 all, often": "-o jsonpath='" + "{.items}" * 8_000 + "'",
    "23 each of each": "-o jsonpath='" + "{range ...*}" * 5 + "x" + "{end}" * 5 + "'",
    "24 loops": "-o go-template='" + "{{range $.items}}" * 9 + "x" + "{{end}}" * 9 + "'",
    "24 a long count": "-o go-template='{{range 1000000000}}x{{end}}'",
}


@pytest.mark.parametrize("name", WIDE)
def test_what_would_never_end_is_refused(shell: Shell, name: str) -> None:
    output = run(shell, f"kubectl get pods {WIDE[name]}")
    assert output.exit_code == 1 and output.stderr


SELECTORS = {
    "fields": ("--field-selector", ",".join(f"metadata.name!=a{it}" for it in range(3_000)), True),
    "absent": ("-l", ",".join(f"!a{it}" for it in range(9_000)), True),
    "unequal": ("-l", ",".join(f"app!=a{it}" for it in range(6_000)), True),
    "a set": ("-l", f"app notin ({','.join(f'a{it}' for it in range(9_000))})", True),
    "present": ("-l", ",".join(f"a{it}" for it in range(9_000)), False),
    "equal": ("-l", ",".join(f"app=a{it}" for it in range(6_000)), False),
}


@pytest.mark.parametrize("name", SELECTORS)
def test_a_long_selector_costs_no_more_than_an_object_has_labels(shell: Shell, name: str) -> None:
    """20"""
    flag, text, all_match = SELECTORS[name]
    found = run(shell, f"kubectl get pods -o name {flag} '{text}'").stdout
    assert found.count("\n") == (PODS if all_match else 0)


def test_a_line_has_so_many_commands(shell: Shell) -> None:
    output = run(shell, "kubectl get pods -o yaml;" * 2_000)
    assert output.stderr == "sh: a line may not do so much: it was ended\n"
    assert output.exit_code == 1
    assert len(shell.run("seq 1 99999;" * 200).stdout) <= 1 << 20


@pytest.mark.parametrize(
    "template",
    [
        '{{getHostByName "localhost"}}',
        '{{env "SECRET_KEY"}}',
        "{{.__class__}}",
        "{{.metadata.__class__.__mro__}}",
        '{{index . "__class__"}}',
        '{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}',
        "{{call .metadata}}",
    ],
)
def test_a_template_reaches_nothing_but_the_object(shell: Shell, template: str) -> None:
    """24, 25"""
    output = run(shell, f"kubectl get node node-1 -o go-template='{template}'")
    refused = output.exit_code == 1 and "error" in output.stderr
    assert refused or output.stdout == "<no value>"
    assert "<class" not in output.stdout + output.stderr


@pytest.mark.parametrize(
    "line",
    [
        "kubectl apply -f ../../etc/passwd",
        "kubectl apply -f file:///etc/passwd",
        "kubectl apply -f http://169.254.169.254/x.yaml",
        "kubectl apply -k https://github.com/x/y",
        "kubectl apply -k ../..",
        "kubectl create configmap a --from-file=/etc/passwd",
        "kubectl create secret generic a --from-env-file=../../../etc/passwd",
        "kubectl get pods --kubeconfig=../../.kube/config",
        "kubectl cp ../../../etc/passwd box:/tmp/x",
        "kubectl cp box:/etc/hostname ../../../tmp/k8slab-was-here",
        "kubectl patch node node-1 --patch-file=/etc/passwd",
        "kubectl get pods -o jsonpath-file=/etc/passwd",
        "kubectl get pods -o go-template-file=/etc/passwd",
        "kubectl get pods -o custom-columns-file=/etc/passwd",
        "curl http://169.254.169.254/latest/meta-data/",
        "curl file:///etc/passwd",
        "helm repo add evil http://169.254.169.254/",
        "helm install evil file:///etc",
    ],
)
def test_files_and_addresses_are_the_labs_own(line: str, offline: None) -> None:
    """26, 29, 30"""
    shell = Shell(Cluster(nodes=1))
    shell.run("kubectl run box --image=busybox:1.36 --command -- sleep 9999")
    shell.cluster.advance(30)
    files = dict(shell.files)
    output = run(shell, line)
    assert output.exit_code != 0
    assert "root:" not in output.stdout + output.stderr
    assert dict(shell.files) == files


def test_a_name_of_the_outside_is_an_answer_of_the_simulation(offline: None) -> None:
    """27: an ExternalName, a webhook and an API service that point at the server itself."""
    shell = Shell(Cluster(nodes=1))
    client = {"url": "https://127.0.0.1:8000/", "caBundle": "Cg=="}
    hook = {
        "name": "a.b.c",
        "clientConfig": client,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "rules": [
            {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}
        ],
    }
    shell.run(
        "kubectl apply -f -",
        json.dumps(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "evil"},
                "webhooks": [hook],
            }
        ),
    )
    shell.run("kubectl create service externalname out --external-name=localhost")
    shell.run("kubectl run box --image=busybox:1.36 --command -- sleep 9999")
    shell.cluster.advance(30)
    output = shell.run("kubectl exec box -- wget -qO- -T 2 http://out:8000/")
    assert output.exit_code != 0 and output.stdout == ""


def test_substitution_is_simulated(offline: None) -> None:
    """31: what ``$( )`` runs are this terminal's and the container's own programs."""
    shell = Shell(Cluster(nodes=1))
    shell.run("kubectl run box --image=busybox:1.36 --command -- sleep 9999")
    shell.cluster.advance(30)
    assert shell.run("echo $(id) `id`").stdout == "uid=1000(k8slab) uid=1000(k8slab)\n"
    assert shell.run("echo $(python3 -V)").stderr == "python3: command not found\n"
    output = shell.run("kubectl exec box -- sh -c 'echo $(cat /etc/hostname)'")
    assert output.stdout == "box\n"
    refused = shell.run("kubectl exec box -- $(id)").stderr
    assert 'exec: "uid=1000(k8slab)": executable file not found' in refused


def test_namespaces_come_to_an_end() -> None:
    """15: ten thousand in one line: its later commands find the journal full."""
    documents = "\n---\n".join(
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{generateName: n{it}-}}" for it in range(500)
    )
    shell = Shell(Cluster(nodes=1), {"many.yaml": documents}, journal_max=1_000)
    output = run(shell, "kubectl create -f many.yaml;" * 20)
    assert output.exit_code == 1 and output.stderr == "sh: this cluster has had 1000 commands\n"
    assert shell.cluster.world.store.count("Namespace") < 1_100


@pytest.mark.parametrize("to", ["http://127.0.0.1:1/x.json", "file:///etc/passwd", "#/x"])
def test_a_schema_refers_to_nothing(to: str, offline: None) -> None:
    """21: as the real server refuses it."""
    shell = Shell(Cluster(nodes=1))
    schema = {"type": "object", "properties": {"spec": {"type": "object", "$ref": to}}}
    version = {"name": "v1", "served": True, "storage": True}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "evils.acme.io"},
        "spec": {
            "group": "acme.io",
            "scope": "Namespaced",
            "names": {"plural": "evils", "kind": "Evil"},
            "versions": [{**version, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    output = shell.run("kubectl apply -f -", json.dumps(definition))
    where = "spec.validation.openAPIV3Schema.properties[spec].$ref"
    assert f"{where}: Forbidden: $ref is not supported" in output.stderr


def test_a_name_is_no_html() -> None:
    """32: the API refuses it; what may hold it (an annotation) is text to whoever draws it."""
    shell = Shell(Cluster(nodes=1))
    evil = "<script>alert(1)</script>"
    named = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": evil}}
    output = shell.run("kubectl apply -f -", json.dumps(named))
    assert output.exit_code == 1 and "RFC 1123" in output.stderr


def test_an_autoscaler_without_measure_scales_no_further_than_the_limit() -> None:
    """18"""
    shell = Shell(Cluster(nodes=1, settings={"pods_max": 50}))
    shell.run("kubectl create deployment web --image=nginx:1.27")
    shell.run("kubectl autoscale deployment web --min=1000000000 --max=1000000000 --cpu=1%")
    shell.cluster.advance(60)
    assert shell.cluster.world.store.count("Pod") == 50
