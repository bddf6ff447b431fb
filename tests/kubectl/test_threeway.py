"""KC-040: the patch of apply, from what was applied last, the file and the live object."""

from typing import Any

from k8slab.engine.api.schema import type_of
from k8slab.kubectl.threeway import three_way_patch

DEPLOYMENT = type_of("apps", "v1", "Deployment")


def _spec(*containers: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"spec": {**rest, "template": {"spec": {"containers": list(containers)}}}}


def _patch(original: Any, modified: Any, current: Any) -> Any:
    return three_way_patch(original, modified, current, DEPLOYMENT)


def test_nothing_to_do_is_an_empty_patch() -> None:
    live = _spec({"name": "a", "image": "x", "imagePullPolicy": "Always"}, replicas=1)
    assert (
        _patch(_spec({"name": "a", "image": "x"}), _spec({"name": "a", "image": "x"}), live) == {}
    )


def test_what_the_file_no_longer_has_is_deleted_and_what_others_set_stays() -> None:
    original, modified = {"spec": {"replicas": 3, "paused": True}}, {"spec": {"replicas": 3}}
    live = {"spec": {"replicas": 5, "paused": True, "minReadySeconds": 9}}
    assert _patch(original, modified, live) == {"spec": {"paused": None, "replicas": 3}}


def test_lists_merge_by_their_key() -> None:
    original = _spec({"name": "a", "image": "1"}, {"name": "b", "image": "1"})
    modified = _spec({"name": "a", "image": "2"}, {"name": "c", "image": "1"})
    live = _spec(
        {"name": "a", "image": "1", "tty": True},
        {"name": "b", "image": "1"},
        {"name": "sidecar", "image": "1"},
    )
    assert _patch(original, modified, live)["spec"]["template"]["spec"] == {
        "$setElementOrder/containers": [{"name": "a"}, {"name": "c"}],
        "containers": [
            {"name": "a", "image": "2"},
            {"name": "c", "image": "1"},
            {"name": "b", "$patch": "delete"},
        ],
    }


def test_atomic_lists_are_replaced_as_a_whole() -> None:
    original = _spec({"name": "a", "args": ["x", "y"]})
    modified = _spec({"name": "a", "args": ["x"]})
    patch = _patch(original, modified, original)
    assert patch["spec"]["template"]["spec"]["containers"] == [{"args": ["x"], "name": "a"}]


def test_retained_keys_are_named() -> None:
    original = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    modified = {"spec": {"strategy": {"type": "Recreate"}}}
    assert _patch(original, modified, original)["spec"]["strategy"] == {
        "$retainKeys": ["type"],
        "rollingUpdate": None,
        "type": "Recreate",
    }
