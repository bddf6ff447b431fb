"""Versions, compare-and-swap, the log of changes, indexes."""

import pytest

from k8slab.engine.base.objects import Key, freeze, set_in
from k8slab.engine.store import Conflict, Gone, Store


def pod(name, **labels):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
    }


def by_app(obj):
    yield obj["metadata"]["labels"].get("app")


@pytest.fixture
def store():
    return Store({"Pod": {"app": by_app}}, frozen=True)


def test_versions_strictly_increase_over_all_kinds(store):
    first = store.write(pod("a"), 0)
    second = store.write({**pod("n"), "kind": "ConfigMap"}, 0)
    third = store.write(first, 0)
    versions = [int(obj["metadata"]["resourceVersion"]) for obj in (first, second, third)]
    assert versions == [1, 2, 3]
    assert store.delete(Key("Pod", "default", "a"), 0)["metadata"]["resourceVersion"] == "4"


def test_a_stale_write_is_a_conflict_and_changes_nothing(store):
    old = store.write(pod("a"), 0)
    store.write(set_in(old, ("spec",), {"x": 1}), 0)
    with pytest.raises(Conflict):
        store.write(set_in(old, ("spec",), {"x": 2}), 0, expect=1)
    assert store.get(Key("Pod", "default", "a"))["spec"] == {"x": 1}
    assert store.version == 2


def test_changes_since_a_version_come_once_and_in_order(store):
    store.write(pod("a"), 5)
    store.write(pod("b"), 6)
    store.delete(Key("Pod", "default", "a"), 7)
    seen = [(change.version, change.type, change.key.name) for change in store.changes_since(1)]
    assert seen == [(2, "ADDED", "b"), (3, "DELETED", "a")]
    assert list(store.changes_since(3)) == []


def test_a_compacted_version_is_gone():
    store = Store(log_limit=2)
    for name in "abc":
        store.write(pod(name), 0)
    with pytest.raises(Gone):
        store.changes_since(0)
    assert [change.key.name for change in store.changes_since(1)] == ["b", "c"]


def test_lists_and_indexes_are_ordered_by_name_whatever_the_order_of_writes(store):
    for name in ("c", "a", "b"):
        store.write(pod(name, app="web"), 0)
    assert [obj["metadata"]["name"] for obj in store.list("Pod")] == ["a", "b", "c"]
    assert [obj["metadata"]["name"] for obj in store.by("Pod", "app", "web")] == ["a", "b", "c"]


def test_an_index_follows_a_change_and_a_deletion(store):
    store.write(pod("a", app="web"), 0)
    store.write(pod("a", app="api"), 0)
    assert store.by("Pod", "app", "web") == []
    store.delete(Key("Pod", "default", "a"), 0)
    assert store.by("Pod", "app", "api") == []


def test_a_copy_shares_objects_and_nothing_else(store):
    stored = store.write(pod("a", app="web"), 0)
    twin = store.copy()
    store.delete(Key("Pod", "default", "a"), 0)
    assert twin.get(Key("Pod", "default", "a")) is stored
    assert twin.by("Pod", "app", "web") == [stored]


def test_a_dump_loads_to_an_equal_store(store):
    for name in ("b", "a"):
        store.write(pod(name, app="web"), 0)
    twin = Store({"Pod": {"app": by_app}})
    twin.load(store.dump(), store.version)
    assert twin.list("Pod") == store.list("Pod")
    assert twin.by("Pod", "app", "web") == store.by("Pod", "app", "web")
    assert twin.version == store.version


def test_a_stored_object_refuses_mutation(store):
    stored = store.write(pod("a"), 0)
    with pytest.raises(TypeError):
        stored["metadata"]["labels"]["app"] = "web"
    with pytest.raises(TypeError):
        freeze({"items": []})["items"].append(1)
