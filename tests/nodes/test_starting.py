"""Containers that do not come so far as to run (image manager and kuberuntime, 1.36)."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

RUNTIME = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: "
    "runc create failed: unable to start container process: error during container init: exec: "
)


@pytest.fixture
def cluster():
    return Cluster(nodes=1, seed=3, settings={"frozen": True})


def make(cluster, container, *, settle_s=5, name="p", **spec):
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "c", "image": "busybox:1.36", **container}], **spec},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(settle_s)


def status_of(cluster, name="p"):
    return cluster.get("Pod", "default", name)["status"]["containerStatuses"][0]


def events_of(cluster, name="p"):
    found = [e for e in cluster.list("Event") if e["involvedObject"]["name"] == name]
    return [(e["type"], e["reason"], e["message"]) for e in found]


COMMANDS = {
    "no such program": (["nosuch"], '"nosuch": executable file not found in $PATH'),
    "a line in place of words": (
        ["echo hello"],
        '"echo hello": executable file not found in $PATH',
    ),
    "no such path": (["/bin/none"], '"/bin/none": stat /bin/none: no such file or directory'),
}


@pytest.mark.parametrize(("command", "why"), COMMANDS.values(), ids=COMMANDS)
def test_a_program_that_the_image_does_not_have(cluster, command, why):
    """StartError: the container has never run, and is started anew like one that crashed."""
    make(cluster, {"command": command}, settle_s=0)
    cluster.advance_until(
        lambda c: any(reason == "Failed" for _, reason, _ in events_of(c)), timeout_s=60
    )
    assert ("Warning", "Failed", f"Error: {RUNTIME}{why}") in events_of(cluster)
    assert "Started" not in [reason for _, reason, _ in events_of(cluster)]
    cluster.advance(60)
    status = status_of(cluster)
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    ended = status["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("StartError", 128)
    assert ended["message"] == f"{RUNTIME}{why}" and ended["startedAt"].startswith("1970-01-01")
    assert status["restartCount"] > 1


def test_the_first_failure_shows_as_such(cluster):
    make(cluster, {"command": ["nosuch"]}, settle_s=0)
    assert cluster.advance_until(
        lambda c: Shell(c).run("kubectl get pod p").stdout.count("RunContainerError") == 1
    )


def test_a_pod_that_never_restarts_fails_with_it(cluster):
    make(cluster, {"command": ["nosuch"]}, restartPolicy="Never", settle_s=30)
    assert cluster.get("Pod", "default", "p")["status"]["phase"] == "Failed"
    assert status_of(cluster)["state"]["terminated"]["reason"] == "StartError"
    shown = Shell(cluster).run("kubectl get pod p --no-headers").stdout.split()
    assert shown[1:3] == ["0/1", "StartError"]


@pytest.mark.parametrize(
    "command",
    [["sleep", "60"], ["/bin/sleep", "60"], ["/scripts/run"], ["/usr/bin/env", "sleep", "60"]],
)
def test_programs_that_are_there(cluster, command):
    volume = {"name": "s", "emptyDir": {}}
    mount = [{"name": "s", "mountPath": "/scripts"}]
    make(cluster, {"command": command, "volumeMounts": mount}, volumes=[volume], settle_s=20)
    assert "Started" in [reason for _, reason, _ in events_of(cluster)]


NAMES = {
    "Nginx": "repository name (library/Nginx) must be lowercase",
    "Nginx:1.27": "repository name (library/Nginx) must be lowercase",
    "quay.io/Team/app:1": "repository name (Team/app) must be lowercase",
    "nginx:": "",
    "nginx:1:2": "",
    "nginx//app": "",
    "nginx:v 1": "",
}


@pytest.mark.parametrize(("image", "why"), NAMES.items(), ids=NAMES)
def test_a_name_that_is_no_image_reference(cluster, image, why):
    make(cluster, {"image": image}, settle_s=40)
    why = f"invalid reference format{': ' if why else ''}{why}"
    said = f'couldn\'t parse image name "{image}": {why}'
    text = f'Failed to apply default image tag "{image}": {said}'
    assert status_of(cluster)["state"] == {
        "waiting": {"reason": "InvalidImageName", "message": text}
    }
    told = [event for event in events_of(cluster) if event[1] != "Scheduled"]
    assert sorted(told) == [
        ("Warning", "Failed", "Error: InvalidImageName"),
        ("Warning", "InspectFailed", text),
    ]


@pytest.mark.parametrize(
    "image", ["busybox", "docker.io/library/busybox:1.36", "localhost:5000/a/b-c__d.e:V_1.2-x"]
)
def test_names_that_are_references(cluster, image):
    make(cluster, {"image": image}, settle_s=40)
    assert "InspectFailed" not in [reason for _, reason, _ in events_of(cluster)]


def test_an_image_that_must_not_be_pulled(cluster):
    """ErrImageNeverPull, until the image is there."""
    make(cluster, {"imagePullPolicy": "Never", "command": ["sleep", "600"]}, settle_s=40)
    text = 'Container image "busybox:1.36" is not present with pull policy of Never'
    state = {"waiting": {"reason": "ErrImageNeverPull", "message": text}}
    assert status_of(cluster)["state"] == state
    assert {
        ("Warning", "ErrImageNeverPull", text),
        ("Warning", "Failed", "Error: ErrImageNeverPull"),
    } < set(events_of(cluster))
    make(cluster, {"command": ["sleep", "600"]}, name="q", settle_s=60)
    assert "running" in status_of(cluster)["state"]


def test_logs_of_a_container_that_waits_for_its_image(cluster):
    """What the kubelet answers, by the reason that it waits for."""
    make(cluster, {"image": "Nginx"}, name="a", settle_s=20)
    make(cluster, {"image": "nosuch:1"}, name="b", settle_s=60)
    for name, why in (("a", "InvalidImageName"), ("b", "trying and failing to pull image")):
        said = Shell(cluster).run(f"kubectl logs {name}").stderr
        assert said.endswith(f'container "c" in pod "{name}" is waiting to start: {why}\n')


NAMED = "has non-numeric user (curl_user)"
ROOT = "container has runAsNonRoot and image will run as root"
USERS = {
    "the image's user is root": ({}, "nginx:1.27", ROOT),
    "root is asked for": (
        {"runAsUser": 0},
        "nginx:1.27",
        "container's runAsUser breaks non-root policy",
    ),
    "another user is asked for": ({"runAsUser": 1000}, "nginx:1.27", ""),
    "the image's user is a name": (
        {},
        "curlimages/curl:8.10.1",
        f"container has runAsNonRoot and image {NAMED}, cannot verify user is non-root",
    ),
}


@pytest.mark.parametrize(("context", "image", "why"), USERS.values(), ids=USERS)
def test_a_container_that_must_not_run_as_root(cluster, context, image, why):
    """CreateContainerConfigError in the words of verifyRunAsNonRoot."""
    make(cluster, {"image": image, "securityContext": context}, settle_s=40,
         securityContext={"runAsNonRoot": True})  # fmt: skip
    uid = cluster.get("Pod", "default", "p")["metadata"]["uid"]
    state = status_of(cluster)["state"]
    if not why:
        assert "running" in state
        return
    text = f'{why} (pod: "p_default({uid})", container: c)'
    assert state == {"waiting": {"reason": "CreateContainerConfigError", "message": text}}
    assert ("Warning", "Failed", f"Error: {text}") in events_of(cluster)


@pytest.mark.parametrize(
    ("kind", "volume", "text"),
    [
        ("configmap", {"configMap": {"name": "x"}}, 'configmap "x" not found'),
        ("secret", {"secret": {"secretName": "x"}}, 'secret "x" not found'),
        (
            "configmap",
            {"configMap": {"name": "there", "items": [{"key": "b", "path": "b"}]}},
            "configmap references non-existent config key: b",
        ),
        (
            "secret",
            {"secret": {"secretName": "there", "items": [{"key": "b", "path": "b"}]}},
            "references non-existent secret key: b",
        ),
    ],
)
def test_a_volume_that_cannot_be_mounted(cluster, kind, volume, text):
    what = "secret generic" if kind == "secret" else "configmap"
    shell = Shell(cluster)
    assert shell.run(f"kubectl create {what} there --from-literal=a=1").exit_code == 0
    make(cluster, {}, volumes=[{"name": "v", **volume}], settle_s=20)
    told = [message for _, reason, message in events_of(cluster) if reason == "FailedMount"]
    assert told == [f'MountVolume.SetUp failed for volume "v" : {text}']


HOST_PATHS = {
    ("/data", "Directory"): "/data is not a directory",
    ("/srv/disk", "Directory"): "/srv/disk is not a directory",
    ("/var/log", "Directory"): "",
    ("/etc/hosts", "Directory"): "/etc/hosts is not a directory",
    ("/etc/hosts", "File"): "",
    ("/data/config", "File"): "/data/config is not a file",
    ("/run/containerd/containerd.sock", "Socket"): "",
    ("/var/run/docker.sock", "Socket"): "/var/run/docker.sock is not a socket file",
    ("/dev/null", "CharDevice"): "",
    ("/dev/sdx", "BlockDevice"): "/dev/sdx is not a block device",
    ("/data", "DirectoryOrCreate"): "",
    ("/data", ""): "",
}


@pytest.mark.parametrize(("asked", "why"), HOST_PATHS.items(), ids=map(str, HOST_PATHS))
def test_a_host_path_must_be_what_it_is_said_to_be(cluster, asked, why):
    path, kind = asked
    volume = {"name": "v", "hostPath": {"path": path, "type": kind}}
    make(cluster, {"command": ["sleep", "600"]}, volumes=[volume], settle_s=20)
    told = [message for _, reason, message in events_of(cluster) if reason == "FailedMount"]
    said = f'MountVolume.SetUp failed for volume "v" : hostPath type check failed: {why}'
    assert told == ([said] if why else [])


def test_a_folder_that_another_pod_had_made_is_there(cluster):
    made = {"name": "v", "hostPath": {"path": "/data/app", "type": "DirectoryOrCreate"}}
    asked = {"name": "v", "hostPath": {"path": "/data", "type": "Directory"}}
    make(cluster, {"command": ["sleep", "600"]}, volumes=[asked], name="late", settle_s=20)
    make(cluster, {"command": ["sleep", "600"]}, volumes=[made], settle_s=20)
    cluster.advance(180)
    assert cluster.get("Pod", "default", "late")["status"]["phase"] == "Running"
