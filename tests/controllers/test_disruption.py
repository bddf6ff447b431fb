"""PodDisruptionBudgets and the evictions that they allow or refuse."""

import pytest

from k8slab.engine.api.errors import ApiError

from .workloads import create, new_cluster, pods

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}, annotations: {fake/start: 1s}}
    spec: {containers: [{name: c, image: 'app:v1'}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {%s, selector: {matchLabels: {app: a}}}
"""


def running(bound):
    cluster = new_cluster()
    create(cluster, WEB % bound)
    cluster.advance(5)
    return cluster


def evict(cluster, name):
    head = {"verb": "create", "kind": "Pod", "namespace": "default", "name": name}
    return cluster.request({**head, "subresource": "eviction", "body": {}})


@pytest.mark.parametrize(
    ("bound", "allowed"),
    [
        ("minAvailable: 3", 1),
        ("minAvailable: 50%", 2),
        ("maxUnavailable: 1", 1),
        ("maxUnavailable: 25%", 1),
        ("maxUnavailable: 0", 0),
        ("minAvailable: 100%", 0),
    ],
)
def test_how_many_may_go(bound, allowed):
    cluster = running(bound)
    status = cluster.get("PodDisruptionBudget", "default", "web")["status"]
    assert status["disruptionsAllowed"] == allowed
    said = "True" if allowed else "False"
    assert [it["status"] for it in status["conditions"]] == [said]


def test_an_eviction_beyond_the_budget_is_refused_in_the_servers_words():
    cluster = running("minAvailable: 3")
    first, second, *_ = pods(cluster)
    assert evict(cluster, first)["status"] == "Success"
    with pytest.raises(ApiError) as refused:
        evict(cluster, second)
    assert refused.value.code == 429
    assert refused.value.message == (
        "Cannot evict pod as it would violate the pod's disruption budget."
    )
    [cause] = refused.value.details["causes"]
    assert cause["message"] == "The disruption budget web needs 3 healthy pods and has 4 currently"


def test_an_evicted_pod_says_why_it_went():
    cluster = running("maxUnavailable: 1")
    name = min(pods(cluster))
    evict(cluster, name)
    [target] = [
        it for it in pods(cluster)[name]["status"]["conditions"] if it["type"] == "DisruptionTarget"
    ]
    assert target["reason"] == "EvictionByEvictionAPI"


def test_two_budgets_for_one_pod_are_one_too_many():
    cluster = running("maxUnavailable: 1")
    create(cluster, (WEB % "maxUnavailable: 2").split("---")[1].replace("web", "other"))
    cluster.advance(1)
    with pytest.raises(ApiError, match="more than one PodDisruptionBudget"):
        evict(cluster, min(pods(cluster)))
