"""Patches beyond the recorded ones, as strategicpatch, the converter and the handlers take them."""

import pytest

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.patch import go_text

from .real_server import load, new_cluster, send

BASES = load("patches")["bases"]


def containers(*items):
    return {"spec": {"template": {"spec": {"containers": list(items)}}}}


REFUSED = [
    (containers({"name": "c1", "$patch": "x"}),
     500, "unknown patch type: x in map: map[$patch:x name:c1]"),
    (containers({"name": "c1", "$patch": "merge"}),
     500, "merging lists cannot yet be specified in the patch"),
    ({"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {"maxSurge": 1}}}},
     400, "invalid patch format of retainKeys"),
    ({"spec": {"template": {"spec": {"$setElementOrder/containers": "x"}}}},
     500, "expected a []interface {}, but received a string"),
    ({"metadata": {"resourceVersion": "abc"}},
     500, 'strconv.ParseUint: parsing "abc": invalid syntax'),
]  # fmt: skip
CONVERTED = [
    ({"spec": {"replicas": "x"}}, "unrecognized type: int32"),
    ({"spec": {"paused": 1}}, "unrecognized type: bool"),
    ({"metadata": {"labels": {"a": 1}}}, "cannot convert int64 to string"),
    ({"spec": {"selector": "x"}}, "cannot restore struct from: string"),
    ({"metadata": {"labels": []}}, "cannot restore map from slice"),
    (containers({"name": "c1", "args": "x"}), "cannot restore slice from string"),
]
MISREAD = [
    ("merge", [1], "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ("json", [1], "json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
    ("json", [{"op": 5}],
     "json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string"),
]  # fmt: skip


def patch(kind, body, patch_type="strategic", **options):
    cluster = new_cluster()
    base = send(cluster, "create", kind, BASES[kind])
    more = {"name": base["metadata"]["name"], "patch_type": patch_type}
    return base, send(cluster, "patch", kind, body, options=options, **more)


def refusal(*arguments, **options):
    with pytest.raises(ApiError) as refused:
        patch(*arguments, **options)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(("body", "code", "told"), REFUSED)
def test_a_patch_that_makes_no_sense_is_told_why(body, code, told):
    assert refusal("Deployment", body) == (code, told)


@pytest.mark.parametrize(("body", "told"), CONVERTED)
def test_a_strategic_patch_of_the_wrong_type_is_told_by_the_converter(body, told):
    message = f' "" is invalid: patch: Invalid value: "{go_text(body)}": {told}'
    assert refusal("Deployment", body) == (422, message)


@pytest.mark.parametrize(("patch_type", "body", "told"), MISREAD)
def test_a_body_that_is_no_patch_is_a_bad_request(patch_type, body, told):
    assert refusal("Deployment", body, patch_type) == (400, f"error decoding patch: {told}")


@pytest.mark.parametrize("patch_type", ["strategic", "json"])
def test_null_is_a_patch_that_changes_nothing(patch_type):
    base, patched = patch("Deployment", None, patch_type)
    assert patched["metadata"]["resourceVersion"] == base["metadata"]["resourceVersion"]


def test_items_of_a_set_can_be_taken_out_one_by_one():
    first = BASES["ConfigMap"]["metadata"]["finalizers"][0]
    _, patched = patch("ConfigMap", {"metadata": {"$deleteFromPrimitiveList/finalizers": [first]}})
    assert first not in patched["metadata"].get("finalizers", [])


def test_lists_of_unlike_items_do_not_merge():
    had = " ".join(BASES["ConfigMap"]["metadata"]["finalizers"])
    told = f"list element types are not identical: [[{had}] [1]]"
    assert refusal("ConfigMap", {"metadata": {"finalizers": [1]}}) == (500, told)


def test_strict_validation_tells_the_patch():
    told = 'Invalid value: "map[spec:map[nosuch:1]]": strict decoding error: unknown field'
    found = refusal("Deployment", {"spec": {"nosuch": 1}}, field_validation="Strict")
    assert found == (422, f' "" is invalid: patch: {told} "spec.nosuch"')
