"""What is told of a container's end: its message file, or the end of its log."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

FALLBACK = {"terminationMessagePolicy": "FallbackToLogsOnError"}
LINES = "".join(f"line {number}\n" for number in range(21, 101))
CASES = {
    "its file": ("echo why > /dev/termination-log; exit 2", {}, "why\n"),
    "its file, though it has succeeded": ("echo fine > /dev/termination-log", FALLBACK, "fine\n"),
    "another file": ("echo why > /over; exit 2", {"terminationMessagePath": "/over"}, "why\n"),
    "no file": ("echo said; exit 2", {}, None),
    "its log": ("echo said; exit 2", FALLBACK, "said\n"),
    "its file before its log": (
        "echo said; echo why > /dev/termination-log; exit 2",
        FALLBACK,
        "why\n",
    ),
    "no log of one that has succeeded": ("echo said", FALLBACK, None),
    "the last 80 lines": (
        "for n in $(seq 1 100); do echo line $n; done; exit 2",
        FALLBACK,
        LINES,
    ),
}


@pytest.mark.parametrize(("script", "more", "message"), CASES.values(), ids=CASES)
def test_the_message_of_a_container_that_has_ended(script, more, message):
    cluster = Cluster(nodes=1, seed=3, settings={"frozen": True})
    container = {"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", script], **more}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }
    shell = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)})
    assert shell.run("kubectl apply -f x.yaml").exit_code == 0
    cluster.advance(30)
    [status] = cluster.get("Pod", "default", "p")["status"]["containerStatuses"]
    assert status["state"]["terminated"].get("message") == message


def test_the_message_of_the_run_before():
    """It stays with the last state of a container that is started anew, and describe shows it."""
    cluster = Cluster(nodes=1, seed=3, settings={"frozen": True})
    command = ["sh", "-c", "echo why > /dev/termination-log; exit 2"]
    container = {"name": "c", "image": "busybox:1.36", "command": command}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [container]},
    }
    shell = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)})
    assert shell.run("kubectl apply -f x.yaml").exit_code == 0
    cluster.advance(60)
    [status] = cluster.get("Pod", "default", "p")["status"]["containerStatuses"]
    assert status["lastState"]["terminated"]["message"] == "why\n"
    assert "Message:   why" in shell.run("kubectl describe pod p").stdout
