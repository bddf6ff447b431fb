"""Hostile requests to a lab's API server: an answer that names the fault, and a server that lives.

The numbers are those of docs/security.md.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.bounds import little_work

from .conftest import JSON, Ask

pytestmark = pytest.mark.asyncio
CORE, APPS = "/api/v1/namespaces/default", "/apis/apps/v1/namespaces/default"
YAML, PATCH = "application/yaml", "application/json-patch+json"
MERGE = "application/merge-patch+json"
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: evil}\n"
ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(9)
)
MERGES = "a0: &a0 {" + ", ".join(f"k{i}: 1" for i in range(99)) + "}\n"
MERGES += "".join(f"b{i}: {{<<: [{', '.join(['*a0'] * 99)}]}}\n" for i in range(50))
BODIES = {
    "1 deep YAML": (HEAD + "data: " + "[" * 100_000, YAML, 400),
    "1 deep JSON": ('{"a":' * 100_000, JSON, 400),
    "2 alias bomb": (HEAD + ALIASES, YAML, 400),
    "3 merge bomb": (HEAD + MERGES, YAML, 400),
    "4 long integer": (HEAD + "data: {a: " + "9" * 1_000_000 + "}", YAML, 201),
    "4 long integer in JSON": ('{"data": {"a": ' + "9" * 1_000_000 + "}}", JSON, 400),
    "4 sexagesimal": (HEAD + "data: {a: 1" + ":59" * 60_000 + "}", YAML, 201),
    "6 python": (HEAD + "data: {a: !!python/object/apply:os.system 'true'}", YAML, 400),
    "7 itself": (HEAD + "data: &a {a: *a}", YAML, 400),
    "8 4 MiB": (" " * (4 << 20), JSON, 413),
}


def manifest(kind: str, api: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "evil"}, **more}


@pytest.mark.parametrize("name", BODIES)
async def test_a_hostile_body_is_refused_and_the_server_lives(ask: Ask, name: str) -> None:
    text, media_type, code = BODIES[name]
    with little_work():
        reply = await ask("POST", f"{CORE}/configmaps", text.encode(), media_type)
    assert reply.code == code, reply.body[:300]
    assert len(reply.body) < 1_001_000
    assert (await ask("GET", f"{CORE}/configmaps")).code == 200


async def test_what_is_too_large_to_store_is_invalid(ask: Ask) -> None:
    """10, 11"""
    large = manifest("ConfigMap", "v1", data={"a": "x" * (1 << 20), "b": "x"})
    reply = await ask("POST", f"{CORE}/configmaps", large)
    assert reply.code == 422 and "Too long: may not be more than 1048576" in reply.said["message"]
    noted = manifest("ConfigMap", "v1")
    noted["metadata"]["annotations"] = {"a": "x" * (256 << 10)}
    reply = await ask("POST", f"{CORE}/configmaps", noted)
    assert reply.code == 422 and "annotations" in reply.said["message"]


async def test_a_patch_of_any_depth_or_length_is_bounded(ask: Ask) -> None:
    """12, 13"""
    await ask("POST", f"{CORE}/configmaps", manifest("ConfigMap", "v1", data={"a": "b"}))
    deep = b'[{"op":"add","path":"/data","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}]"
    pointer = [{"op": "add", "path": "/a" * 100_000, "value": 1}]
    many = [{"op": "test", "path": "/data/a", "value": "b"}] * 10_001
    doubling = [{"op": "copy", "from": "/data", "path": f"/data/{it}"} for it in range(60)]
    nesting = [
        step
        for _ in range(2_000)
        for step in (
            {"op": "add", "path": "/x", "value": NESTED},
            {"op": "move", "from": "/data", "path": "/x" + "/a" * 40},
            {"op": "move", "from": "/x", "path": "/data"},
        )
    ]
    for patch, code in ((deep, 400), (pointer, 400), (many, 413), (doubling, 422), (nesting, 422)):
        with little_work():
            assert (await ask("PATCH", f"{CORE}/configmaps/evil", patch, PATCH)).code == code
    merge = b'{"data":' * 100_000 + b"1" + b"}" * 100_000
    assert (await ask("PATCH", f"{CORE}/configmaps/evil", merge, MERGE)).code == 400
    found = await ask("GET", f"{CORE}/configmaps/evil")
    assert found.said["data"] == {"a": "b"}


NESTED: Any = 1
for _ in range(40):
    NESTED = {"a": NESTED}
TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
CROWDS = {
    "14 replicas": (
        f"{APPS}/deployments",
        manifest(
            "Deployment",
            "apps/v1",
            spec={
                "replicas": 1_000_000,
                "selector": {"matchLabels": {"a": "b"}},
                "template": TEMPLATE,
            },
        ),
    ),
    "16 parallelism": (
        "/apis/batch/v1/namespaces/default/jobs",
        manifest(
            "Job",
            "batch/v1",
            spec={
                "parallelism": 1_000_000_000,
                "completions": 1_000_000_000,
                "template": {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}},
            },
        ),
    ),
}


@pytest.mark.parametrize("name", CROWDS)
async def test_a_crowd_is_answered_at_once(ask: Ask, name: str) -> None:
    path, body = CROWDS[name]
    with little_work():
        assert (await ask("POST", path, body)).code == 201


ODD = {
    "metadata is a list": '{"metadata": [{"name": "a"}]}',
    "metadata is text": '{"metadata": "x"}',
    "a name is a number": '{"metadata": {"name": 7}}',
    "no object": "[1]",
    "nothing": "null",
}


@pytest.mark.parametrize("name", ODD)
async def test_what_is_no_object_is_a_bad_request(ask: Ask, name: str) -> None:
    reply = await ask("POST", f"{CORE}/configmaps", ODD[name].encode())
    assert reply.code in (400, 422), reply.body


async def test_a_warning_cannot_end_its_header(ask: Ask) -> None:
    """An unknown field with a line's end and a NUL in its name is told of in a header."""
    odd = {"metadata": {"name": "a"}, "a\r\nSet-Cookie: b=c\u0000": 1}
    reply = await ask("POST", f"{CORE}/configmaps", odd)
    assert reply.code == 201
    assert "Set-Cookie" not in reply.headers
    assert 'unknown field \\"a' in reply.headers["Warning"]
