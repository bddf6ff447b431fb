"""postStart and preStop: what they do, how long they take, and what is told when they fail."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.nodes.inside import look
from k8slab.shell import Shell


@pytest.fixture
def cluster():
    return Cluster(nodes=1, seed=3, settings={"frozen": True})


def sh(text):
    return {"exec": {"command": ["sh", "-c", text]}}


def make(cluster, *, image="busybox:1.36", more=(), settle_s=30, policy="Always", **hooks):
    container = {"name": "c", "image": image, "lifecycle": hooks}
    if image.startswith("busybox"):
        container["command"] = ["sleep", "3600"]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"restartPolicy": policy, "containers": [container, *more]},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(settle_s)


def pod_of(cluster):
    return cluster.get("Pod", "default", "p")


def status_of(cluster, place=0):
    return pod_of(cluster)["status"]["containerStatuses"][place]


def told(cluster, *reasons):
    return [
        (event["type"], event["reason"], event["message"])
        for event in cluster.list("Event")
        if event["reason"] in reasons
    ]


def test_a_hook_writes_files_of_its_container(cluster):
    """The classic example: a message that the postStart hook leaves."""
    make(cluster, image="nginx:1.27", postStart=sh("echo Hello > /usr/share/message"))
    assert look(cluster.world, "default", "p").files()["/usr/share/message"].text == "Hello\n"
    assert told(cluster, "FailedPostStartHook") == []


def test_until_the_hook_is_over_the_container_has_not_started(cluster):
    """The containers after it wait too, and the pod is Pending."""
    after = {"name": "after", "image": "busybox:1.36", "command": ["sleep", "3600"]}
    make(cluster, postStart=sh("sleep 20"), more=[after], settle_s=15)
    assert status_of(cluster)["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert status_of(cluster, 1)["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert pod_of(cluster)["status"]["phase"] == "Pending"
    cluster.advance(15)
    assert condition_of(pod_of(cluster), "Ready")["status"] == "True"


def test_a_container_whose_hook_fails_is_killed_and_started_anew(cluster):
    make(cluster, image="nginx:1.27", postStart=sh("echo no; exit 3"), settle_s=0)
    cluster.advance_until(lambda c: bool(told(c, "FailedPostStartHook")))
    cluster.advance(5)
    assert ("Warning", "FailedPostStartHook", "PostStartHook failed") in told(
        cluster, "FailedPostStartHook"
    )
    assert ("Normal", "Killing", "FailedPostStartHook") in told(cluster, "Killing")
    assert cluster.advance_until(
        lambda c: "PostStartHookError" in Shell(c).run("kubectl get pod p").stdout
    )
    waiting = status_of(cluster)["state"]["waiting"]
    uid = pod_of(cluster)["metadata"]["uid"]
    assert waiting["message"] == (
        'Exec lifecycle hook ([sh -c echo no; exit 3]) for Container "c" in Pod '
        f"\"p_default({uid})\" failed - error: command 'sh -c echo no; exit 3' exited with 3: , "
        'message: "no"'
    )
    assert not status_of(cluster)["ready"]
    cluster.advance(60)
    assert status_of(cluster)["restartCount"] > 0
    assert status_of(cluster)["state"]["waiting"]["reason"] == "CrashLoopBackOff"


def test_an_http_hook_needs_an_answer(cluster):
    make(cluster, image="nginx:1.27", postStart={"httpGet": {"port": 81, "path": "/"}})
    assert told(cluster, "FailedPostStartHook")


@pytest.mark.parametrize("answered", ["/", "/no-such-page"])
def test_any_answer_will_do_for_an_http_hook(cluster, answered):
    make(cluster, image="nginx:1.27", postStart={"httpGet": {"port": 80, "path": answered}})
    assert told(cluster, "FailedPostStartHook") == []
    assert condition_of(pod_of(cluster), "Ready")["status"] == "True"


@pytest.mark.parametrize(
    ("hook", "events"),
    [
        (sh("exit 1"), [("Warning", "FailedPreStopHook", "PreStopHook failed")]),
        (sh("true"), []),
        (
            {"httpGet": {"port": 81, "path": "/"}},
            [("Warning", "FailedPreStopHook", "PreStopHook failed")],
        ),
    ],
)
def test_a_pre_stop_hook_that_fails_is_told(cluster, hook, events):
    make(cluster, image="nginx:1.27", preStop=hook)
    assert Shell(cluster).run("kubectl delete pod p --wait=false").exit_code == 0
    cluster.advance(60)
    assert told(cluster, "FailedPreStopHook") == events
    assert pod_of(cluster) is None
