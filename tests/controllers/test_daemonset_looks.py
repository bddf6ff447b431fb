"""DaemonSets one look at a time: which nodes get a pod, which pods go, and what is counted.

The cases are those of upstream's daemon_controller_test, update_test and daemonset_util_test.
"""

from __future__ import annotations

from collections import Counter

import pytest

from k8slab.engine.base.conditions import conditions_of
from k8slab.engine.base.objects import is_deleting, key_of, labels_of, set_in
from k8slab.engine.controllers.daemonset import DaemonSets
from k8slab.engine.controllers.daemonset.nodes import target_node

from .stage import Stage, pod, quota

LABELS = {"app": "agent"}
HASH = "controller-revision-hash"


class Daemons:
    """A DaemonSet on nodes node-1, node-2 ... that someone else keeps."""

    def __init__(self, nodes, template=None, **spec):
        self.stage = Stage(DaemonSets(), nodes)
        template = {"metadata": {"labels": LABELS}, "spec": template or pod("", {})["spec"]}
        spec = {"selector": {"matchLabels": LABELS}, "template": template, **spec}
        head = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}}
        self.daemon_set = self.stage.put({**head, "spec": spec})

    def look(self):
        self.daemon_set = self.stage.look(self.daemon_set)
        return self.daemon_set["status"]

    def pods(self):
        return [it for it in self.stage.cluster.list("Pod") if not is_deleting(it)]

    def nodes(self):
        """Nodes by number, each as often as it has living pods."""
        return sorted(int(target_node(it).removeprefix("node-")) for it in self.pods())

    def write(self, obj, **status):
        return self.stage.world.store.write({**obj, "status": status}, 0)

    def bind(self, *, ready=True, ago=100):
        """Every pod runs on its node."""
        for it in self.pods():
            bound = set_in(it, ("spec", "nodeName"), target_node(it))
            self.write(bound, phase="Running", conditions=_ready(self.stage, ready, ago))

    def update(self, image="app:v2"):
        path = ("spec", "template", "spec", "containers")
        new = set_in(self.daemon_set, path, [{"name": "c", "image": image}])
        self.daemon_set = self.stage.world.api.update(new)

    def taint(self, number, effect, key="dedicated"):
        node = self.stage.cluster.get("Node", "", f"node-{number}")
        taints = [{"key": key, "effect": effect}]
        self.stage.world.store.write(set_in(node, ("spec", "taints"), taints), 0)

    def images(self):
        return Counter(it["spec"]["containers"][0]["image"] for it in self.pods())


def _ready(stage, ready, ago):
    since = stage.ago(ago)
    return [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": since}]


def rolling(unavailable=1, surge=0):
    limits = {"maxUnavailable": unavailable, "maxSurge": surge}
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": limits}}


def running(nodes, **spec):
    daemons = Daemons(nodes, **spec)
    daemons.look()
    daemons.bind()
    daemons.look()
    return daemons


AFFINITY = "requiredDuringSchedulingIgnoredDuringExecution"
ONLY_2 = {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-2"]}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"nodeName": "node-2"}, [2]),
        ({"nodeName": "node-9"}, []),
        ({"nodeSelector": {"kubernetes.io/hostname": "node-3"}}, [3]),
        ({"affinity": {"nodeAffinity": {AFFINITY: {"nodeSelectorTerms": [
            {"matchExpressions": [ONLY_2]}]}}}}, [2]),
    ],
)  # fmt: skip
def test_which_nodes_suit(template, expected):
    daemons = Daemons(3, {**pod("", {})["spec"], **template})
    status = daemons.look()
    assert daemons.nodes() == expected
    assert status["desiredNumberScheduled"] == len(expected)
    for it in daemons.pods():
        terms = it["spec"]["affinity"]["nodeAffinity"][AFFINITY]["nodeSelectorTerms"]
        field = {"key": "metadata.name", "operator": "In", "values": [target_node(it)]}
        assert terms == [{"matchFields": [field]}]


@pytest.mark.parametrize(
    ("effect", "key", "tolerated", "gets", "keeps"),
    [
        ("NoSchedule", "dedicated", False, False, True),
        ("NoExecute", "dedicated", False, False, False),
        ("PreferNoSchedule", "dedicated", False, True, True),
        ("NoSchedule", "dedicated", True, True, True),
        ("NoExecute", "node.kubernetes.io/not-ready", False, True, True),
        ("NoSchedule", "node.kubernetes.io/unschedulable", False, True, True),
        ("NoSchedule", "node.kubernetes.io/network-unavailable", False, False, True),
        ("NoExecute", "node.kubernetes.io/out-of-service", False, False, False),
    ],
)
def test_what_a_taint_does(effect, key, tolerated, gets, keeps):
    template = pod("", {})["spec"]
    if tolerated:
        template = {**template, "tolerations": [{"operator": "Exists"}]}
    before = Daemons(2, template)
    before.taint(1, effect, key)
    before.look()
    assert (1 in before.nodes()) == gets
    after = running(2, template=template)
    after.taint(1, effect, key)
    status = after.look()
    assert (1 in after.nodes()) == keeps
    assert status["numberMisscheduled"] == (0 if gets else 1)
    assert status["desiredNumberScheduled"] == 2 - (not gets)


def test_own_tolerations_with_a_limit_lose_it():
    """Daemon pods stay on a node that is not ready, whatever the template says of seconds."""
    limited = {
        "key": "node.kubernetes.io/not-ready",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 60,
    }
    other = {"key": "x", "operator": "Exists"}
    template = {**pod("", {})["spec"], "tolerations": [other, limited], "hostNetwork": True}
    daemons = Daemons(1, template)
    daemons.look()
    (made,) = daemons.pods()
    told = [(it["key"].rpartition("/")[2], it.get("effect")) for it in made["spec"]["tolerations"]]
    assert told == [
        ("x", None),
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
        ("network-unavailable", "NoSchedule"),
    ]
    assert not any("tolerationSeconds" in it for it in made["spec"]["tolerations"])


@pytest.mark.parametrize(("room", "created", "refused"), [(0, 0, 1), (2, 2, 1), (4, 4, 3)])
def test_refused_pods_are_told_and_counted(room, created, refused):
    """Creation starts slowly; the status is written all the same."""
    daemons = Daemons(9)
    hard = {"pods": str(room)}
    daemons.stage.put(quota(**hard), status={"hard": hard, "used": {"pods": "0"}})
    daemons.daemon_set = daemons.stage.refused(daemons.daemon_set)
    told = Counter(reason for _, reason, _ in daemons.stage.told())
    assert told["SuccessfulCreate"] == len(daemons.pods()) == created
    assert told["FailedCreate"] == refused
    status = daemons.daemon_set["status"]
    assert (status["desiredNumberScheduled"], status["observedGeneration"]) == (9, 1)


@pytest.mark.parametrize(
    ("phase", "event"),
    [
        ("Failed", ("Warning", "FailedDaemonPod", "Found failed daemon pod", "kill")),
        ("Succeeded", ("Normal", "SucceededDaemonPod", "Found succeeded daemon pod", "delete")),
    ],
)
def test_pods_that_ended_are_deleted_and_told(phase, event):
    daemons = running(1)
    (ended,) = daemons.pods()
    daemons.write(ended, phase=phase)
    daemons.look()
    assert daemons.pods() == []
    kind, reason, found, verb = event
    name = ended["metadata"]["name"]
    message = f"{found} default/{name} on node node-1, will try to {verb} it"
    assert (kind, reason, message) in daemons.stage.told()


@pytest.mark.parametrize(("surge", "left"), [(0, 0), (1, 1)])
def test_with_surge_a_failed_pod_is_replaced_in_the_same_look(surge, left):
    daemons = running(1, **rolling(1 - surge, surge))
    daemons.write(daemons.pods()[0], phase="Failed")
    daemons.look()
    assert len(daemons.pods()) == left


def test_the_back_off_of_failing_pods_doubles():
    """1 s, 2 s, 4 s: a failed pod stays until the last deletion is that long ago."""
    daemons = running(1)
    for delay_s in (0, 1, 2, 4):
        daemons.write(daemons.pods()[0], phase="Failed")
        daemons.look()
        if delay_s:
            assert len(daemons.pods()) == 1
            assert daemons.stage.again_ms == delay_s * 1000
            daemons.stage.advance(delay_s)
            daemons.look()
        assert daemons.pods() == []
        for gone in daemons.stage.cluster.list("Pod"):
            daemons.stage.world.api.delete(key_of(gone), grace_s=0)
        daemons.look()
        daemons.bind()


def test_of_two_pods_on_a_node_the_older_bound_one_stays():
    daemons = Daemons(1)
    daemons.look()
    (first,) = daemons.pods()
    owner, spec = daemons.daemon_set, {"nodeName": "node-1"}
    for name, age in (("old", 50), ("older", 90)):
        daemons.stage.put(pod(name, LABELS, **spec), owner=owner, age_s=age, status={})
    daemons.look()
    assert [it["metadata"]["name"] for it in daemons.pods()] == ["older"]
    assert daemons.stage.cluster.get("Pod", "default", first["metadata"]["name"]) is None


@pytest.mark.parametrize(
    ("unavailable", "steps"), [(1, [1] * 5), (2, [2, 2, 1]), ("50%", [3, 2]), (9, [5])]
)
def test_a_rolling_update_goes_by_max_unavailable(unavailable, steps):
    daemons = running(5, **rolling(unavailable))
    daemons.update()
    done = 0
    for step in steps:
        daemons.look()
        assert len(daemons.pods()) == 5 - step
        for gone in daemons.stage.cluster.list("Pod"):
            if is_deleting(gone):
                daemons.stage.world.api.delete(key_of(gone), grace_s=0)
        daemons.look()
        done += step
        assert daemons.images()["app:v2"] == done
        daemons.look()
        assert len(daemons.pods()) == 5, "new pods that are not ready hold the rest up"
        daemons.bind()
    status = daemons.look()
    assert status["updatedNumberScheduled"] == status["numberAvailable"] == 5


def test_old_pods_that_are_not_available_are_all_replaced_at_once():
    daemons = running(5, **rolling(3))
    daemons.bind(ready=False)
    daemons.update()
    daemons.look()
    assert daemons.pods() == []


def test_a_strategy_that_changes_deletes_nothing():
    daemons = running(5, updateStrategy={"type": "OnDelete"})
    strategy = rolling(3)["updateStrategy"]
    path = ("spec", "updateStrategy")
    daemons.daemon_set = daemons.stage.world.api.update(set_in(daemons.daemon_set, path, strategy))
    daemons.look()
    assert len(daemons.pods()) == 5


@pytest.mark.parametrize(("surge", "most"), [(1, 1), (2, 2), ("40%", 2)])
def test_surge_starts_so_many_beside_the_old_ones(surge, most):
    daemons = running(5, **rolling(0, surge))
    daemons.update()
    daemons.look()
    assert len(daemons.pods()) == 5 + most
    daemons.look()
    assert len(daemons.pods()) == 5 + most, "nothing more before those are available"
    daemons.bind()
    daemons.look()
    assert daemons.images() == {"app:v1": 5 - most, "app:v2": most}


@pytest.mark.parametrize(
    ("available", "stays", "total"),
    [
        ((True, True, True), False, 3),
        ((False, True, True), False, 3),
        ((True, False, True), True, 5),
    ],
)
def test_surge_and_a_node_that_no_new_pod_may_start_on(available, stays, total):
    """Node 1 is tainted: its old pod goes where it is useless, or where enough serve elsewhere."""
    daemons = running(3, **rolling(0, 1))
    for it in daemons.pods():
        ready = available[int(target_node(it)[-1]) - 1]
        daemons.write(it, phase="Running", conditions=_ready(daemons.stage, ready, 100))
    daemons.taint(1, "NoSchedule")
    daemons.update()
    daemons.look()
    assert (1 in daemons.nodes(), len(daemons.pods())) == (stays, total)


def test_a_daemon_set_with_min_ready_seconds_waits():
    daemons = running(2, minReadySeconds=30, **rolling(1))
    daemons.bind(ago=10)
    status = daemons.look()
    assert (status["numberReady"], status.get("numberAvailable", 0)) == (2, 0)
    assert daemons.stage.again_ms == 20_000


@pytest.mark.parametrize(("limit", "numbers"), [(0, [4]), (1, [3, 4]), (2, [2, 3, 4])])
def test_old_revisions_beyond_the_limit_go(limit, numbers):
    daemons = Daemons(0, revisionHistoryLimit=limit)
    for number in range(1, 5):
        daemons.update(f"app:v{number}")
        daemons.look()
    revisions = daemons.stage.cluster.list("ControllerRevision")
    assert sorted(it["revision"] for it in revisions) == numbers


def test_a_revision_that_pods_are_of_stays_but_counts():
    """Limit 1 of old revisions 1 (in use) and 2: the unused one goes."""
    daemons = Daemons(1, revisionHistoryLimit=1, updateStrategy={"type": "OnDelete"})
    for number in range(1, 4):
        daemons.update(f"app:v{number}")
        daemons.look()
        daemons.bind()
    revisions = daemons.stage.cluster.list("ControllerRevision")
    assert sorted(it["revision"] for it in revisions) == [1, 3]
    (made,) = daemons.pods()
    assert labels_of(made)[HASH] in {labels_of(it)[HASH] for it in revisions}


def test_a_revision_carries_the_annotations_and_labels():
    daemons = Daemons(0)
    noted = set_in(daemons.daemon_set, ("metadata", "annotations"), {"who": "me"})
    daemons.daemon_set = daemons.stage.world.api.update(noted)
    daemons.look()
    (revision,) = daemons.stage.cluster.list("ControllerRevision")
    annotations = revision["metadata"]["annotations"]
    assert annotations == {"who": "me", "deprecated.daemonset.template.generation": "1"}
    assert labels_of(revision) == {**LABELS, HASH: labels_of(revision)[HASH]}
    assert conditions_of(daemons.daemon_set) == []
