"""What each namespace has: upstream's serviceaccounts_controller_test and publisher_test."""

from __future__ import annotations

import pytest

from k8slab.engine.base.objects import Key
from k8slab.engine.controllers.root_ca import RootCaPublisher
from k8slab.engine.controllers.serviceaccount import DefaultServiceAccounts

from .stage import Stage

NS = Key("Namespace", "", "ns")
ACCOUNT = Key("ServiceAccount", "ns", "default")
CERTIFICATE = Key("ConfigMap", "ns", "kube-root-ca.crt")
MADE = [(DefaultServiceAccounts, ACCOUNT), (RootCaPublisher, CERTIFICATE)]


def with_namespace(controller):
    stage = Stage(controller())
    stage.world.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}})
    return stage


@pytest.mark.parametrize(("controller", "made"), MADE)
def test_it_is_made_and_made_again(controller, made):
    stage = with_namespace(controller)
    for _ in range(2):
        stage.controller.reconcile(stage.world, NS)
        assert stage.world.store.get(made) is not None
        before = stage.cluster.version
        stage.controller.reconcile(stage.world, NS)
        assert stage.cluster.version == before, "what is there is left alone"
        stage.world.store.delete(made, 0)


@pytest.mark.parametrize(("controller", "made"), MADE)
def test_not_in_a_namespace_that_goes(controller, made):
    stage = with_namespace(controller)
    stage.world.api.delete(NS)
    stage.controller.reconcile(stage.world, NS)
    assert stage.world.store.get(made) is None


@pytest.mark.parametrize("data", [{"ca.crt": "another"}, {}, None])
def test_a_certificate_that_was_changed_is_put_right(data):
    stage = with_namespace(RootCaPublisher)
    stage.controller.reconcile(stage.world, NS)
    right = stage.world.store.get(CERTIFICATE)
    wrong = {name: it for name, it in right.items() if name != "data"}
    stage.world.store.write(wrong if data is None else {**wrong, "data": data}, 0)
    stage.controller.reconcile(stage.world, NS)
    assert stage.world.store.get(CERTIFICATE)["data"] == right["data"]


def test_another_account_does_not_stand_in_for_the_default_one():
    stage = with_namespace(DefaultServiceAccounts)
    body = {"apiVersion": "v1", "kind": "ServiceAccount"}
    stage.world.api.create({**body, "metadata": {"name": "other", "namespace": "ns"}})
    stage.controller.reconcile(stage.world, NS)
    assert stage.world.store.get(ACCOUNT) is not None
