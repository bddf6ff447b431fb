"""Sealed Secrets: what is sealed, what opens it, what is told when it doesn't open."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8slab.engine import Cluster
from k8slab.engine.controllers.sealing import seal, unseal
from k8slab.shell import Shell

LIBRARY = Path(__file__).parents[2] / "lessons" / "library"
CONTROLLER = (
    "kubectl create deployment sealed-secrets-controller -n kube-system "
    "--image=bitnami/sealed-secrets-controller:0.32.0"
)
SECRET = "kubectl create secret generic db --from-literal=password=hunter2 --dry-run=client -o yaml"


def shell_of(seed=1):
    files = {"crd.yaml": (LIBRARY / "sealedsecret.yaml").read_text()}
    shell = Shell(Cluster(nodes=2, seed=seed, settings={"frozen": True}), files=files)
    played(shell, "kubectl apply -f crd.yaml", CONTROLLER)
    return shell


def played(shell, *lines):
    for line in lines:
        result = shell.run(line)
        assert result.exit_code == 0, result.stderr
        shell.cluster.advance(30)


@pytest.fixture
def shell():
    return shell_of()


def condition(shell, namespace="default", name="db"):
    sealed = shell.cluster.get("SealedSecret", namespace, name)
    [found] = sealed["status"]["conditions"]
    return found["status"], found.get("message", "")


@given(value=st.binary(max_size=200), seed=st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_a_seal_opens_to_what_was_sealed_and_nowhere_else(value, seed):
    """CS-015: not in another namespace, under another name or key, nor in another cluster."""
    sealed = seal(seed, "shop", "db", "password", value)
    assert unseal(seed, "shop", "db", "password", sealed) == value
    assert unseal(seed, "other", "db", "password", sealed) is None
    assert unseal(seed, "shop", "other", "password", sealed) is None
    assert unseal(seed, "shop", "db", "user", sealed) is None
    assert unseal(seed + 1, "shop", "db", "password", sealed) is None


@pytest.mark.parametrize("at", range(0, 54, 3))
def test_a_seal_with_a_bit_changed_does_not_open(at):
    raw = bytearray(base64.b64decode(seal(1, "shop", "db", "password", b"hunter2")))
    raw[at] ^= 1
    assert unseal(1, "shop", "db", "password", base64.b64encode(raw).decode()) is None


@pytest.mark.parametrize("text", ["", "AgBy", "not base64!", "häh", "A" * 63])
def test_what_is_no_seal_does_not_open(text):
    assert unseal(1, "shop", "db", "password", text) is None


def test_the_same_file_opens_in_its_own_cluster_only(shell):
    """CS-015."""
    played(shell, f"{SECRET} | kubeseal -o yaml > sealed.yaml", "kubectl apply -f sealed.yaml")
    assert condition(shell) == ("True", "")
    other = shell_of(seed=2)
    other.files["sealed.yaml"] = shell.files["sealed.yaml"]
    played(other, "kubectl apply -f sealed.yaml")
    assert condition(other) == ("False", "no key could decrypt secret (password)")
    assert other.cluster.get("Secret", "default", "db") is None


def test_a_secret_of_somebody_else_is_left_alone(shell):
    played(shell, "kubectl create secret generic db --from-literal=password=mine")
    played(shell, f"{SECRET} | kubeseal -o json | kubectl apply -f -")
    status, message = condition(shell)
    assert status == "False" and "is not managed by SealedSecret" in message
    stored = shell.cluster.get("Secret", "default", "db")["data"]["password"]
    assert base64.b64decode(stored) == b"mine"


def test_a_new_value_is_sealed_anew_and_an_edit_of_the_secret_is_undone(shell):
    played(shell, f"{SECRET} | kubeseal -o yaml | kubectl apply -f -")
    played(shell, """kubectl patch secret db -p '{"stringData":{"password":"guess"}}'""")
    stored = shell.cluster.get("Secret", "default", "db")["data"]["password"]
    assert base64.b64decode(stored) == b"hunter2"
    played(shell, f"{SECRET.replace('hunter2', 'hunter3')} | kubeseal -o yaml | kubectl apply -f -")
    stored = shell.cluster.get("Secret", "default", "db")["data"]["password"]
    assert base64.b64decode(stored) == b"hunter3"


def test_kubeseal_takes_files_and_a_namespace(shell):
    played(shell, f"{SECRET} > secret.yaml", "kubeseal -n shop -f secret.yaml -w sealed.json")
    sealed = json.loads(shell.files["sealed.json"])
    assert sealed["metadata"] == {"name": "db", "namespace": "shop"}
    value = sealed["spec"]["encryptedData"]["password"]
    assert unseal(shell.cluster.world.seed, "shop", "db", "password", value) == b"hunter2"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubeseal -f nowhere.yaml", "open nowhere.yaml: no such file or directory"),
        ("kubeseal --loud", "unknown flag: --loud"),
        ("kubeseal -o", "flag needs an argument: -o"),
        ("kubectl get ns default -o yaml | kubeseal", "the input must be one Secret"),
        ("echo '{' | kubeseal", ""),
        (f"{SECRET} | kubeseal -o xml", "unsupported output format: xml"),
    ],
)
def test_kubeseal_refuses(shell, line, said):
    result = shell.run(line)
    assert result.exit_code == 1 and result.stdout == ""
    assert result.stderr.startswith("error: ") and said in result.stderr


def test_an_idle_cluster_of_sealed_secrets_sleeps(shell):
    played(shell, f"{SECRET} | kubeseal -o yaml | kubectl apply -f -")
    synced = shell.cluster.loop.syncs["sealed-secrets"]
    shell.cluster.advance(24 * 3600)
    assert shell.cluster.loop.syncs["sealed-secrets"] == synced
