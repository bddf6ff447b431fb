"""Init containers, sidecars, ephemeral containers: who begins and ends when."""

import pytest

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.tables import table

from .test_inside import box

SHELL = "busybox:1.36"


def shell(name, text, **more):
    return {"name": name, "image": SHELL, "command": ["sh", "-c", text], **more}


def sidecar(name, image="nginx:1.27", **more):
    return {"name": name, "image": image, "restartPolicy": "Always", **more}


def row(node, name="web"):
    """READY and STATUS as kubectl prints them."""
    pod = node.pod(name)
    cells = table(node.cluster.world.api.discovery.named("Pod"), [pod], node.cluster.world.unix_ms)
    return tuple(cells["rows"][0]["cells"][1:3])


def seen(node, name="web"):
    """The rows that a watch of the pod would print, one after another."""
    rows = []
    for change in node.cluster.changes():
        if change.key.kind == "Pod" and change.key.name == name and change.type != "DELETED":
            kind = node.cluster.world.api.discovery.named("Pod")
            cells = table(kind, [change.object], 0)["rows"][0]["cells"]
            if not rows or rows[-1] != tuple(cells[1:3]):
                rows.append(tuple(cells[1:3]))
    return rows


def started(node, container):
    statuses = node.pod()["status"]
    every = [*statuses.get("initContainerStatuses", ()), *statuses["containerStatuses"]]
    [status] = [each for each in every if each["name"] == container]
    return status["state"].get("running", {}).get("startedAt", "")


def test_init_containers_run_one_after_another_and_to_their_end(node):
    """PC-009: Init:0/2, Init:1/2, PodInitializing, Running."""
    inits = [shell("schema", "sleep 5"), shell("permissions", "sleep 5")]
    node.run(spec={"initContainers": inits})
    node.cluster.advance(40)
    statuses = [status for _, status in seen(node)]
    assert statuses == ["Pending", "Init:0/2", "Init:1/2", "PodInitializing", "Running"]
    ends = [
        each["state"]["terminated"]["reason"]
        for each in node.pod()["status"]["initContainerStatuses"]
    ]
    assert ends == ["Completed", "Completed"]


def test_a_failing_init_container_holds_the_pod_back(node):
    """PC-009: Init:CrashLoopBackOff, and the main container never starts."""
    node.run(spec={"initContainers": [shell("schema", "exit 1")]})
    node.cluster.advance(60)
    statuses = [status for _, status in seen(node)]
    assert statuses[-1] == "Init:CrashLoopBackOff"
    assert node.container()["restartCount"] == 0 and "containerID" not in node.container()
    assert node.pod()["status"]["phase"] == "Pending"


def test_an_init_container_that_fails_once_ends_a_pod_that_never_restarts(node):
    node.run(spec={"initContainers": [shell("schema", "exit 1")], "restartPolicy": "Never"})
    node.cluster.advance(30)
    assert node.pod()["status"]["phase"] == "Failed"
    assert row(node) == ("0/1", "Init:Error")


def test_a_sidecar_lets_the_others_on_when_its_startup_probe_has_passed(node):
    """PC-008: a native sidecar starts before the main container and is counted in READY."""
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5}
    probe["failureThreshold"] = 20
    node.run(spec={"initContainers": [sidecar("proxy", "demo/boot40:1", startupProbe=probe)]})
    node.cluster.advance(30)
    assert row(node) == ("0/2", "Init:0/1")
    assert not started(node, "c")
    node.cluster.advance(30)
    assert row(node) == ("2/2", "Running")
    assert started(node, "proxy") < started(node, "c")


def test_a_sidecar_that_dies_is_restarted_and_the_others_live_on(node):
    """PC-007, PC-008: the main container is not disturbed."""
    node.run(spec={"initContainers": [sidecar("proxy")]}, image="shop/api:1.0")
    node.cluster.advance(40)
    before = started(node, "c")
    node.cluster.inject("container-kill", pod="web", container="proxy")
    node.cluster.advance(20)
    [status] = node.pod()["status"]["initContainerStatuses"]
    assert status["restartCount"] == 1 and status["ready"] is True
    assert started(node, "c") == before
    conditions = {it["type"]: it["status"] for it in node.pod()["status"]["conditions"]}
    assert conditions["Initialized"] == conditions["Ready"] == "True"


def test_sidecars_stop_after_the_main_container_last_first(node):
    """PC-008: the reverse of the order in which they started."""
    inits = [sidecar("first"), sidecar("second", "redis:7")]
    node.run(image="shop/api:1.0", spec={"initContainers": inits})
    node.cluster.advance(40)
    node.delete()
    node.cluster.advance(30)
    events = [each.object for each in node.cluster.changes() if each.key.kind == "Event"]
    killed = [each["message"] for each in events if each["reason"] == "Killing"]
    assert killed == [f"Stopping container {name}" for name in ("c", "second", "first")]
    assert node.pod() is None


def test_a_pod_with_a_sidecar_completes_when_its_work_is_done(node):
    """PC-008: sidecars are stopped when the main containers have ended for good."""
    main = [shell("work", "sleep 10")]
    spec = {"initContainers": [sidecar("proxy")], "containers": main, "restartPolicy": "Never"}
    node.run(spec=spec)
    node.cluster.advance(40)
    assert node.pod()["status"]["phase"] == "Succeeded"
    assert row(node) == ("0/2", "Completed")
    assert [text for _, text, _ in node.events("Killing")] == ["Stopping container proxy"]


def ephemeral(node, *containers):
    return node.cluster.request(
        {
            "verb": "patch",
            "kind": "Pod",
            "namespace": "default",
            "name": "web",
            "subresource": "ephemeralcontainers",
            "body": {"spec": {"ephemeralContainers": list(containers)}},
        }
    )


def test_an_ephemeral_container_joins_a_running_pod(node):
    """PC-010: without a restart; it ends for good."""
    node.run()
    node.cluster.advance(20)
    ephemeral(node, shell("debugger", "sleep 20"))
    node.cluster.advance(10)
    assert box(node, "debugger").shells == ("sh",)
    assert node.container()["restartCount"] == 0
    [status] = node.pod()["status"]["ephemeralContainerStatuses"]
    assert "running" in status["state"] and status["ready"] is False
    assert row(node) == ("1/1", "Running")
    node.cluster.advance(60)
    [status] = node.pod()["status"]["ephemeralContainerStatuses"]
    assert status["state"]["terminated"]["exitCode"] == 0
    assert status["restartCount"] == 0


@pytest.mark.parametrize(
    ("containers", "why"),
    [
        ([], "may not be removed"),
        ([shell("debugger", "sleep 9")], "may not be changed"),
        (
            [shell("debugger", "sleep 20"), shell("other", "true", ports=[{"containerPort": 1}])],
            "spec.ephemeralContainers[1].ports: Forbidden: cannot be set",
        ),
        (
            [shell("debugger", "sleep 20"), shell("c", "true")],
            'spec.ephemeralContainers[1].name: Duplicate value: "c"',
        ),
    ],
)
def test_ephemeral_containers_stay_as_they_are(node, containers, why):
    """PC-010: never removed, changed, or given ports and probes."""
    node.run()
    node.cluster.advance(20)
    pod = ephemeral(node, shell("debugger", "sleep 20"))
    if containers:
        [stored] = pod["spec"]["ephemeralContainers"]
        same = containers[0]["command"] == stored["command"]
        containers = [stored if same else {**stored, **containers[0]}, *containers[1:]]
    with pytest.raises(ApiError, match=why.replace("[", r"\[")):
        node.cluster.request(
            {
                "verb": "update",
                "kind": "Pod",
                "namespace": "default",
                "name": "web",
                "subresource": "ephemeralcontainers",
                "body": {**pod, "spec": {**pod["spec"], "ephemeralContainers": containers}},
            }
        )
