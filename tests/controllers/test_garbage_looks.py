"""What goes with its owners, one look at a time: upstream's garbagecollector_test."""

from __future__ import annotations

import pytest

from k8slab.engine.base.objects import is_deleting, key_of, owner_reference
from k8slab.engine.controllers.garbage import GarbageCollector

from .stage import Stage

GONE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "gone", "uid": "gone"}}


class Garbage:
    def __init__(self):
        self.stage = Stage(GarbageCollector())

    def add(self, name, *owners, kind="ConfigMap", api="v1", blocks=True, **metadata):
        head = {"apiVersion": api, "kind": kind, "metadata": {"name": name}}
        references = [{**owner_reference(it), "controller": False} for it in owners]
        references = [{**it, "blockOwnerDeletion": blocks} for it in references]
        if references:
            metadata["ownerReferences"] = references
        return self.stage.put(head, **metadata)

    def waiting(self, name, *owners):
        """An owner whose foreground deletion has begun."""
        deleted = self.stage.ago(0)
        return self.add(name, *owners, deletionTimestamp=deleted, finalizers=["foregroundDeletion"])

    def look(self, obj):
        GarbageCollector().reconcile(self.stage.world, key_of(obj))

    def left(self, obj):
        """The names of an object's owners; None where it is gone, "..." where it is going."""
        stored = self.stage.world.store.get(key_of(obj))
        if stored is None:
            return None
        if is_deleting(stored):
            return "..."
        return [it["name"] for it in stored["metadata"].get("ownerReferences", ())]


@pytest.mark.parametrize(
    ("owners", "left"),
    [
        ([], []),
        (["solid"], ["solid"]),
        (["gone"], None),
        (["solid", "gone"], ["solid"]),
        (["waiting"], None),
        (["solid", "waiting"], ["solid"]),
        (["waiting", "gone"], None),
        (["solid", "gone", "waiting"], ["solid"]),
    ],
)
def test_an_object_stays_while_one_of_its_owners_does(owners, left):
    """An owner that waits for its dependents to go is none that keeps them."""
    g = Garbage()
    made = {"gone": GONE}
    if "solid" in owners:
        made["solid"] = g.add("solid")
    if "waiting" in owners:
        made["waiting"] = g.waiting("waiting")
    child = g.add("child", *(made[name] for name in owners))
    g.look(child)
    assert g.left(child) == left


def test_an_owner_of_the_same_name_that_was_made_anew_is_another():
    g = Garbage()
    owner = g.add("owner")
    child = g.add("child", {**owner, "metadata": {**owner["metadata"], "uid": "before"}})
    g.look(child)
    assert g.left(child) is None


@pytest.mark.parametrize("shared", [False, True])
def test_foreground_deletes_what_has_no_other_owner_and_frees_the_rest(shared):
    g = Garbage()
    owner, other = g.waiting("owner"), g.add("other")
    child = g.add("child", *([owner, other] if shared else [owner]))
    g.look(owner)
    assert g.left(child) == (["other"] if shared else None)
    g.look(owner)
    assert g.left(owner) is None


def test_foreground_goes_down_a_chain_and_up_again():
    """A dependent that has dependents goes in the foreground too; a last one just goes."""
    g = Garbage()
    top = g.waiting("top")
    middle = g.add("middle", top)
    bottom = g.add("bottom", middle, finalizers=["example.com/hold"])
    g.look(top)
    assert (g.left(top), g.left(middle), g.left(bottom)) == ("...", "...", ["middle"])
    assert g.stage.now(middle)["metadata"]["finalizers"] == ["foregroundDeletion"]
    g.look(middle)
    assert g.left(bottom) == "..."
    assert g.stage.now(bottom)["metadata"]["finalizers"] == ["example.com/hold"]
    g.stage.world.store.delete(key_of(bottom), 0)
    g.look(middle)
    g.look(top)
    assert (g.left(top), g.left(middle)) == (None, None)


@pytest.mark.parametrize(("blocks", "left"), [(True, "..."), (False, None)])
def test_only_what_blocks_it_holds_an_owner_up(blocks, left):
    g = Garbage()
    owner = g.waiting("owner")
    child = g.add("child", owner, blocks=blocks, finalizers=["example.com/hold"])
    g.look(owner)
    assert g.left(child) == "..."
    assert g.left(owner) == left


@pytest.mark.parametrize("finalizer", ["orphan", "foregroundDeletion"])
def test_an_object_that_loses_its_owner_goes_as_its_finalizers_say(finalizer):
    g = Garbage()
    child = g.add("child", GONE, finalizers=[finalizer])
    grandchild = g.add("grandchild", child)
    g.look(child)
    assert g.left(child) == "..." and g.left(grandchild) == ["child"]
    assert g.stage.now(child)["metadata"]["finalizers"] == [finalizer]
    g.look(child)
    assert g.left(grandchild) == ([] if finalizer == "orphan" else None)


def test_an_owner_in_another_namespace_is_none_and_is_told():
    g = Garbage()
    system = {"name": "owner", "namespace": "kube-system"}
    owner = g.stage.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": system})
    child = g.add("child", owner)
    uid = owner["metadata"]["uid"]
    g.look(child)
    assert g.left(child) is None
    meant = f"[v1/ConfigMap, namespace: default, name: owner, uid: {uid}]"
    message = f'ownerRef {meant} does not exist in namespace "default"'
    assert g.stage.told() == [("Warning", "OwnerRefInvalidNamespace", message)]


@pytest.mark.parametrize(
    ("child", "owner", "left"),
    [
        ({"kind": "ClusterRole", "api": "rbac.authorization.k8s.io/v1"}, GONE, ["gone"]),
        ({}, {**GONE, "apiVersion": "x.io/v1", "kind": "Unheard"}, ["gone"]),
        ({"kind": "ClusterRole", "api": "rbac.authorization.k8s.io/v1"},
         {**GONE, "kind": "Node"}, None),
    ],
)  # fmt: skip
def test_what_cannot_be_told_deletes_nothing(child, owner, left):
    """A namespaced owner of an object in no namespace, and one of a kind that nobody serves."""
    g = Garbage()
    if child:
        head = {"apiVersion": child["api"], "kind": child["kind"], "metadata": {"name": "c"}}
        made = g.stage.world.api.create(head)
        metadata = {**made["metadata"], "ownerReferences": [owner_reference(owner)]}
        made = g.stage.world.store.write({**made, "metadata": metadata}, 0)
    else:
        made = g.add("c", owner)
    g.look(made)
    assert g.left(made) == left
