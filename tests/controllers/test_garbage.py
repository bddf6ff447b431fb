"""Owners go, and what they own goes with them, before them, or stays."""

import pytest

from k8slab.engine.base.objects import controller_of

from .rollouts import HEAD, cluster, create, deployment


@pytest.fixture
def running():
    c = cluster()
    create(c, deployment(2, term="2s"))
    c.advance(3)
    return c


def delete(c, propagation):
    c.request({**HEAD, "verb": "delete", "options": {"propagation": propagation}})


def left(c):
    return [len(c.list(kind)) for kind in ("Deployment", "ReplicaSet", "Pod")]


def test_background_takes_the_owner_first(running):
    delete(running, "Background")
    assert left(running) == [0, 1, 2]
    running.advance(5)
    assert left(running) == [0, 0, 0]


def test_foreground_keeps_the_owner_until_its_dependents_are_gone(running):
    delete(running, "Foreground")
    running.advance(1)
    assert left(running) == [1, 1, 2]
    running.advance(5)
    assert left(running) == [0, 0, 0]


def test_orphans_stay_and_are_adopted_again(running):
    delete(running, "Orphan")
    running.advance(5)
    assert left(running) == [0, 1, 2]
    assert controller_of(running.list("ReplicaSet")[0]) is None
    pods = {pod["metadata"]["uid"] for pod in running.list("Pod")}
    create(running, deployment(2, term="2s"))
    running.advance(5)
    assert left(running) == [1, 1, 2]
    assert controller_of(running.list("ReplicaSet")[0])["name"] == "web"
    assert {pod["metadata"]["uid"] for pod in running.list("Pod")} == pods


def test_a_namespace_goes_when_all_in_it_has_gone(running):
    head = {"kind": "Namespace", "name": "team"}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}
    running.request({**head, "verb": "create", "body": body})
    running.advance(1)
    assert running.get("ServiceAccount", "team", "default")
    assert running.get("ConfigMap", "team", "kube-root-ca.crt")
    running.request({**head, "verb": "delete"})
    assert running.get("Namespace", "", "team")["status"]["phase"] == "Terminating"
    running.advance(4)
    assert running.get("Namespace", "", "team") is not None
    running.advance(2)
    assert running.get("Namespace", "", "team") is None
    assert running.get("ServiceAccount", "team", "default") is None


def test_an_orphan_names_no_owner_at_all(running):
    """The API leaves out an empty list."""
    delete(running, "Orphan")
    running.advance(5)
    owners = [change.object["metadata"].get("ownerReferences") for change in running.changes()]
    assert [] not in owners
