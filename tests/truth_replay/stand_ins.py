"""What a recorder did besides its kubectl lines: requests to the API, other users, other hands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.api import discovery
from k8slab.engine.api.errors import ApiError
from k8slab.engine.apps.sh.steps import Said
from k8slab.shell.output import Output

from . import names, neighbours


def _patch(cluster: Cluster, namespace: str, kind: str, name: str, body: Any, how: str) -> None:
    found = discovery.BUILT_IN.resolve(kind)
    assert found is not None
    head = {"verb": "patch", "kind": found.kind, "name": name, "patch_type": how, "body": body}
    cluster.request({**head, "namespace": namespace if found.namespaced else ""})


def posted(cluster: Cluster, namespace: str, line: str) -> Output:
    """``POST pods/NAME/eviction``: what the API answers, as the recorder wrote it down."""
    _, name, subresource = line.removeprefix("POST ").split("/")
    head = {"verb": "create", "kind": "Pod", "namespace": namespace, "name": name}
    try:
        cluster.request({**head, "subresource": subresource, "body": {}})
    except ApiError as refusal:
        return Output((Said(json.dumps(refusal.status())),), refusal.code)
    return Output((), 201)


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
