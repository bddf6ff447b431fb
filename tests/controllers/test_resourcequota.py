"""What a ResourceQuota counts as used: upstream's resource_quota_controller_test and evaluators."""

from __future__ import annotations

import pytest

from k8slab.engine.controllers.resourcequota import ResourceQuotas

from .stage import Stage, pod, quota

SMALL = {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"cpu": "200m"}}


class Quota:
    """A ResourceQuota of the given bounds, and what is in its namespace."""

    def __init__(self, hard, **spec):
        self.stage = Stage(ResourceQuotas())
        self.stage.advance(1000)
        body = quota(**hard)
        self.quota = self.stage.put({**body, "spec": {**body["spec"], **spec}})

    def pod(self, name, status=None, resources=SMALL, spec=None, **metadata):
        container = {"name": "c", "image": "app:v1", "resources": resources}
        body = pod(name, {}, containers=[container], **(spec or {}))
        return self.stage.put(body, status=status or {"phase": "Running"}, **metadata)

    def put(self, kind, name, **spec):
        head = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
        return self.stage.put({**head, "spec": spec} if spec else head)

    def used(self):
        self.quota = self.stage.look(self.quota)
        assert self.quota["status"]["hard"] == self.quota["spec"]["hard"]
        return self.quota["status"]["used"]


def hard(*names):
    return dict.fromkeys(names, "100")


def test_what_runs_is_summed_up_and_what_has_ended_only_counts_as_an_object():
    q = Quota(hard("pods", "count/pods", "cpu", "requests.memory", "limits.cpu"))
    for name in ("a", "b"):
        q.pod(name)
    for phase in ("Succeeded", "Failed"):
        q.pod(phase.lower(), {"phase": phase})
    assert q.used() == {
        "count/pods": "4",
        "cpu": "200m",
        "limits.cpu": "400m",
        "pods": "2",
        "requests.memory": "2Gi",
    }


@pytest.mark.parametrize(("ago", "charged"), [(0, "1"), (60, "1"), (61, "0")])
def test_a_pod_that_should_long_have_gone_is_not_charged(ago, charged):
    """30 seconds of grace: one that is still there a minute after its deletion is let off."""
    q = Quota(hard("pods", "count/pods"))
    q.pod("p", deletionTimestamp=q.stage.ago(ago - 30), deletionGracePeriodSeconds=30)
    assert q.used() == {"count/pods": "1", "pods": charged}
    assert q.stage.again_ms == ((60 - ago) * 1000 + 1 if ago < 60 else None)


@pytest.mark.parametrize(
    ("scopes", "counted"),
    [
        (["Terminating"], ["deadline"]),
        (["NotTerminating"], ["affine", "best", "disk", "plain"]),
        (["BestEffort"], ["affine", "best", "deadline", "disk"]),
        (["NotBestEffort"], ["plain"]),
        (["BestEffort", "NotTerminating"], ["affine", "best", "disk"]),
        (["CrossNamespacePodAffinity"], ["affine"]),
    ],
)
def test_scopes_choose_the_pods(scopes, counted):
    """What is asked of the disk leaves a pod as BestEffort as it was."""
    q = Quota(hard("pods"), scopes=scopes)
    near = {"topologyKey": "zone", "labelSelector": {}, "namespaces": ["other"]}
    rules = {"requiredDuringSchedulingIgnoredDuringExecution": [near]}
    q.pod("plain")
    q.pod("best", resources={})
    q.pod("disk", resources={"requests": {"ephemeral-storage": "1Gi"}})
    q.pod("deadline", resources={}, spec={"activeDeadlineSeconds": 60})
    q.pod("affine", resources={}, spec={"affinity": {"podAntiAffinity": rules}})
    q.put("ConfigMap", "c")
    assert q.used() == {"pods": str(len(counted))}


def test_other_objects_count_by_kind_and_by_what_they_ask_for():
    """With the Service "kubernetes" and the ConfigMap of the root certificate."""
    names = ("services", "services.nodeports", "services.loadbalancers", "configmaps")
    q = Quota(hard(*names, "count/configmaps", "persistentvolumeclaims", "requests.storage"))
    port = [{"port": 80}]
    q.put("Service", "plain", ports=port)
    q.put("Service", "node", ports=[{"port": 1, "name": "a"}, {"port": 2, "name": "b"}],
          type="NodePort")  # fmt: skip
    q.put("Service", "balanced", ports=port, type="LoadBalancer")
    q.put("ConfigMap", "c")
    q.put(
        "PersistentVolumeClaim",
        "v",
        accessModes=["ReadWriteOnce"],
        resources={"requests": {"storage": "10Gi"}},
    )
    assert q.used() == {
        "configmaps": "2",
        "count/configmaps": "2",
        "persistentvolumeclaims": "1",
        "requests.storage": "10Gi",
        "services": "4",
        "services.loadbalancers": "1",
        "services.nodeports": "3",
    }


def test_a_service_that_changes_its_type_gives_back_what_it_used():
    """Noticed by the change itself: nothing has gone."""
    q = Quota(hard("services.nodeports"))
    q.put("Service", "s", ports=[{"port": 80}], type="NodePort")
    c = q.stage.cluster
    c.advance(1)
    assert q.stage.now(q.quota)["status"]["used"] == {"services.nodeports": "1"}
    head = {"verb": "patch", "kind": "Service", "namespace": "default", "name": "s"}
    c.request({**head, "patch_type": "merge", "body": {"spec": {"type": "ClusterIP"}}})
    c.advance(1)
    assert q.stage.now(q.quota)["status"]["used"] == {"services.nodeports": "0"}
