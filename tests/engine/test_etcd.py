"""What etcd holds: Secrets are base64 and plain, unless they were written with encryption on."""

import base64

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Key
from k8slab.engine.etcd import path_of, value_of

CODED = base64.b64encode(b"s3cr3t").decode()


def secret(name, **more):
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "default"},
        "data": {"password": CODED},
        **more,
    }


def key(name):
    return Key("Secret", "default", name)


@pytest.fixture
def cluster():
    cluster = Cluster(nodes=1, settings={"frozen": True})
    cluster.world.api.create(secret("old"))
    return cluster


def test_a_secret_is_base64_and_plain_in_etcd(cluster):
    """CS-002, CS-003: whoever reads the object or the store reads the password."""
    stored = cluster.get("Secret", "default", "old")["data"]["password"]
    assert base64.b64decode(stored) == b"s3cr3t"
    assert path_of(key("old")) == "/registry/secrets/default/old"
    assert CODED in value_of(cluster.world, key("old"))


def test_encryption_at_rest_hides_what_is_written_from_then_on(cluster):
    """CS-003, CS-013: old Secrets stay plain until they are written anew."""
    cluster.inject("encryption-at-rest")
    cluster.world.api.create(secret("new"))
    hidden = value_of(cluster.world, key("new"))
    assert hidden.startswith("k8s:enc:aescbc:v1:key1:") and CODED not in hidden
    assert CODED in value_of(cluster.world, key("old"))
    stored = cluster.get("Secret", "default", "old")
    labelled = {**stored, "metadata": {**stored["metadata"], "labels": {"rewritten": "yes"}}}
    cluster.world.api.update(labelled)
    assert CODED not in value_of(cluster.world, key("old"))
    assert cluster.get("Secret", "default", "old")["data"]["password"] == CODED
    twin = Cluster.restore(cluster.snapshot())
    assert value_of(twin.world, key("new")) == hidden


def test_what_is_no_secret_stays_plain(cluster):
    cluster.inject("encryption-at-rest")
    config = {**secret("config", kind="ConfigMap"), "data": {"a": "plain"}}
    cluster.world.api.create(config)
    assert "plain" in value_of(cluster.world, Key("ConfigMap", "default", "config"))


@pytest.mark.parametrize("missing", ["tls.crt", "tls.key"])
def test_a_tls_secret_needs_both_of_its_keys(cluster, missing):
    """CS-016: kubernetes.io/tls without tls.crt or tls.key is refused."""
    data = {"tls.crt": CODED, "tls.key": CODED}
    cluster.world.api.create(secret("whole", type="kubernetes.io/tls", data=data))
    del data[missing]
    with pytest.raises(ApiError, match=missing):
        cluster.world.api.create(secret("part", type="kubernetes.io/tls", data=data))
