"""The binder of claims and volumes, case by case as in the tests of the real controller (1.36)."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import Key, set_in
from k8slab.shell import Shell

SCRATCH = "/tmp"
LOCAL = {"local": {"path": "/srv/local"}, "storageClassName": "local"}
NO_DELETER = (
    'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'
)


@pytest.fixture
def cluster():
    cluster = Cluster(nodes=2, seed=3, settings={"frozen": True})
    make(
        cluster,
        class_of("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer"),
        class_of("static", "kubernetes.io/no-provisioner"),
        class_of("old", "kubernetes.io/aws-ebs"),
    )
    return cluster


def class_of(name, provisioner, mode="Immediate", **more):
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, **more.pop("metadata", {})},
        "provisioner": provisioner,
        "volumeBindingMode": mode,
        **more,
    }


def volume_of(name, size="1Gi", *, on=None, labels=None, **spec):
    if on is not None:
        term = {"key": "kubernetes.io/hostname", "operator": "In", "values": [on]}
        terms = {"nodeSelectorTerms": [{"matchExpressions": [term]}]}
        spec["nodeAffinity"] = {"required": terms}
    source = {} if {"local", "nfs", "csi"} & set(spec) else {"hostPath": {"path": "/srv/disk"}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], **source, **spec},
    }


def claim_of(name, size="1Gi", **spec):
    asked = {"resources": {"requests": {"storage": size}}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", **asked, **spec},
    }


def pod_of(name, *claims, **spec):
    volumes = [{"name": it, "persistentVolumeClaim": {"claimName": it}} for it in claims]
    container = {"name": "c", "image": "nginx:1.27"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [container], "volumes": volumes, **spec},
    }


def make(cluster, *objects, settle_s=5):
    text = yaml.safe_dump_all(objects)
    done = Shell(cluster, files={"x.yaml": text}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(settle_s)


def run(cluster, line, settle_s=5):
    done = Shell(cluster).run(line)
    assert done.exit_code == 0, done.stderr
    cluster.advance(settle_s)


def claim(cluster, name="c"):
    return cluster.get("PersistentVolumeClaim", "default", name)


def volume(cluster, name="v"):
    return cluster.get("PersistentVolume", "", name)


def events_of(cluster, name):
    found = [e for e in cluster.list("Event") if e["involvedObject"]["name"] == name]
    return [(e["type"], e["reason"], e["message"]) for e in found]


@pytest.mark.parametrize(
    ("volumes", "asked", "taken"),
    [
        ([volume_of("a", "10Gi"), volume_of("b", "2Gi"), volume_of("c", "1Gi")], {}, "c"),
        ([volume_of("a", "10Gi"), volume_of("b", "512Mi")], {}, "a"),
        ([volume_of("a", "512Mi")], {}, None),
        (
            [
                volume_of("a", accessModes=["ReadWriteOnce", "ReadWriteMany"]),
                volume_of("b", "5Gi"),
            ],
            {},
            "b",
        ),
        ([volume_of("a")], {"accessModes": ["ReadWriteMany"]}, None),
        (
            [volume_of("a"), volume_of("b", "3Gi", labels={"tier": "gold"})],
            {"selector": {"matchLabels": {"tier": "gold"}}},
            "b",
        ),
        ([volume_of("a", volumeMode="Block")], {}, None),
        ([volume_of("a", storageClassName="static")], {}, None),
        ([volume_of("a", claimRef={"namespace": "default", "name": "other"})], {}, None),
        (
            [
                volume_of("a"),
                volume_of("b", "9Gi", claimRef={"namespace": "default", "name": "c"}),
            ],
            {},
            "b",
        ),
        (
            [volume_of("a", "512Mi", claimRef={"namespace": "default", "name": "c"})],
            {},
            None,
        ),
    ],
    ids=[
        "smallest that suffices",
        "only the large one suffices",
        "too small",
        "fewest access modes before size",
        "access mode missing",
        "selector",
        "block is no filesystem",
        "class differs",
        "kept for another",
        "kept for it",
        "kept for it but too small",
    ],
)
def test_the_volume_that_a_claim_gets(cluster, volumes, asked, taken):
    """ST-007: FindMatchingVolume's choice, and Pending where there is none."""
    make(cluster, *volumes)
    make(cluster, claim_of("c", **asked))
    bound = claim(cluster)
    assert bound["spec"].get("volumeName") == taken
    assert bound["status"]["phase"] == ("Bound" if taken else "Pending")
    if taken is None:
        text = "no persistent volumes available for this claim and no storage class is set"
        assert ("Normal", "FailedBinding", text) in events_of(cluster, "c")
    else:
        assert volume(cluster, taken)["status"]["phase"] == "Bound"


def test_who_chose_is_noted_where_it_was_the_controller(cluster):
    """bound-by-controller is on the side that a user did not fill in."""
    make(cluster, volume_of("v"), claim_of("c"))
    mark = "pv.kubernetes.io/bound-by-controller"
    assert volume(cluster)["metadata"]["annotations"][mark] == "yes"
    assert claim(cluster)["metadata"]["annotations"][mark] == "yes"
    make(cluster, volume_of("w", claimRef={"namespace": "default", "name": "d"}))
    make(cluster, claim_of("d", volumeName="w"))
    assert claim(cluster, "d")["status"]["phase"] == "Bound"
    assert mark not in (volume(cluster, "w")["metadata"].get("annotations") or {})
    assert mark not in claim(cluster, "d")["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (volume_of("v", "512Mi"), "requested PV is too small"),
        (volume_of("v", storageClassName="static"), "storageClassName does not match"),
        (volume_of("v", volumeMode="Block"), "incompatible volumeMode"),
        (volume_of("v", accessModes=["ReadOnlyMany"]), "incompatible accessMode"),
    ],
)
def test_a_volume_asked_for_by_name_must_do(cluster, found, why):
    make(cluster, found)
    make(cluster, claim_of("c", volumeName="v"))
    text = f'Cannot bind to requested volume "v": {why}'
    assert events_of(cluster, "c") == [("Warning", "VolumeMismatch", text)]
    assert claim(cluster)["status"]["phase"] == "Pending"


def test_a_volume_of_another_claim_is_not_taken(cluster):
    make(cluster, volume_of("v"), claim_of("first"))
    make(cluster, claim_of("c", volumeName="v"))
    text = 'volume "v" already bound to a different claim.'
    assert events_of(cluster, "c") == [("Warning", "FailedBinding", text)]
    row = Shell(cluster).run("kubectl get pvc c --no-headers").stdout.split()
    assert row[:4] == ["c", "Pending", "v", "0"]
    since = volume(cluster)["status"]["lastPhaseTransitionTime"]
    assert since == claim(cluster, "first")["metadata"]["creationTimestamp"]


def test_a_claim_that_names_a_missing_volume_waits_for_it(cluster):
    make(cluster, claim_of("c", volumeName="v"))
    assert claim(cluster)["status"]["phase"] == "Pending" and events_of(cluster, "c") == []
    make(cluster, volume_of("v"))
    assert claim(cluster)["status"]["phase"] == "Bound"


def test_a_bound_claim_whose_volume_goes_is_lost(cluster):
    make(cluster, volume_of("v"), claim_of("c"))
    world = cluster.world
    bare = set_in(world.store.get(Key("PersistentVolume", "", "v")), ("metadata", "finalizers"), [])
    world.api.update(bare)
    run(cluster, "kubectl delete pv v")
    assert claim(cluster)["status"] == {"phase": "Lost"}
    text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    assert ("Warning", "ClaimLost", text) in events_of(cluster, "c")
    make(cluster, pod_of("p", "c"))
    told = 'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"'
    assert told in events_of(cluster, "p")[0][2]


@pytest.mark.parametrize(
    ("found", "phase", "event"),
    [
        (volume_of("v", persistentVolumeReclaimPolicy="Retain"), "Released", None),
        (
            volume_of("v", persistentVolumeReclaimPolicy="Delete"),
            "Failed",
            f"host_path deleter only supports {SCRATCH}/.+ but received provided /srv/disk",
        ),
        (
            volume_of(
                "v", persistentVolumeReclaimPolicy="Delete", hostPath={"path": f"{SCRATCH}/disk"}
            ),
            None,
            None,
        ),
        (
            volume_of(
                "v",
                persistentVolumeReclaimPolicy="Delete",
                nfs={"server": "10.0.0.9", "path": "/exports"},
            ),
            "Failed",
            NO_DELETER,
        ),
        (volume_of("v", persistentVolumeReclaimPolicy="Recycle"), "Available", "Volume recycled"),
    ],
    ids=["retain", "delete hostPath", "delete scratch hostPath", "delete nfs", "recycle"],
)
def test_what_becomes_of_a_volume_whose_claim_is_deleted(cluster, found, phase, event):
    """KX-015: by its reclaim policy; what no plugin can delete is Failed and says why."""
    make(cluster, found, claim_of("c"))
    run(cluster, "kubectl delete pvc c", settle_s=30)
    left = volume(cluster)
    assert (left["status"]["phase"] if left else None) == phase
    assert [text for _, _, text in events_of(cluster, "v")] == ([event] if event else [])
    if phase == "Failed":
        assert left["status"]["message"] == event
    if phase == "Available":
        assert "claimRef" not in left["spec"]


def test_a_released_volume_is_not_free_until_its_reference_is_taken_away(cluster):
    make(cluster, volume_of("v", persistentVolumeReclaimPolicy="Retain"), claim_of("c"))
    run(cluster, "kubectl delete pvc c")
    make(cluster, claim_of("again"), settle_s=20)
    assert claim(cluster, "again")["status"]["phase"] == "Pending"
    run(cluster, "kubectl patch pv v --type=json -p "
        """'[{"op": "remove", "path": "/spec/claimRef"}]'""", settle_s=20)  # fmt: skip
    assert claim(cluster, "again")["spec"]["volumeName"] == "v"


@pytest.mark.parametrize(
    ("name", "reason", "text"),
    [
        (
            "static",
            "ProvisioningFailed",
            "no volume plugin matched name: kubernetes.io/no-provisioner",
        ),
        ("none", "ProvisioningFailed", 'storageclass.storage.k8s.io "none" not found'),
        (
            "local",
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding",
        ),
        ("old", "ExternalProvisioning", "the external provisioner 'ebs.csi.aws.com' or manually"),
    ],
)
def test_what_a_claim_without_a_volume_waits_for(cluster, name, reason, text):
    make(cluster, claim_of("c", storageClassName=name))
    [(_, said, message)] = events_of(cluster, "c")
    assert said == reason and text in message


def test_a_claim_that_waits_tells_for_which_pods(cluster):
    make(cluster, claim_of("c", storageClassName="local"))
    nowhere = {"nodeSelector": {"none": "such"}}
    make(cluster, pod_of("p", "c", **nowhere), settle_s=20)
    text = "waiting for pod p to be scheduled"
    assert ("Normal", "WaitForPodScheduled", text) in events_of(cluster, "c")
    make(cluster, pod_of("q", "c", **nowhere), settle_s=20)
    text = "waiting for pods p,q to be scheduled"
    assert ("Normal", "WaitForPodScheduled", text) in events_of(cluster, "c")


def test_a_claim_without_a_class_gets_the_default_one_that_comes_later(cluster):
    bare = claim_of("c")
    del bare["spec"]["storageClassName"]
    make(cluster, bare, claim_of("none"))
    mark = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    make(cluster, class_of("main", "example.com/disk", metadata=mark))
    assert claim(cluster)["spec"]["storageClassName"] == "main"
    assert claim(cluster, "none")["spec"]["storageClassName"] == ""


def test_local_volumes_are_bound_where_the_pod_goes(cluster):
    """ST-008: with WaitForFirstConsumer the scheduler looks for nodes that have a volume."""
    make(cluster, volume_of("v", on="node-2", **LOCAL), claim_of("c", storageClassName="local"))
    assert claim(cluster)["status"]["phase"] == "Pending"
    make(cluster, pod_of("p", "c"), settle_s=60)
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-2"
    assert cluster.get("Pod", "default", "p")["status"]["phase"] == "Running"
    assert claim(cluster)["spec"]["volumeName"] == "v"


def test_a_pod_that_finds_no_local_volume_says_so_and_waits_for_one(cluster):
    make(cluster, claim_of("c", storageClassName="local"), pod_of("p", "c"))
    none = "2 node(s) didn't find available persistent volumes to bind"
    assert f"0/2 nodes are available: {none}." in events_of(cluster, "p")[0][2]
    make(cluster, volume_of("v", on="node-1", **LOCAL), settle_s=60)
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-1"


def test_two_claims_of_a_pod_need_two_volumes_of_one_node(cluster):
    make(
        cluster,
        volume_of("small", "1Gi", on="node-1", **LOCAL),
        volume_of("one", "1Gi", on="node-2", **LOCAL),
        volume_of("two", "2Gi", on="node-2", **LOCAL),
        claim_of("a", storageClassName="local"),
        claim_of("b", "2Gi", storageClassName="local"),
        pod_of("p", "a", "b"),
        settle_s=60,
    )
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-2"
    assert [claim(cluster, it)["spec"]["volumeName"] for it in ("a", "b")] == ["one", "two"]


def test_an_ephemeral_volume_has_a_claim_of_the_pods_own(cluster):
    """The claim has the template's labels, is owned by the pod and goes with it."""
    template = {"metadata": {"labels": {"a": "b"}}, "spec": claim_of("x")["spec"]}
    volumes = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    make(cluster, volume_of("v"), pod_of("p", volumes=volumes), settle_s=60)
    found = claim(cluster, "p-scratch")
    [owner] = found["metadata"]["ownerReferences"]
    assert found["metadata"]["labels"] == {"a": "b"} and found["spec"]["volumeName"] == "v"
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Pod", "p", True)
    assert cluster.get("Pod", "default", "p")["status"]["phase"] == "Running"
    run(cluster, "kubectl delete pod p", settle_s=60)
    assert claim(cluster, "p-scratch") is None


def test_an_ephemeral_volume_takes_no_claim_of_somebody_elses(cluster):
    make(cluster, volume_of("v"), claim_of("p-scratch"))
    template = {"spec": claim_of("x")["spec"]}
    volumes = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    make(cluster, pod_of("p", volumes=volumes))
    why = "PVC default/p-scratch was not created for pod default/p (pod is not owner)"
    assert {(reason, text) for _, reason, text in events_of(cluster, "p")} == {
        ("FailedScheduling", f"0/2 nodes are available: {why}. not found"),
        ("FailedBinding", f"ephemeral volume scratch: {why}"),
    }


def test_a_volume_that_nobody_makes_is_waited_for_ten_minutes(cluster):
    """The scheduler has chosen a node, and no driver answers: a SchedulerError, and anew."""
    make(cluster, class_of("slow", "example.com/disk", "WaitForFirstConsumer"))
    make(cluster, claim_of("c", storageClassName="slow"), pod_of("p", "c"), settle_s=60)
    chosen = claim(cluster)["metadata"]["annotations"]["volume.kubernetes.io/selected-node"]
    assert chosen in ("node-1", "node-2") and events_of(cluster, "p") == []
    assert "external provisioner 'example.com/disk'" in events_of(cluster, "c")[-1][2]
    cluster.advance(600)
    why = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
    assert events_of(cluster, "p") == [("Warning", "FailedScheduling", why)]
    told = condition_of(cluster.get("Pod", "default", "p"), "PodScheduled")
    assert (told["status"], told["reason"], told["message"]) == ("False", "SchedulerError", why)
