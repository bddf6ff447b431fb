"""Recorded commands whose verb our kubectl has not yet, as API requests that do the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.api import discovery
from k8slab.engine.api.errors import ApiError

from . import names, neighbours


def stand_in(cluster: Cluster, line: str, namespace: str) -> bool:
    """Do what the line does; False where it has no stand-in."""
    for pattern, action in _ACTIONS:
        match = re.fullmatch(pattern, line)
        if match is not None:
            action(cluster, namespace, *match.groups())
            return True
    return False


def _patch(cluster: Cluster, namespace: str, kind: str, name: str, body: Any, how: str) -> None:
    found = discovery.BUILT_IN.resolve(kind)
    assert found is not None
    head = {"verb": "patch", "kind": found.kind, "name": name, "patch_type": how, "body": body}
    cluster.request({**head, "namespace": namespace if found.namespaced else ""})


def _pairs(words: str) -> dict[str, str | None]:
    pairs: dict[str, str | None] = {}
    for word in shlex.split(words):
        name, equals, value = word.partition("=")
        if equals:
            pairs[name] = value
        elif word.endswith("-") and not word.startswith("--"):
            pairs[word[:-1]] = None
    return pairs


def _resources(cluster: Cluster, namespace: str, name: str, field: str, pair: str) -> None:
    deployment = cluster.get("Deployment", namespace, name)
    assert deployment is not None
    containers = [
        {"name": each["name"], "resources": {field: _pairs(pair)}}
        for each in deployment["spec"]["template"]["spec"]["containers"]
    ]
    body = {"spec": {"template": {"spec": {"containers": containers}}}}
    _patch(cluster, namespace, "deployment", name, body, "strategic")


def _env(cluster: Cluster, namespace: str, name: str, variable: str, value: str) -> None:
    containers = [{"name": name, "env": [{"name": variable, "value": value}]}]
    body = {"spec": {"template": {"spec": {"containers": containers}}}}
    _patch(cluster, namespace, "deployment", name, body, "strategic")


def _refused(cluster: Cluster, namespace: str, name: str) -> None:
    """An eviction by API, which the recorder saw refused."""
    head = {"verb": "create", "kind": "Pod", "namespace": namespace, "name": name}
    with suppress(ApiError):
        cluster.request({**head, "subresource": "eviction", "body": {}})


_ACTIONS: tuple[tuple[str, Any], ...] = (
    (r"kubectl set resources deployment/(\S+) --(requests|limits)=(\S+)", _resources),
    (r"kubectl set env deployment/(\S+) (\w+)=(\w+)", _env),
    (r"POST pods/(\S+)/eviction", _refused),
)


def children(cluster: Cluster, namespace: str) -> None:
    """What the recorder of 07-garbage-collection made by API: ConfigMaps owned by ConfigMap own."""
    owner = cluster.get("ConfigMap", namespace, "own")
    assert owner is not None
    mine = {"apiVersion": "v1", "kind": "ConfigMap", "name": "own", "uid": owner["metadata"]["uid"]}
    nobody = {**mine, "name": "nope", "uid": "00000000-0000-4000-8000-000000000000"}
    made: tuple[tuple[str, dict[str, Any]], ...] = (
        ("child", {"ownerReferences": [mine]}),
        ("orphan-child", {"ownerReferences": [nobody]}),
        ("fin-child", {"ownerReferences": [mine], "finalizers": ["example.com/hold"]}),
    )
    for name, metadata in made:
        body = {"metadata": {"name": name, **metadata}}
        cluster.request(
            {"verb": "create", "kind": "ConfigMap", "namespace": namespace, "body": body}
        )


def lose_readiness(cluster: Cluster, namespace: str) -> None:
    """What the recorder of 07-service-endpoints did by API: a pod's Ready conditions are False."""
    aliases = names.aliases(cluster)
    name = next(raw for raw, alias in aliases.items() if alias == "web-rs1-c")
    why = {"status": "False", "reason": "ContainersNotReady"}
    conditions = [{"type": kind, **why} for kind in ("Ready", "ContainersReady")]
    head = {"verb": "patch", "kind": "Pod", "namespace": namespace, "name": name}
    body = {"status": {"conditions": conditions}}
    cluster.request({**head, "subresource": "status", "patch_type": "strategic", "body": body})


def taint_and_cordon(cluster: Cluster, namespace: str) -> None:
    """What the recorder of 08-scheduling-failures did by API before pod ``mix``."""
    spec = {"taints": [{"key": "team", "value": "a", "effect": "NoSchedule"}]}
    _patch(cluster, namespace, "node", "node-1", {"spec": spec}, "merge")
    _patch(cluster, namespace, "node", "node-2", {"spec": {"unschedulable": True}}, "merge")


def fork_certificate(cluster: Cluster, namespace: str) -> None:
    """A ConfigMap that the recorder's distribution puts into each namespace: quotas count it."""
    body = {"metadata": {"name": "openshift-service-ca.crt"}}
    cluster.request({"verb": "create", "kind": "ConfigMap", "namespace": namespace, "body": body})


def as_whom(scenario: str, t: float) -> str:
    """The flags for what the recorder did with another user's credentials."""
    jane = scenario == "09-limitrange-quota-rbac" and 38.9 < t < 41.24
    return " --as=jane --as-group=dev --as-uid=u4" if jane else ""


UNSEEN: dict[str, tuple[dict[str, Any], ...]] = {
    "10-crd-customresource": (
        {
            "t": 6.493,
            "yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: pruned}\n"
            "spec: {size: S, colour: red}\n",
        },
    ),
}
"""Manifests that a trace lacks; what was applied tells of them."""
BY_API: dict[str, tuple[tuple[float, Callable[[Cluster, str], None]], ...]] = {
    "06-daemonset": ((7.694, neighbours.SIXTH),),
    "09-limitrange-quota-rbac": ((0.0, fork_certificate),),
    "07-garbage-collection": ((36.34, children),),
    "07-service-endpoints": ((25.391, lose_readiness),),
    "08-scheduling-failures": ((12.4, taint_and_cordon),),
}
"""What a recorder did besides its commands, and at which second."""
