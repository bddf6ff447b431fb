"""External Secrets: what is fetched, what fails and how it is told, and what an idle one costs."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

LIBRARY = Path(__file__).parents[2] / "lessons" / "library"
IMAGE = "ghcr.io/external-secrets/external-secrets:v1.0.0"
SHOP = {"key": "/shop", "value": json.dumps({"user": "shop", "port": 5432, "password": "hunter2"})}


def manifest(kind, name, spec):
    head = {"apiVersion": "external-secrets.io/v1", "kind": kind, "metadata": {"name": name}}
    return yaml.safe_dump({**head, "spec": spec})


def store(*entries):
    return manifest("SecretStore", "vault", {"provider": {"fake": {"data": list(entries)}}})


def external(**spec):
    return manifest("ExternalSecret", "db", {"secretStoreRef": {"name": "vault"}, **spec})


@pytest.fixture
def shell():
    """A cluster in which the operator runs."""
    shell = Shell(Cluster(nodes=2, seed=3, settings={"frozen": True}), files={})
    shell.files["crd.yaml"] = (LIBRARY / "externalsecret.yaml").read_text()
    ran(shell, "kubectl apply -f crd.yaml")
    ran(shell, f"kubectl create deployment eso --image={IMAGE}")
    return shell


def ran(shell, line):
    result = shell.run(line)
    assert result.exit_code == 0, result.stderr
    shell.cluster.advance(30)


def apply(shell, *texts):
    for text in texts:
        shell.files["it.yaml"] = text
        ran(shell, "kubectl apply -f it.yaml")


def data(shell):
    secret = shell.cluster.get("Secret", "default", "db")
    return {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}


def reason(shell):
    [condition] = shell.cluster.get("ExternalSecret", "default", "db")["status"]["conditions"]
    return condition["reason"]


def test_all_fields_of_a_value_are_extracted(shell):
    """CS-014: strings as they are, other values as JSON."""
    apply(shell, store(SHOP), external(dataFrom=[{"extract": {"key": "/shop"}}]))
    assert data(shell) == {"user": "shop", "port": "5432", "password": "hunter2"}


def test_a_version_is_asked_for(shell):
    old = {"key": "/pin", "value": "1234", "version": "v1"}
    new = {"key": "/pin", "value": "9876", "version": "v2"}
    ref = {"key": "/pin", "version": "v1"}
    apply(shell, store(old, new), external(data=[{"secretKey": "pin", "remoteRef": ref}]))
    assert data(shell) == {"pin": "1234"}


@pytest.mark.parametrize(
    "ref",
    [{"key": "/gone"}, {"key": "/shop", "property": "gone"}, {"key": "/text", "property": "x"}],
)
def test_what_is_not_there_makes_no_secret(shell, ref):
    text = {"key": "/text", "value": "no JSON"}
    apply(shell, store(SHOP, text), external(data=[{"secretKey": "x", "remoteRef": ref}]))
    assert reason(shell) == "SecretSyncedError"
    assert shell.cluster.get("Secret", "default", "db") is None


def test_a_store_that_comes_later_is_fetched_from(shell):
    want = external(data=[{"secretKey": "all", "remoteRef": {"key": "/shop"}}])
    apply(shell, want)
    assert reason(shell) == "SecretSyncedError"
    apply(shell, store(SHOP))
    assert reason(shell) == "SecretSynced" and data(shell) == {"all": SHOP["value"]}


def test_a_hand_in_the_secret_is_undone(shell):
    apply(shell, store(SHOP), external(data=[{"secretKey": "all", "remoteRef": {"key": "/shop"}}]))
    ran(shell, 'kubectl patch secret db -p \'{"data":{"all":"eA=="}}\'')
    assert data(shell) == {"all": SHOP["value"]}


def test_a_secret_of_somebody_else_is_left_alone(shell):
    ran(shell, "kubectl create secret generic db --from-literal=mine=yes")
    apply(shell, store(SHOP), external(data=[{"secretKey": "all", "remoteRef": {"key": "/shop"}}]))
    assert data(shell) == {"mine": "yes"} and reason(shell) == "SecretSyncedError"


def test_an_interval_of_zero_fetches_once(shell):
    want = external(refreshInterval="0", dataFrom=[{"extract": {"key": "/shop"}}])
    apply(shell, store(SHOP), want, store({**SHOP, "value": "{}"}))
    shell.cluster.advance(7200)
    assert data(shell)["user"] == "shop"


def test_a_synced_secret_waits_for_its_hour_without_a_look(shell):
    apply(shell, store(SHOP), external(dataFrom=[{"extract": {"key": "/shop"}}]))
    version = shell.cluster.get("ExternalSecret", "default", "db")["metadata"]["resourceVersion"]
    shell.cluster.advance(3000)
    after = shell.cluster.get("ExternalSecret", "default", "db")["metadata"]["resourceVersion"]
    assert version == after
