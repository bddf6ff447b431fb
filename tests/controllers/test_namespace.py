"""How a namespace is emptied, and when it is looked at again: namespaced_resources_deleter.

Its deletion begins at 0 s; the first look is 5 s later, and 5 s after each change of its status.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import Key, is_deleting, key_of, set_in
from k8slab.engine.controllers.namespace import Namespaces

from .stage import Stage, pod

CONTENT, FAILURE = "NamespaceContentRemaining", "NamespaceDeletionContentFailure"


class Going:
    """The namespace "ns", whose deletion has just begun, and what is in it."""

    def __init__(self):
        self.stage = Stage(Namespaces())
        self.key = Key("Namespace", "", "ns")
        head = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}}
        self.stage.world.api.create(head)
        self.add({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}})

    def add(self, body, **more):
        body = {**body, "metadata": {**body["metadata"], "namespace": "ns"}}
        return self.stage.put(body, **more)

    def pod(self, grace_s=30, **more):
        body = pod("p", {}, nodeName="n", terminationGracePeriodSeconds=grace_s)
        return self.add(body, status={"phase": "Running"}, **more)

    def begin(self):
        self.stage.world.api.delete(self.key)
        self.after(0)

    def after(self, seconds):
        """What the controller does when it looks so many seconds later."""
        self.stage.advance(seconds)
        self.stage.again_ms = Namespaces().reconcile(self.stage.world, self.key)
        return self.stage.again_ms

    def follow(self, until_s):
        """The times, since the deletion, at which it looks again by itself."""
        times = []
        while self.stage.again_ms is not None and self.now_s < until_s:
            self.after(self.stage.again_ms / 1000)
            times.append(self.now_s)
        return times

    @property
    def now_s(self):
        return self.stage.world.now_ms / 1000

    def get(self):
        return self.stage.world.store.get(self.key)

    def told(self, type_):
        found = condition_of(self.get(), type_)
        return found["status"], found["reason"], found["message"]


def test_nothing_happens_in_the_first_seconds_and_then_an_empty_one_goes():
    ns = Going()
    ns.begin()
    assert ns.stage.again_ms == 5000
    ns.after(4.999)
    assert ns.get() is not None and ns.stage.again_ms == 1
    ns.after(0.001)
    assert ns.get() is None


def test_pods_go_before_all_else():
    ns = Going()
    made = ns.pod()
    ns.add({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})
    ns.begin()
    ns.after(5)
    assert is_deleting(ns.stage.now(made))
    assert len(ns.stage.cluster.list("ConfigMap", "ns")) == 1
    assert ns.told(CONTENT) == ("False", "ContentRemoved", "All content successfully removed")
    ns.stage.world.store.delete(key_of(made), 0)
    ns.after(5)
    assert ns.get() is None


@pytest.mark.parametrize(
    ("grace_s", "times"), [(30, [5, 10, 26, 42]), (4, [5]), (60, [5, 10, 41, 72]), (9, [5, 10])]
)
def test_while_pods_end_it_looks_after_half_of_the_longest_grace(grace_s, times):
    """The last of these looks comes when they should have ended, and finds that they have not."""
    ns = Going()
    ns.pod(grace_s)
    ns.begin()
    looked = ns.follow(200)
    assert [round(at) for at in looked if at == int(at)] == times
    why = "unexpected items still remain in namespace: ns for gvr: /v1, Resource=pods"
    message = f"Failed to delete all resource types, 1 remaining: {why}"
    assert ns.told(FAILURE) == ("True", "ContentDeletionFailed", message)


@pytest.mark.parametrize(("gone_at", "ends_at"), [(60, 63), (6, 10), (40, 42)])
def test_when_it_sees_that_the_last_pod_has_gone(gone_at, ends_at):
    """At its next look: every 16 s within the grace of 30 s, after an error ever later."""
    ns = Going()
    made = ns.pod()
    ns.begin()
    while ns.stage.again_ms is not None and ns.now_s + ns.stage.again_ms / 1000 <= gone_at:
        ns.after(ns.stage.again_ms / 1000)
    ns.stage.advance(gone_at - ns.now_s)
    ns.stage.world.store.delete(key_of(made), 0)
    ns.after(0)
    while ns.get() is not None:
        assert ns.stage.again_ms is not None
        ns.after(ns.stage.again_ms / 1000)
    assert gone_at < ns.now_s <= ends_at


def test_content_with_finalizers_is_told_of_and_looked_at_every_eight_seconds():
    ns = Going()
    metadata = {"name": "c", "finalizers": ["example.com/hold"]}
    held = ns.add({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    ns.begin()
    assert ns.follow(100) == [5, 10], "then only a change of the content can make a difference"
    assert ns.told(CONTENT) == (
        "True",
        "SomeResourcesRemain",
        "Some resources are remaining: configmaps. has 1 resource instances",
    )
    assert ns.told("NamespaceFinalizersRemaining")[2] == (
        "Some content in the namespace has finalizers remaining: "
        "example.com/hold in 1 resource instances"
    )
    ns.stage.advance(20)
    free = set_in(ns.stage.now(held), ("metadata", "finalizers"), [])
    ns.stage.world.api.update(free)
    assert ns.after(0) == 4000, "10, 18, 26, 34 s"
    ns.after(4)
    assert ns.get() is None


def test_its_own_finalizers_keep_an_empty_one():
    ns = Going()
    held = set_in(ns.get(), ("spec", "finalizers"), ["kubernetes", "example.com/hold"])
    ns.stage.world.store.write(held, 0)
    ns.begin()
    ns.after(5)
    assert ns.get()["spec"]["finalizers"] == ["example.com/hold"]
    assert ns.get()["status"]["phase"] == "Terminating"
