"""What a PodDisruptionBudget counts, and what where it can't: upstream's disruption_test."""

from __future__ import annotations

import pytest

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.eviction import evict
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import owner_reference
from k8slab.engine.controllers.disruption import Disruption

from .stage import Stage, pod

LABELS = {"app": "web"}


class Budget:
    """A PodDisruptionBudget "b" of pods with the label app=web."""

    def __init__(self, **spec):
        self.stage = Stage(Disruption())
        self.stage.advance(1000)
        selector = {"matchLabels": LABELS}
        head = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}}
        self.budget = self.stage.put({**head, "spec": {"selector": selector, **spec}})

    def workload(self, kind, name, replicas=None, owner=None):
        template = {"metadata": {"labels": LABELS}, "spec": pod("", {})["spec"]}
        spec = {"selector": {"matchLabels": LABELS}, "template": template}
        if kind == "StatefulSet":
            spec["serviceName"] = "s"
        if replicas is not None:
            spec["replicas"] = replicas
        head = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}}
        return self.stage.put({**head, "spec": spec}, owner=owner)

    def add(self, name, *, owner=None, ready=True, **metadata):
        status = {"phase": "Running"}
        if ready:
            since = self.stage.ago(60)
            said = {"type": "Ready", "status": "True", "lastTransitionTime": since}
            status["conditions"] = [said]
        return self.stage.put(pod(name, LABELS), owner=owner, status=status, **metadata)

    def look(self):
        self.budget = self.stage.look(self.budget)
        return self.budget["status"]

    def counts(self):
        status = self.look()
        names = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
        return tuple(status[name] for name in names)

    def allowed(self):
        found = condition_of(self.budget, "DisruptionAllowed")
        return found["status"], found["reason"], found["message"]


@pytest.mark.parametrize(
    ("spec", "healthy", "sick", "counts"),
    [
        ({"minAvailable": 3}, 0, 0, (0, 0, 3, 0)),
        ({"minAvailable": 3}, 4, 0, (1, 4, 3, 4)),
        ({"minAvailable": 3}, 3, 1, (0, 3, 3, 4)),
        ({"minAvailable": "28%"}, 10, 0, (7, 10, 3, 10)),
        ({"minAvailable": "28%"}, 9, 1, (6, 9, 3, 10)),
        ({"maxUnavailable": 1}, 10, 0, (1, 10, 9, 10)),
        ({"maxUnavailable": 1}, 9, 1, (0, 9, 9, 10)),
        ({"maxUnavailable": "25%"}, 10, 0, (3, 10, 7, 10)),
        ({"maxUnavailable": "100%"}, 5, 5, (5, 5, 0, 10)),
        ({"maxUnavailable": 20}, 0, 10, (0, 0, 0, 10)),
        ({"maxUnavailable": 0}, 10, 0, (0, 10, 10, 10)),
    ],
)
def test_how_many_may_go(spec, healthy, sick, counts):
    """Of a ReplicaSet with 10 replicas, unless minAvailable is a number: then of what is there."""
    b = Budget(**spec)
    web = b.workload("ReplicaSet", "web", 10)
    for number in range(healthy + sick):
        b.add(f"p{number}", owner=web, ready=number < healthy)
    assert b.counts() == counts
    enough = counts[0] > 0
    assert b.allowed() == (str(enough), "SufficientPods" if enough else "InsufficientPods", "")


def test_the_sizes_of_several_controllers_add_up():
    """A Deployment counts once, by its own size; a ReplicaSet whose Deployment is gone by its."""
    b = Budget(minAvailable="50%")
    web = b.workload("Deployment", "web", 4)
    for name in ("new", "old"):
        owner = b.workload("ReplicaSet", name, 3, owner=web)
        b.add(name, owner=owner)
    db = b.workload("StatefulSet", "db", 5)
    b.add("db-0", owner=db)
    gone = {**web, "metadata": {**web["metadata"], "name": "gone", "uid": "gone"}}
    left = b.workload("ReplicaSet", "left", 2, owner=gone)
    b.add("left", owner=left)
    assert b.counts() == (0, 4, 6, 11)


def test_pods_of_nobody_count_only_where_a_number_is_asked_for():
    numbered = Budget(minAvailable=1)
    numbered.add("alone")
    numbered.add("other")
    assert numbered.counts() == (1, 2, 1, 2)
    assert numbered.stage.told() == []
    b = Budget(maxUnavailable=1)
    b.add("alone")
    assert b.counts() == (0, 1, 0, 0)
    ((kind, reason, message),) = b.stage.told()
    assert (kind, reason) == ("Warning", "UnmanagedPods")
    selector = "&LabelSelector{MatchLabels:map[string]string{app: web,},"
    selector += "MatchExpressions:[]LabelSelectorRequirement{},}"
    assert f"(selector: {selector}) were found to be unmanaged." in message


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("DaemonSet", "daemonsets.apps does not implement the scale subresource"),
        ("gone", 'found no controllers for pod "p"'),
        ("again", 'found no controllers for pod "p"'),
        ("Rollout", 'no matches for kind "Rollout" in version "apps/v1"'),
    ],
)
def test_nothing_may_go_where_the_size_is_unknown(kind, why):
    """Of a DaemonSet, and of a controller that is gone, was made anew, or is of no known kind."""
    b = Budget(maxUnavailable=1)
    if kind == "DaemonSet":
        owner = b.workload("DaemonSet", "web")
    else:
        owner = b.workload("ReplicaSet", "web", 3)
        changed = {"uid": "other"} if kind == "again" else {"name": "other"}
        owner = {**owner, "metadata": {**owner["metadata"], **changed}}
        owner["kind"] = "Rollout" if kind == "Rollout" else "ReplicaSet"
    made = b.add("p", owner=owner)
    assert b.look()["disruptionsAllowed"] == 0
    assert b.allowed() == ("False", "SyncFailed", why)
    reason = "CalculateExpectedPodCountFailed"
    told = f"Failed to calculate the number of expected pods: {why}"
    assert b.stage.told() == [("Warning", reason, told)]
    seen = {**b.budget["status"], "observedGeneration": 1}
    b.stage.world.store.write({**b.budget, "status": seen}, 0)
    with pytest.raises(ApiError) as refused:
        evict(b.stage.world.api, made)
    (cause,) = refused.value.details["causes"]
    head = "The disruption budget b does not allow evicting pods currently because it failed sync: "
    assert cause["message"] == head + why


@pytest.mark.parametrize(
    ("ago", "healthy", "again_s", "told"), [(0, 1, 120, 0), (119, 1, 1, 0), (121, 2, None, 1)]
)
def test_an_evicted_pod_is_no_longer_healthy_unless_it_fails_to_go(ago, healthy, again_s, told):
    """Two minutes are given; then it counts again, and the pod is told of."""
    b = Budget(minAvailable=1)
    b.add("a")
    b.add("b")
    status = {"disruptionsAllowed": 0, "disruptedPods": {"a": b.stage.ago(ago)}}
    b.budget = b.stage.world.store.write({**b.budget, "status": status}, 0)
    assert b.counts()[1] == healthy
    assert ("disruptedPods" in b.budget["status"]) == (healthy == 1)
    assert b.stage.again_ms == (again_s and again_s * 1000)
    assert [reason for _, reason, _ in b.stage.told()] == ["NotDeleted"] * told


def test_pods_that_are_being_deleted_are_not_healthy_and_leave_the_list():
    b = Budget(minAvailable=1)
    b.add("a", deletionTimestamp=b.stage.ago(0))
    b.add("b")
    status = {"disruptedPods": {"a": b.stage.ago(1), "never": b.stage.ago(1)}}
    b.budget = b.stage.world.store.write({**b.budget, "status": status}, 0)
    assert b.counts() == (0, 1, 1, 2)
    assert "disruptedPods" not in b.budget["status"]


def test_a_budget_of_no_pods_says_so_and_allows_nothing():
    b = Budget(maxUnavailable=1)
    assert b.counts() == (0, 0, 0, 0)
    assert b.stage.told() == [("Normal", "NoPods", "No matching pods found")]


def test_the_condition_keeps_its_time_while_it_holds():
    b = Budget(minAvailable=1)
    owner = owner_reference(b.workload("ReplicaSet", "web", 2))
    b.add("a", ownerReferences=[owner])
    b.look()
    first = condition_of(b.budget, "DisruptionAllowed")
    b.stage.advance(60)
    b.look()
    assert condition_of(b.budget, "DisruptionAllowed") == first
    b.add("b", ownerReferences=[owner])
    b.look()
    assert condition_of(b.budget, "DisruptionAllowed")["lastTransitionTime"] == b.stage.ago(0)
