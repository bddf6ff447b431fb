"""When an update may end the old: readiness and minReadySeconds; and who numbers revisions."""

import pytest
import yaml

from k8slab.engine.base.pods import pod_is_active, ready_since_ms
from k8slab.shell import Shell

from .rollouts import cluster, create, deployment, patch, set_image, status

PATIENT = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
REVISION = (
    "kubectl get deploy web -o "
    "jsonpath='{.metadata.annotations.deployment\\.kubernetes\\.io/revision}'"
)


def running(**more):
    c = cluster()
    create(c, deployment(3, strategy=PATIENT, **more))
    c.advance(60)
    assert status(c)["availableReplicas"] == 3
    return c


def of_image(c, image):
    """Active pods of an image."""
    return [
        pod
        for pod in c.list("Pod", "default")
        if pod["spec"]["containers"][0]["image"] == image and pod_is_active(pod)
    ]


@pytest.mark.parametrize("min_ready_s", [0, 10])
def test_each_old_pod_goes_when_a_new_one_is_available(min_ready_s):
    """RO-008: Ready 4 s after its start, and available ``minReadySeconds`` later; not before."""
    c = running(ready="4s", minReadySeconds=min_ready_s)
    began_ms = c.now_ms
    set_image(c, "app:v2")
    while of_image(c, "app:v1"):
        c.advance(0.5)
        since_ms = [ready_since_ms(pod) for pod in of_image(c, "app:v2")]
        available = [
            at_ms
            for at_ms in since_ms
            if at_ms is not None and c.world.unix_ms - at_ms >= min_ready_s * 1000
        ]
        assert len(of_image(c, "app:v1")) >= 3 - len(available)
        assert status(c)["availableReplicas"] >= 3
        assert c.now_ms < began_ms + 120_000
    one_s = 4 + min_ready_s
    assert 3 * one_s <= (c.now_ms - began_ms) / 1000 <= 3 * (one_s + 2)


def test_an_old_pod_is_not_ended_for_a_new_one_that_is_not_ready():
    """RO-008."""
    c = running()
    broken = deployment(3, image="app:v2", never_ready=True)
    patch(c, template=broken["spec"]["template"])
    c.advance(300)
    assert (len(of_image(c, "app:v1")), len(of_image(c, "app:v2"))) == (3, 1)


def test_a_bad_version_leaves_replicas_less_max_unavailable_of_the_old():
    """RO-013: of 3 with 1/1 two of the old serve on, and two of the new are not ready."""
    c = cluster()
    one = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}
    create(c, deployment(3, strategy=one))
    c.advance(60)
    broken = deployment(3, image="app:v2", never_ready=True)
    patch(c, template=broken["spec"]["template"])
    c.advance(300)
    assert (len(of_image(c, "app:v1")), len(of_image(c, "app:v2"))) == (2, 2)
    assert status(c)["availableReplicas"] == 2


def sets(c):
    """The wanted sizes of the ReplicaSets, oldest first."""
    return [it["spec"]["replicas"] for it in sorted(c.list("ReplicaSet", "default"), key=born)]


def born(obj):
    return obj["metadata"]["creationTimestamp"]


def test_what_starts_a_rollout_is_a_change_of_the_template():
    """RO-016, RO-003, RO-018, CS-010: any of it; not the count, labels, or what it refers to."""
    c = running()
    shell = Shell(c)
    for line, wanted in (
        ("kubectl scale deploy web --replicas=4", [4]),
        ("kubectl label deploy web team=a", [4]),
        ("kubectl create configmap settings --from-literal=a=1", [4]),
        ("kubectl set env deploy web --from=configmap/settings", [0, 4]),
        ('kubectl patch configmap settings -p \'{"data":{"a":"2"}}\'', [0, 4]),
        ("kubectl set resources deploy web --limits=cpu=1", [0, 0, 4]),
    ):
        assert shell.run(line).exit_code == 0
        c.advance(60)
        assert sets(c) == wanted, line
    patch(c, template={"metadata": {"annotations": {"checksum/config": "1"}}})
    c.advance(60)
    assert sets(c) == [0, 0, 0, 4]


def test_a_rollout_that_is_paused_half_way_stands_still():
    """RO-017, KC-061, KC-062: its counts freeze, an edit starts nothing until it resumes."""
    c = running(ready="5s")
    set_image(c, "app:v2")
    assert c.advance_until(lambda c: len(of_image(c, "app:v2")) == 2, 60)
    patch(c, paused=True)
    c.advance(5)
    frozen = sets(c)
    assert len(frozen) == 2 and 0 not in frozen
    set_image(c, "app:v3")
    c.advance(300)
    assert sets(c) == frozen and of_image(c, "app:v3") == []
    patch(c, paused=False)
    c.advance(120)
    assert sets(c) == [0, 0, 3] and len(of_image(c, "app:v3")) == 3


@pytest.mark.parametrize(("limit", "kept"), [({}, 10), ({"revisionHistoryLimit": 2}, 2)])
def test_old_replica_sets_are_kept_up_to_the_limit(limit, kept):
    """RO-009: at 0, ten of them unless it is said; the oldest go."""
    c = running(**limit)
    for number in range(2, 15):
        set_image(c, f"app:v{number}")
        c.advance(60)
    assert sets(c) == [0] * kept + [3]
    images = {it["spec"]["template"]["spec"]["containers"][0]["image"]
              for it in c.list("ReplicaSet", "default")}  # fmt: skip
    assert images == {f"app:v{number}" for number in range(14 - kept, 15)}


def test_the_revision_is_the_controllers():
    """RO-019: an applied revision is accepted, counts for nothing, and is put right."""
    c = cluster()
    body = {**deployment(2), "metadata": {"name": "web", "namespace": "default"}}
    body["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "1"}
    shell = Shell(c, {"web.yaml": yaml.safe_dump(body)})
    assert shell.run("kubectl apply -f web.yaml").stdout == "deployment.apps/web created\n"
    c.advance(20)
    set_image(c, "app:v2")
    c.advance(20)
    assert shell.run(REVISION).stdout == "2"
    shell.run("kubectl annotate deploy web --overwrite deployment.kubernetes.io/revision=7")
    c.advance(5)
    assert shell.run(REVISION).stdout == "2"
    assert "configured" in shell.run("kubectl apply -f web.yaml").stdout
    c.advance(20)
    assert shell.run(REVISION).stdout == "3"
