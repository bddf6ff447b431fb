"""A container's life: start, end, restart, back-off, stop, removal."""

import pytest

from k8slab.engine.base.objects import set_in
from k8slab.engine.nodes.containers import STEPS
from k8slab.engine.nodes.lifecycle import TRANSITIONS

from .conftest import CONTAINER


def test_every_state_of_the_table_can_be_reached_and_has_a_step():
    states = {"waiting", *TRANSITIONS.values()}
    assert states == set(STEPS)


def test_a_pod_starts_as_the_real_kubelet_starts_one(node):
    """ND-001, ND-002: waiting, then running; Pulling, Pulled, Created, Started."""
    node.run()
    node.cluster.advance(10)
    states = [(phase, state) for _, phase, state, _, _ in node.changes()]
    assert states[0] == ("Pending", "ContainerCreating")
    assert states[-1] == ("Running", "running")
    assert {reason for reason, _, _ in node.events()} == {
        "Pulling",
        "Pulled",
        "Created",
        "Started",
    }
    types = [each["type"] for each in node.pod()["status"]["conditions"]]
    assert types == [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ]
    assert not node.cluster.restless()


def test_without_a_readiness_probe_ready_means_started(node):
    """PR-020."""
    node.run("shop/api:1.0")
    node.cluster.advance(5)
    assert node.container()["ready"] is True


def test_the_second_pod_finds_the_image_on_the_node(node):
    """ND-014."""
    node.run()
    node.cluster.advance(10)
    node.run(name="second")
    node.run(name="always", imagePullPolicy="Always")
    node.cluster.advance(10)
    assert [message for _, message, _ in node.events("Pulled")].count(
        'Container image "nginx:1.27" already present on machine and can be accessed by the pod'
    ) == 1
    assert len(node.events("Pulling")) == 2


def test_an_unknown_image_backs_off(node):
    node.run("nope/nothing:1")
    node.cluster.advance(6)
    waiting = node.container()["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert waiting["message"].startswith('Back-off pulling image "nope/nothing:1": ErrImagePull: ')


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [
        ("Always", 0, "Running", 1),
        ("Always", 1, "Running", 1),
        ("OnFailure", 0, "Succeeded", 0),
        ("OnFailure", 1, "Running", 1),
        ("Never", 0, "Succeeded", 0),
        ("Never", 1, "Failed", 0),
    ],
)
def test_restart_policies(node, policy, code, phase, restarts):
    """ND-021."""
    command = ["sh", "-c", f"sleep 5; exit {code}"]
    node.run("busybox:1.36", spec={"restartPolicy": policy}, command=command)
    node.cluster.advance(14)
    assert node.pod()["status"]["phase"] == phase
    assert node.container()["restartCount"] == restarts


def test_crashes_back_off_10_s_doubling_to_300_s(node):
    """ND-021: the first restart is at once; later ends show as Error, then as CrashLoopBackOff."""
    node.run("demo/crasher:1")
    node.cluster.advance(1800)
    rows = [(at_ms, state) for at_ms, _, state, _, _ in node.changes()]
    ends = [at for at, (_, state) in enumerate(rows) if state == "Error"]
    assert rows[ends[0] + 1][1] == "running"
    again = [rows[at : at + 3] for at in ends[1:-1]]
    assert all(
        [state for _, state in it] == ["Error", "CrashLoopBackOff", "running"] for it in again
    )
    assert {back_off_ms - end_ms for (end_ms, _), (back_off_ms, _), _ in again} == {1000}
    waits = [(start_ms - end_ms) // 1000 for (end_ms, _), _, (start_ms, _) in again]
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300, 300]


def test_a_graceful_stop_ends_with_the_pods_removal(node):
    """Truth 11-realkubelet-pod-lifecycle: Succeeded, PodCompleted, gone a second later."""
    node.run("shop/api:1.0")
    node.cluster.advance(30)
    node.delete()
    node.cluster.advance(5.5)
    assert node.pod()["status"]["phase"] == "Succeeded"
    ready = next(c for c in node.pod()["status"]["conditions"] if c["type"] == "Ready")
    assert ready["reason"] == "PodCompleted"
    assert node.events("Killing") == [("Killing", "Stopping container c", 1)]
    node.cluster.advance(1)
    assert node.pod() is None


def test_who_ignores_sigterm_is_killed_when_the_grace_is_over(node):
    node.run("busybox:1.36", command=["sleep", "3600"])
    node.cluster.advance(5)
    node.delete(grace_s=10)
    node.cluster.advance(9.9)
    assert node.container()["state"].keys() == {"running"}
    node.cluster.advance(0.3)
    assert node.container()["state"]["terminated"]["exitCode"] == 137


def test_a_missing_config_map_in_env_is_a_config_error_until_it_is_there(node):
    """ND-005."""
    node.run(envFrom=[{"configMapRef": {"name": "nosuch"}}])
    node.cluster.advance(5)
    waiting = node.container()["state"]["waiting"]
    assert waiting == {
        "reason": "CreateContainerConfigError",
        "message": 'configmap "nosuch" not found',
    }
    node.config_map("nosuch")
    node.cluster.advance(20)
    assert node.container()["ready"] is True


def test_a_missing_config_map_in_a_volume_is_a_failed_mount(node):
    """ND-005."""
    volumes = [{"name": "v", "configMap": {"name": "nosuch"}}]
    node.run(spec={"volumes": volumes})
    node.cluster.advance(5)
    [(_, message, count)] = node.events("FailedMount")
    assert message == 'MountVolume.SetUp failed for volume "v" : configmap "nosuch" not found'
    assert count == 4
    node.config_map("nosuch")
    node.cluster.advance(5)
    assert node.container()["ready"] is True


def test_init_containers_go_first_and_one_after_another(node):
    inits = [
        {"name": "i1", "image": "busybox:1.36", "command": ["sleep", "3"]},
        {"name": "i2", "image": "busybox:1.36", "command": ["sleep", "3"]},
    ]
    node.run(spec={"initContainers": inits})
    node.cluster.advance(5)
    assert node.container()["state"]["waiting"]["reason"] == "PodInitializing"
    node.cluster.advance(10)
    assert node.pod()["status"]["phase"] == "Running"
    codes = [
        s["state"]["terminated"]["exitCode"] for s in node.pod()["status"]["initContainerStatuses"]
    ]
    assert codes == [0, 0]


def test_a_quick_reboot_restarts_the_same_pod_in_place(node):
    """ND-016, ND-017, ND-018."""
    before = node.run()
    node.cluster.advance(10)
    ip = node.pod()["status"]["podIP"]
    node.cluster.inject("node-reboot", node="node-1", seconds=20)
    node.cluster.advance(10)
    assert node.container()["restartCount"] == 0
    node.cluster.advance(30)
    assert node.pod()["metadata"]["uid"] == before["metadata"]["uid"]
    assert node.container()["restartCount"] == 1
    assert node.container()["ready"] is True
    assert node.pod()["status"]["podIP"] != ip


def test_a_stopped_kubelet_freezes_what_it_reports(node):
    """ND-003."""
    node.run("shop/api:1.0", readinessProbe={"httpGet": {"path": "/ready", "port": 8080}})
    node.cluster.advance(5)
    node.cluster.inject("node-partition", node="node-1")
    node.cluster.advance(40)
    assert node.container()["ready"] is False
    node.cluster.inject("node-recover", node="node-1")
    node.cluster.advance(1)
    assert node.container()["ready"] is True


def test_a_pod_that_a_finalizer_holds_lets_its_kubelet_rest(node):
    node.run(spec={"terminationGracePeriodSeconds": 1})
    node.cluster.advance(10)
    held = set_in(node.pod(), ("metadata", "finalizers"), ["example.com/hold"])
    node.cluster.world.api.update(held)
    node.delete(grace_s=1)
    node.cluster.advance(10)
    before = node.cluster.loop.reconciles
    node.cluster.advance(60)
    assert node.cluster.loop.reconciles - before < 10
    node.cluster.world.api.update(set_in(node.pod(), ("metadata", "finalizers"), []))
    assert node.pod() is None


def test_a_pod_of_the_same_name_waits_for_the_scheduler(node):
    """A wake that was meant for a bound pod finds its unbound successor."""
    node.run()
    node.cluster.advance(10)
    node.delete(grace_s=0)
    successor = {"containers": [CONTAINER], "schedulerName": "nobody"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": successor}
    node.cluster.world.api.create(pod)
    node.cluster.advance(10)
    assert node.pod()["status"]["phase"] == "Pending"
    assert "containerStatuses" not in node.pod()["status"]


def test_a_second_deletion_shortens_the_grace_only_where_it_says_so(node):
    """rest.BeforeDelete: the pod's own grace does not take the place of the one that runs."""
    node.run(spec={"terminationGracePeriodSeconds": 1})
    node.cluster.advance(10)
    node.delete(grace_s=60)
    node.delete(grace_s=None)
    assert node.pod()["metadata"]["deletionGracePeriodSeconds"] == 60
    node.delete(grace_s=5)
    assert node.pod()["metadata"]["deletionGracePeriodSeconds"] == 5


def test_a_pod_that_is_deleted_by_force_has_its_containers_stopped(node):
    """The Event tells of it, though there is no pod any more."""
    node.run()
    node.cluster.advance(5)
    node.delete(grace_s=0)
    node.cluster.advance(1)
    assert node.pod() is None
    assert node.events("Killing") == [("Killing", "Stopping container c", 1)]


def test_of_a_container_that_never_started_nothing_is_known_when_its_pod_goes(node):
    node.run("no/such-image:1")
    node.cluster.advance(10)
    node.delete()
    node.cluster.advance(5)
    [*_, last] = [change for change in node.cluster.changes() if change.key.name == "web"]
    ended = last.object["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (last.type, last.object["status"]["phase"]) == ("DELETED", "Failed")
    assert (ended["reason"], ended["exitCode"]) == ("ContainerStatusUnknown", 137)
