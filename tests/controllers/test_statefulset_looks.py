"""StatefulSets one look at a time: order, what ends a look, refusals, revisions and claims.

The cases are those of upstream's stateful_set_control_test, stateful_pod_control_test and
stateful_set_utils_test.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.objects import is_deleting, key_of, labels_of, set_in
from k8slab.engine.controllers.statefulset import StatefulSets

from .stage import Stage, pod, quota

LABELS = {"app": "db"}
POD_NAME = "statefulset.kubernetes.io/pod-name"
HASH = "controller-revision-hash"
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


class Set:
    """A StatefulSet "db" whose pods someone else runs."""

    def __init__(self, replicas, *, parallel=False, claims=False, **spec):
        self.stage = Stage(StatefulSets())
        template = {"metadata": {"labels": LABELS}, "spec": pod("", {})["spec"]}
        policy = "Parallel" if parallel else "OrderedReady"
        head = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}}
        spec = {
            "replicas": replicas,
            "serviceName": "db",
            "selector": {"matchLabels": LABELS},
            "podManagementPolicy": policy,
            "template": template,
            **({"volumeClaimTemplates": [CLAIM]} if claims else {}),
            **spec,
        }
        self.stateful_set = self.stage.put({**head, "spec": spec})

    def look(self):
        self.stateful_set = self.stage.look(self.stateful_set)
        return self.stateful_set["status"]

    def edit(self, *path, value):
        self.stateful_set = self.stage.world.api.update(set_in(self.stateful_set, path, value))

    def update(self, image="app:v2"):
        path = ("spec", "template", "spec", "containers")
        self.edit(*path, value=[{"name": "c", "image": image}])

    def pods(self):
        return {it["metadata"]["name"]: it for it in self.stage.cluster.list("Pod")}

    def staying(self):
        return [name for name, it in self.pods().items() if not is_deleting(it)]

    def images(self):
        pods = self.pods()
        return [pods[name]["spec"]["containers"][0]["image"][-2:] for name in sorted(pods)]

    def say(self, name, phase="Running", ready=True, ago=100):
        """What the kubelet says of a pod."""
        since = self.stage.ago(ago)
        said = [{"type": "Ready", "status": str(ready), "lastTransitionTime": since}]
        bound = set_in(self.pods()[name], ("spec", "nodeName"), "n")
        status = {"phase": phase, "conditions": said}
        return self.stage.world.store.write({**bound, "status": status}, 0)

    def settle(self, *names):
        """Pods that are being deleted are gone; the named ones (all, if none) run and are ready."""
        for it in self.pods().values():
            if is_deleting(it):
                self.stage.world.api.delete(key_of(it), grace_s=0)
        for name in names or self.pods():
            self.say(name)

    def run(self, looks=20):
        """Until a look changes nothing."""
        for _ in range(looks):
            before = self.stage.cluster.version
            self.look()
            self.settle()
            if self.stage.cluster.version == before:
                return self.stateful_set["status"]
        return self.stateful_set["status"]

    def claims(self):
        claims = self.stage.cluster.list("PersistentVolumeClaim")
        return {
            it["metadata"]["name"]: [
                (ref["kind"], ref["name"], ref.get("controller", False))
                for ref in it["metadata"].get("ownerReferences", ())
            ]
            for it in claims
        }

    def told(self, kind="Normal"):
        return [(reason, said) for type_, reason, said in self.stage.told() if type_ == kind]


def running(replicas, **more):
    db = Set(replicas, **more)
    db.run()
    return db


@pytest.mark.parametrize(
    ("parallel", "start", "names"),
    [
        (False, 0, [["db-0"], ["db-0", "db-1"], ["db-0", "db-1", "db-2"]]),
        (True, 0, [["db-0", "db-1", "db-2"]]),
        (False, 7, [["db-7"], ["db-7", "db-8"], ["db-7", "db-8", "db-9"]]),
        (True, 7, [["db-7", "db-8", "db-9"]]),
    ],
)
def test_pods_are_created_in_order(parallel, start, names):
    db = Set(3, parallel=parallel, ordinals={"start": start})
    for expected in names:
        db.look()
        assert sorted(db.pods()) == expected
        db.look()
        assert sorted(db.pods()) == expected, "the next has to wait for the one before"
        db.settle()


@pytest.mark.parametrize(("parallel", "left"), [(False, ["db-0", "db-1"]), (True, ["db-0"])])
def test_pods_are_condemned_from_the_top(parallel, left):
    db = running(3, parallel=parallel)
    db.edit("spec", "replicas", value=1)
    db.look()
    assert db.staying() == left
    db.look()
    assert db.staying() == left


def test_a_new_start_ordinal_condemns_below_and_creates_above():
    db = running(3)
    db.edit("spec", "ordinals", value={"start": 2})
    status = db.run()
    assert sorted(db.pods()) == ["db-2", "db-3", "db-4"]
    assert status["readyReplicas"] == 3


@pytest.mark.parametrize(
    ("broken", "going"),
    [({}, "db-3"), ({"db-3"}, "db-3"), ({"db-2"}, "db-3"), ({"db-2", "db-3"}, None)],
)
def test_scaling_down_waits_for_all_but_the_first_that_is_not_available(broken, going):
    """Of condemned pods only the lowest unavailable one may go while it is broken."""
    db = running(4)
    for name in broken:
        db.say(name, ready=False)
    db.edit("spec", "replicas", value=2)
    db.look()
    gone = [name for name, it in db.pods().items() if is_deleting(it)]
    assert gone == ([going] if going else [])


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
@pytest.mark.parametrize("parallel", [False, True])
def test_a_pod_that_ended_is_deleted_and_the_next_look_creates_it(phase, parallel):
    """Without an Event of its own (1.31 took RecreatingFailedPod away)."""
    db = running(2, parallel=parallel)
    db.say("db-0", phase=phase)
    db.look()
    assert db.staying() == ["db-1"]
    db.look()
    assert db.staying() == ["db-0", "db-1"]
    assert db.told()[-2:] == [
        ("SuccessfulDelete", "Delete Pod db-0 in StatefulSet db successful"),
        ("SuccessfulCreate", "Create Pod db-0 in StatefulSet db successful"),
    ]


def test_in_parallel_one_that_ended_does_not_hold_up_the_others():
    db = Set(3, parallel=True)
    db.look()
    db.say("db-0", phase="Failed")
    db.stage.world.api.delete(key_of(db.pods()["db-2"]), grace_s=0)
    db.look()
    assert db.staying() == ["db-1", "db-2"]


@pytest.mark.parametrize(
    ("parallel", "room", "created", "refused"), [(False, 0, 0, 1), (True, 2, 2, 1), (True, 4, 4, 3)]
)
def test_refused_pods_are_told_and_the_status_is_written(parallel, room, created, refused):
    db = Set(9, parallel=parallel)
    hard = {"pods": str(room)}
    db.stage.put(quota(**hard), status={"hard": hard, "used": {"pods": "0"}})
    db.stateful_set = db.stage.refused(db.stateful_set)
    assert len(db.pods()) == created
    failed = [message for reason, message in db.told("Warning") if reason == "FailedCreate"]
    assert len(failed) == refused
    first = f"db-{created if parallel and room != 2 else room}"
    assert failed[0].startswith(f"Create Pod {first} in StatefulSet db failed error: pods ")
    assert db.stateful_set["status"]["observedGeneration"] == 1


def test_a_name_that_a_stranger_has_is_not_told():
    """It is tried again and again, in silence."""
    db = Set(1)
    stranger = db.stage.put(pod("db-0", {"app": "other"}))
    db.stateful_set = db.stage.refused(db.stateful_set)
    assert db.told() == db.told("Warning") == []
    db.stage.world.api.delete(key_of(stranger), grace_s=0)
    db.look()
    assert labels_of(db.pods()["db-0"])[POD_NAME] == "db-0"


@pytest.mark.parametrize(("name", "adopted"), [("db-0", True), ("db-5", True), ("web-0", False)])
def test_only_pods_of_its_own_names_are_adopted(name, adopted):
    db = Set(1)
    old = db.stage.put(pod(name, LABELS), status={"phase": "Running"})
    db.look()
    assert ("ownerReferences" in db.stage.now(old)["metadata"]) == adopted


def test_a_lost_name_label_is_put_back():
    db = running(1)
    labels = {name: it for name, it in labels_of(db.pods()["db-0"]).items() if name != POD_NAME}
    bare = set_in(db.pods()["db-0"], ("metadata", "labels"), labels)
    db.stage.world.store.write(bare, 0)
    db.look()
    assert labels_of(db.pods()["db-0"])[POD_NAME] == "db-0"
    update = ("SuccessfulUpdate", "Update Pod db-0 in StatefulSet db successful")
    assert db.told()[-1] == update


@pytest.mark.parametrize(("partition", "images"), [(0, "222"), (1, "122"), (2, "112"), (9, "111")])
@pytest.mark.parametrize("parallel", [False, True])
def test_a_rolling_update_goes_down_to_its_partition(partition, images, parallel):
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    db = running(3, parallel=parallel, updateStrategy=strategy)
    db.update()
    status = db.run()
    assert db.images() == [f"v{number}" for number in images]
    assert status.get("updatedReplicas", 0) == images.count("2")
    complete = status["currentRevision"] == status["updateRevision"]
    assert complete == (partition == 0)


def test_below_the_partition_a_deleted_pod_comes_back_as_it_was():
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    db = running(3, updateStrategy=strategy)
    db.update()
    db.run()
    for name in ("db-0", "db-2"):
        db.stage.world.api.delete(key_of(db.pods()[name]), grace_s=0)
    db.run()
    assert db.images() == ["v1", "v1", "v2"]


@pytest.mark.parametrize("parallel", [False, True])
def test_an_update_replaces_one_pod_at_a_time_and_waits_until_it_is_available(parallel):
    """With minReadySeconds too, and under Parallel as well."""
    db = running(3, parallel=parallel, minReadySeconds=30)
    db.update()
    db.look()
    assert db.staying() == ["db-0", "db-1"]
    db.settle("db-0")
    db.look()
    db.say("db-2", ago=10)
    status = db.look()
    assert len(db.staying()) == 3
    assert (status["readyReplicas"], status["availableReplicas"]) == (3, 2)
    assert db.stage.again_ms == 20_000
    db.stage.advance(20)
    db.look()
    assert db.staying() == ["db-0", "db-2"]


def test_on_delete_leaves_the_pods_alone():
    db = running(2, updateStrategy={"type": "OnDelete"})
    db.update()
    status = db.run()
    assert db.images() == ["v1", "v1"]
    db.stage.world.api.delete(key_of(db.pods()["db-0"]), grace_s=0)
    db.run()
    assert db.images() == ["v2", "v1"]
    assert status["currentRevision"] != status["updateRevision"]


def test_a_rollback_takes_the_old_revision_up_again():
    db = running(1)
    first = db.stateful_set["status"]["currentRevision"]
    db.update()
    db.run()
    db.update("app:v1")
    status = db.run()
    assert status["currentRevision"] == first
    numbers = {it["metadata"]["name"]: it["revision"]
               for it in db.stage.cluster.list("ControllerRevision")}  # fmt: skip
    assert numbers[first] == 3 and sorted(numbers.values()) == [2, 3]


@pytest.mark.parametrize(("limit", "left"), [(0, 1), (1, 2), (9, 5)])
def test_unused_revisions_beyond_the_limit_go(limit, left):
    db = running(1, revisionHistoryLimit=limit)
    for number in range(2, 6):
        db.update(f"app:v{number}")
        db.run()
    assert len(db.stage.cluster.list("ControllerRevision")) == left
