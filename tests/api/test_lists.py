"""Lists, pages and watches at the API: versions, selectors, bookmarks, Gone."""

import pytest

from k8slab.engine.api.errors import ApiError

from .real_server import new_cluster, send


@pytest.fixture
def cluster():
    cluster = new_cluster()
    for name, tier in (("a", "web"), ("b", "db"), ("c", "web")):
        send(cluster, "create", "ConfigMap", {"metadata": {"name": name, "labels": {"tier": tier}}})
    return cluster


def names(answer):
    return [it["metadata"]["name"] for it in answer["items"]]


def lists(cluster, **options):
    return send(cluster, "list", "ConfigMap", options=options)


def watched(cluster, since, **options):
    options["resource_version"] = since
    answer = send(cluster, "watch", "ConfigMap", options=options)
    seen = [(it["type"], it["object"]["metadata"].get("name")) for it in answer["events"]]
    return seen, answer["resource_version"]


def refusal(call, *arguments, **options):
    with pytest.raises(ApiError) as refused:
        call(*arguments, **options)
    return refused.value.code, refused.value.reason, refused.value.message


def test_pages_show_one_moment_whatever_is_written_between_them(cluster):
    first = lists(cluster, limit=2)
    assert names(first) == ["a", "b"]
    assert first["metadata"]["remainingItemCount"] == 1
    send(cluster, "delete", "ConfigMap", name="c")
    send(cluster, "create", "ConfigMap", {"metadata": {"name": "d"}})
    second = lists(cluster, limit=2, **{"continue": first["metadata"]["continue"]})
    assert names(second) == ["c"]
    assert second["metadata"] == {"resourceVersion": first["metadata"]["resourceVersion"]}
    assert names(lists(cluster)) == ["a", "b", "d"]


def test_a_list_can_be_asked_for_as_it_was(cluster):
    then = lists(cluster)["metadata"]["resourceVersion"]
    send(cluster, "delete", "ConfigMap", name="a")
    exact = {"resource_version": then, "resource_version_match": "Exact"}
    assert names(lists(cluster, **exact)) == ["a", "b", "c"]
    assert names(lists(cluster, resource_version=then)) == ["b", "c"]


def test_versions_that_cannot_be_served_are_refused(cluster):
    current = cluster.version
    assert refusal(lists, cluster, resource_version="99999999") == (
        504,
        "Timeout",
        f"Timeout: Too large resource version: 99999999, current: {current}",
    )
    assert refusal(lists, cluster, resource_version="abc")[:2] == (400, "BadRequest")
    assert refusal(lists, cluster, resource_version_match="Exact")[0] == 422
    assert refusal(lists, cluster, **{"continue": "abc"})[0] == 400


def test_a_watch_tells_each_later_change_once_and_in_order(cluster):
    """CP-011: all that is there, then ADDED, MODIFIED, DELETED; it resumes from a version."""
    seen, version = watched(cluster, "")
    assert seen == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "c")]
    send(cluster, "patch", "ConfigMap", {"data": {"k": "1"}}, name="b")
    send(cluster, "delete", "ConfigMap", name="a")
    seen, version = watched(cluster, version, bookmarks=True)
    assert seen == [("MODIFIED", "b"), ("DELETED", "a"), ("BOOKMARK", None)]
    assert watched(cluster, version) == ([], version)


def test_what_comes_into_a_selector_is_added_and_what_leaves_it_deleted(cluster):
    _, version = watched(cluster, "")
    for name, tier in (("b", "web"), ("a", "db")):
        send(cluster, "patch", "ConfigMap", {"metadata": {"labels": {"tier": tier}}}, name=name)
    seen, _ = watched(cluster, version, label_selector="tier=web")
    assert seen == [("ADDED", "b"), ("DELETED", "a")]


def test_a_compacted_version_is_gone(cluster):
    since = str(cluster.version)
    cluster.world.store.compacted = cluster.version + 1
    assert refusal(watched, cluster, since)[:2] == (410, "Expired")


def test_warnings_say_what_was_dropped():
    cluster = new_cluster()
    body = {"metadata": {"name": "b"}, "nosuch": 1}
    made = send(cluster, "create", "ConfigMap", body, options={"field_validation": "Warn"})
    assert "nosuch" not in made
    assert cluster.world.api.warnings == ['unknown field "nosuch"']


def test_a_deprecated_kind_is_served_with_a_warning(cluster):
    """KX-009."""
    send(cluster, "list", "Endpoints")
    why = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert cluster.world.api.warnings == [why]


def test_preconditions_of_a_deletion(cluster):
    options = {"resource_version": "1"}
    code, _, message = refusal(send, cluster, "delete", "ConfigMap", name="a", options=options)
    version = cluster.get("ConfigMap", "truth", "a")["metadata"]["resourceVersion"]
    assert code == 409
    assert message == (
        'Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the precondition '
        f"(1) does not match the ResourceVersion in record ({version}). The object might have been "
        "modified"
    )
