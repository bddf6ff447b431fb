"""Admission: limits, quotas, priorities, default classes."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError

from .real_server import load, new_cluster, post, send

LIMITS = load("limitrange")


@pytest.fixture
def cluster():
    return new_cluster()


def pod(name, **resources):
    container = {"name": "c", "image": "i:1", "resources": resources}
    return {"metadata": {"name": name}, "spec": {"containers": [container]}}


def refusal(cluster, *arguments, **more):
    with pytest.raises(ApiError) as refused:
        send(cluster, *arguments, **more)
    return refused.value.message


@pytest.mark.parametrize("case", LIMITS[1:], ids=lambda case: case["what"])
def test_a_limit_range_fills_in_and_refuses_as_the_real_one(cluster, case):
    """RS-014."""
    send(cluster, "create", "LimitRange", LIMITS[0]["manifest"])
    code, message, made = post(cluster, "Pod", case["manifest"], dry_run=True)
    assert (code, message) == (case["status"], case.get("message") or "")
    if "resources_after" in case:
        found = [it["resources"] for it in made["spec"]["containers"]]
        assert found == case["resources_after"]
        assert made["metadata"].get("annotations", {}) == (case["annotations"] or {})


@pytest.fixture
def bounded(cluster):
    hard = {"pods": "4", "requests.cpu": "1", "limits.memory": "1Gi", "configmaps": "3"}
    send(cluster, "create", "ResourceQuota", {"metadata": {"name": "rq"}, "spec": {"hard": hard}})
    cluster.advance(1)
    return cluster


def quota(cluster):
    return cluster.get("ResourceQuota", "truth", "rq")["status"]["used"]


def test_a_quota_wants_to_be_told_what_it_counts(bounded):
    """RS-016."""
    assert refusal(bounded, "create", "Pod", pod("noreq")) == (
        'pods "noreq" is forbidden: failed quota: rq: must specify limits.memory for: c; '
        "requests.cpu for: c"
    )


def test_a_quota_is_charged_at_once_and_refuses_what_is_too_much(bounded):
    """RS-015."""
    asked = {"requests": {"cpu": "400m"}, "limits": {"memory": "512Mi"}}
    send(bounded, "create", "Pod", pod("ok", **asked))
    assert quota(bounded) == {
        "configmaps": "1",
        "limits.memory": "512Mi",
        "pods": "1",
        "requests.cpu": "400m",
    }
    over = pod("over2", requests={"cpu": "700m"}, limits={"memory": "700Mi"})
    assert refusal(bounded, "create", "Pod", over) == (
        'pods "over2" is forbidden: exceeded quota: rq, requested: '
        "limits.memory=700Mi,requests.cpu=700m, used: limits.memory=512Mi,requests.cpu=400m, "
        "limited: limits.memory=1Gi,requests.cpu=1"
    )


def test_a_quota_is_for_its_own_namespace(bounded):
    """NL-003: what is too much there is none of another's business."""
    send(bounded, "create", "Namespace", {"metadata": {"name": "other"}})
    account = {"metadata": {"name": "default"}}
    send(bounded, "create", "ServiceAccount", account, namespace="other")
    over = pod("over", requests={"cpu": "2"}, limits={"memory": "2Gi"})
    assert "exceeded quota: rq" in refusal(bounded, "create", "Pod", over)
    assert send(bounded, "create", "Pod", over, namespace="other")["metadata"]["name"] == "over"
    bounded.advance(1)
    assert "pods" not in {name for name, used in quota(bounded).items() if used != "0"}


def test_a_dry_run_charges_nothing(bounded):
    before = quota(bounded)
    send(bounded, "create", "ConfigMap", {"metadata": {"name": "c"}}, options={"dry_run": True})
    assert quota(bounded) == before


def test_what_is_deleted_is_given_back(bounded):
    for name in ("c1", "c2"):
        send(bounded, "create", "ConfigMap", {"metadata": {"name": name}})
    assert "exceeded quota" in refusal(bounded, "create", "ConfigMap", {"metadata": {"name": "x"}})
    send(bounded, "delete", "ConfigMap", name="c1")
    bounded.advance(1)
    assert quota(bounded)["configmaps"] == "2"
    send(bounded, "create", "ConfigMap", {"metadata": {"name": "x"}})


def test_a_deployment_over_quota_is_accepted_and_stays_short(bounded):
    """RS-015: the ReplicaSet's events say why."""
    template = pod("", requests={"cpu": "200m"}, limits={"memory": "100Mi"})["spec"]
    labels = {"app": "qd"}
    spec = {
        "replicas": 6,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": template},
    }
    send(bounded, "create", "Deployment", {"metadata": {"name": "qd"}, "spec": spec})
    bounded.advance(5)
    assert len(bounded.list("Pod", "truth")) == 4
    messages = [it["message"] for it in bounded.list("Event", "truth")]
    assert any("is forbidden: exceeded quota: rq, requested: pods=1" in it for it in messages)


def test_a_scoped_quota_counts_only_its_pods(cluster):
    spec = {"hard": {"pods": "1"}, "scopes": ["BestEffort"]}
    send(cluster, "create", "ResourceQuota", {"metadata": {"name": "rq"}, "spec": spec})
    cluster.advance(1)
    send(cluster, "create", "Pod", pod("burst", requests={"cpu": "1"}))
    send(cluster, "create", "Pod", pod("best"))
    assert quota(cluster) == {"pods": "1"}
    assert "exceeded quota: rq" in refusal(cluster, "create", "Pod", pod("more"))


def test_priority_comes_from_the_class(cluster):
    urgent = {"metadata": {"name": "urgent"}, "value": 1000, "preemptionPolicy": "Never"}
    send(cluster, "create", "PriorityClass", urgent)
    made = pod("p")
    made["spec"]["priorityClassName"] = "urgent"
    spec = send(cluster, "create", "Pod", made)["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (1000, "Never")
    made["spec"]["priorityClassName"] = "nosuch"
    assert refusal(cluster, "create", "Pod", made) == (
        'pods "p" is forbidden: no PriorityClass with name nosuch was found'
    )
    usual = {"metadata": {"name": "usual"}, "value": 5, "globalDefault": True}
    send(cluster, "create", "PriorityClass", usual)
    spec = send(cluster, "create", "Pod", pod("q"))["spec"]
    assert (spec["priorityClassName"], spec["priority"]) == ("usual", 5)


def test_every_cluster_has_the_system_classes(cluster):
    names = [it["metadata"]["name"] for it in cluster.list("PriorityClass")]
    assert names == ["system-cluster-critical", "system-node-critical"]


def test_a_claim_without_a_class_gets_the_default_one(cluster):
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    fast = {"metadata": {"name": "fast", "annotations": annotations}, "provisioner": "x.io/y"}
    send(cluster, "create", "StorageClass", fast)
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"metadata": {"name": "c"}, "spec": asked}
    made = send(cluster, "create", "PersistentVolumeClaim", claim)
    assert made["spec"]["storageClassName"] == "fast"


def test_a_pod_of_no_runtime_class_is_refused(cluster):
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    pod["spec"]["runtimeClassName"] = "kata"
    told = 'pods "p" is forbidden: pod rejected: RuntimeClass "kata" not found'
    assert post(cluster, "Pod", pod, dry_run=True)[:2] == (403, told)
    send(
        cluster,
        "create",
        "RuntimeClass",
        {"metadata": {"name": "kata"}, "handler": "kata", "overhead": {"podFixed": {"cpu": "1"}}},
    )
    assert post(cluster, "Pod", pod, dry_run=True)[2]["spec"]["overhead"] == {"cpu": "1"}
    pod["spec"]["overhead"] = {"cpu": "2"}
    told = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
    assert post(cluster, "Pod", pod, dry_run=True)[1].endswith(told)


def test_an_ingress_without_a_class_gets_the_default_one(cluster):
    default = {"ingressclass.kubernetes.io/is-default-class": "true"}
    metadata = {"name": "ours", "annotations": default}
    send(cluster, "create", "IngressClass", {"metadata": metadata, "spec": {"controller": "a.b/c"}})
    backend = {"service": {"name": "s", "port": {"number": 80}}}
    ingress = {"metadata": {"name": "i"}, "spec": {"defaultBackend": backend}}
    made = post(cluster, "Ingress", ingress, dry_run=True)[2]
    assert made["spec"]["ingressClassName"] == "ours"


def test_a_pod_as_a_whole_requests_what_its_containers_do_or_its_limits(cluster):
    container = {"name": "c", "image": "i", "resources": {"requests": {"cpu": "100m"}}}
    whole = {"limits": {"cpu": "2", "memory": "1Gi"}}
    pod = {"metadata": {"name": "p"}, "spec": {"resources": whole, "containers": [container]}}
    made = post(cluster, "Pod", pod, dry_run=True)[2]
    assert made["spec"]["resources"]["requests"] == {"cpu": "100m", "memory": "1Gi"}


def test_a_limit_range_fills_in_a_container_without_a_name():
    """Defaults come before validation, which then misses the name."""
    cluster = Cluster(nodes=1, settings={"frozen": True})
    limits = {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}

    def create(kind, spec):
        obj = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
        where = {"verb": "create", "kind": kind, "namespace": "default", "name": "a"}
        cluster.request({**where, "body": obj})

    create("LimitRange", limits)
    with pytest.raises(ApiError, match=r"containers\[0\].name: Required value"):
        create("Pod", {"containers": [{"image": "nginx"}]})
