"""Server-side apply as on a real 1.36 server: results, managers and conflicts."""

import pytest

from k8slab.engine.api.errors import ApiError

from .real_server import load, new_cluster, send

CASES = load("serverside")


def part(obj):
    """What the recorder kept of an object."""
    kept = {"spec": obj["spec"]}
    if obj["metadata"].get("labels"):
        kept["labels"] = obj["metadata"]["labels"]
    return kept


def managers(obj):
    return [
        [it["manager"], it["operation"], it.get("subresource"), it["fieldsV1"]]
        for it in obj["metadata"].get("managedFields", ())
    ]


def play(cluster, step):
    patch_type = "apply" if step["step"] == "apply" else "merge"
    options = {"field_manager": step["manager"], "force": bool(step.get("force"))}
    name = "ssa"
    return send(
        cluster, "patch", "Deployment", step["body"],
        name=name, patch_type=patch_type, options=options,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_it_does_what_the_real_server_does(case):
    cluster = new_cluster()
    for step in case["steps"]:
        cluster.advance(1)
        if "error" in step:
            with pytest.raises(ApiError) as refused:
                play(cluster, step)
            error = step["error"]
            assert (refused.value.code, refused.value.message) == (error["code"], error["message"])
            if error.get("causes"):
                assert refused.value.details["causes"] == error["causes"]
            continue
        obj = play(cluster, step)
        assert part(obj) == {name: it for name, it in step["after"].items() if it}
        assert managers(obj) == step["managers"]


def test_who_gives_up_all_it_said_manages_nothing():
    """stripMetaManager: a manager without fields is none."""
    cluster = new_cluster()
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}

    def apply(who, more):
        options = {"field_manager": who}
        whole = {**body, **more}
        return send(
            cluster, "patch", "ConfigMap", whole, name="c", patch_type="apply", options=options
        )

    apply("one", {"data": {"a": "1"}})
    apply("other", {"data": {"b": "2"}})
    left = apply("one", {})
    assert left["data"] == {"b": "2"}
    assert [who for who, *_ in managers(left)] == ["other"]
