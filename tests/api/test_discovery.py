"""What is served: every built-in kind of 1.36, by all of its names (NL-002)."""

import pytest

from k8slab.engine.api.discovery import BUILT_IN
from k8slab.engine.api.kinds import KINDS
from k8slab.engine.api.schema import _kinds, type_of

from .real_server import new_cluster, send

NOT_RESOURCES = {"DeleteOptions", "WatchEvent", "Status", "Scale", "Eviction", "TokenRequest"}
OTHER_VERSIONS = {("autoscaling", "v1", "HorizontalPodAutoscaler")}


def test_every_stable_kind_of_the_schema_is_served():
    stable = {
        gvk
        for gvk in _kinds()
        if gvk[1] in ("v1", "v2") and not gvk[2].endswith("List") and gvk[2] not in NOT_RESOURCES
    }
    served = {(kind.group, kind.version, kind.kind) for kind in KINDS}
    resources = {gvk for gvk in stable if "metadata" in type_of(*gvk).fields}
    assert resources - OTHER_VERSIONS == served


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.plural}.{kind.group}")
def test_a_kind_goes_by_all_of_its_names(kind):
    if kind.virtual:
        return
    names = [kind.plural, kind.singular, *kind.short_names, kind.kind.upper()]
    assert all(BUILT_IN.resolve(name) is kind for name in names)
    assert BUILT_IN.resolve(f"{kind.plural}.{kind.version}.{kind.group}") is kind
    assert BUILT_IN.named(kind.kind) is kind
    assert BUILT_IN.served(kind.api_version, kind.kind) is kind


def test_all_is_the_workloads_in_the_order_of_the_api_groups():
    assert [kind.plural for kind in BUILT_IN.category("all")] == [
        "pods",
        "replicationcontrollers",
        "services",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
        "horizontalpodautoscalers",
        "cronjobs",
        "jobs",
    ]


def test_a_kind_without_a_file_is_read_strictly_and_stored():
    cluster = new_cluster()
    policy = {"metadata": {"name": "p"}, "spec": {"podSelector": {}}}
    made = send(cluster, "create", "NetworkPolicy", policy)
    assert made["apiVersion"] == "networking.k8s.io/v1"
    assert made["metadata"]["generation"] == 1
    assert send(cluster, "get", "NetworkPolicy", name="p") == made
