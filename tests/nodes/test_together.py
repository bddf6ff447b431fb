"""Containers of one pod: what they share, and what not; the pod itself, and what comes after it."""

import pytest

from k8slab.engine.base.objects import Key
from k8slab.engine.network.reach import reach
from k8slab.engine.nodes.logs import pod_logs

from .test_inside import box, config, write

POD = Key("Pod", "default", "web")
TWO = [
    {"name": "web", "image": "nginx:1.27"},
    {"name": "cache", "image": "redis:7"},
]


def test_containers_share_one_address(node):
    """PC-001, PC-002: every port of the pod is open at the one address, from any container."""
    node.run(spec={"containers": TWO})
    node.cluster.advance(30)
    web, cache = box(node, "web"), box(node, "cache")
    assert web.ip == cache.ip == node.pod()["status"]["podIP"]
    assert web.hostname == cache.hostname
    assert [(each.port, each.container) for each in web.listeners()] == [
        (80, "web"),
        (6379, "cache"),
    ]
    assert cache.listeners() == web.listeners()


def test_one_port_cannot_be_had_twice(node):
    """PC-003: the second to bind it exits and backs off; nobody minds when the pod is applied."""
    clash = [{"name": name, "image": "nginx:1.27"} for name in ("first", "second")]
    node.run(spec={"containers": clash})
    node.cluster.advance(20)
    first, second = node.pod()["status"]["containerStatuses"]
    assert first["ready"] is True and first["restartCount"] == 0
    assert second["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert second["lastState"]["terminated"]["exitCode"] == 1
    lines = pod_logs(node.cluster.world, node.pod(), "second", previous=True)
    assert lines[-1] == "listen tcp 0.0.0.0:80: bind: address already in use"


def test_ports_that_are_declared_twice_do_not_clash_where_nobody_binds_them(node):
    """PC-003: containerPort is informational."""
    ports = [{"containerPort": 80}]
    clash = [
        {"name": "web", "image": "nginx:1.27", "ports": ports},
        {"name": "cache", "image": "redis:7", "ports": ports},
    ]
    node.run(spec={"containers": clash})
    node.cluster.advance(30)
    assert [each["ready"] for each in node.pod()["status"]["containerStatuses"]] == [True, True]


@pytest.mark.parametrize("ports", [[], [{"containerPort": 80}], [{"containerPort": 81}]])
def test_a_port_that_is_not_declared_is_reached_all_the_same(node, ports):
    """PC-018: containerPort is informational."""
    node.run(ports=ports)
    node.cluster.advance(20)
    address = node.pod()["status"]["podIP"]
    met = reach(node.cluster.world, POD, address, 80, "/")
    assert met.outcomes[0].status == 200


def test_a_volume_is_seen_only_where_it_is_mounted(node):
    """PC-001, PC-005: by each container at its own path."""
    shell = {"image": "busybox:1.36", "command": ["sleep", "1d"]}
    containers = [
        {**shell, "name": "one", "volumeMounts": [{"name": "work", "mountPath": "/out"}]},
        {**shell, "name": "two", "volumeMounts": [{"name": "work", "mountPath": "/in"}]},
        {**shell, "name": "three"},
    ]
    node.run(spec={"containers": containers, "volumes": [{"name": "work", "emptyDir": {}}]})
    node.cluster.advance(20)
    write(node, "/out/note", "hello", container="one")
    assert box(node, "two").files()["/in/note"].text == "hello"
    assert not [path for path in box(node, "three").files() if path.endswith("note")]


def test_the_address_outlives_a_container_and_not_the_pod(node):
    """PC-011, PC-012: a restart keeps the IP, a new pod has a new one."""
    node.run()
    node.cluster.advance(20)
    before = node.pod()["status"]["podIP"]
    node.cluster.inject("container-kill", pod="web")
    node.cluster.advance(20)
    assert node.container()["restartCount"] == 1
    assert node.pod()["status"]["podIP"] == before
    node.delete()
    node.cluster.advance(60)
    node.run()
    node.cluster.advance(20)
    assert node.pod()["status"]["podIP"] != before


def test_a_bare_pod_that_failed_stays_failed(node):
    """PC-013, PC-014: nothing owns it, nothing makes another."""
    node.run("demo/crasher:1", spec={"restartPolicy": "Never"})
    node.cluster.advance(600)
    assert node.pod()["status"]["phase"] == "Failed"
    assert "ownerReferences" not in node.pod()["metadata"]
    assert len(node.cluster.list("Pod", "default")) == 1
    node.cluster.world.api.delete(POD)
    node.cluster.advance(600)
    assert node.cluster.list("Pod", "default") == []


@pytest.mark.parametrize(
    ("image", "least_s", "most_s"),
    [("myapp:2.0.0-rude", 30, 32), ("myapp:2.1.0", 3, 5), ("nginx:1.27", 0, 2)],
)
def test_the_grace_is_used_up_only_by_those_who_ignore_sigterm(node, image, least_s, most_s):
    """PC-019: thirty seconds, then SIGKILL."""
    node.run(image)
    node.cluster.advance(30)
    begun_ms = node.cluster.now_ms
    node.delete()
    assert node.cluster.advance_until(lambda _: node.pod() is None, 60)
    assert least_s * 1000 <= node.cluster.now_ms - begun_ms <= most_s * 1000


PASSWORD = [{"name": "POSTGRES_PASSWORD", "value": "secret"}]
DATA = [{"name": "data", "mountPath": "/var/lib/postgresql/data"}]


def claim(node, name="postgres-data"):
    """A claim that is bound to a volume."""
    api = node.cluster.world.api
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "disk"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/srv/disk"},
        },
    }
    wanted = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    api.create(volume)
    api.create(wanted)
    node.cluster.advance(20)
    return {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}]}


def test_postgres_wants_a_password_for_new_data(node):
    """YM-014: the fragment as written crash-loops; the log says why."""
    node.run("postgres:16", spec=claim(node), volumeMounts=DATA)
    node.cluster.advance(30)
    assert node.container()["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert node.container()["lastState"]["terminated"]["exitCode"] == 1
    lines = pod_logs(node.cluster.world, node.pod(), "c", previous=True)
    assert "superuser password is not specified" in lines[-1]


def test_postgres_keeps_its_data_over_recreation(node):
    """YM-014: with the password it runs, and the marker file is there for the next pod."""
    spec = claim(node)
    node.run("postgres:16", spec=spec, volumeMounts=DATA, env=PASSWORD)
    node.cluster.advance(30)
    write(node, "/var/lib/postgresql/data/marker", "kept")
    node.delete()
    node.cluster.advance(60)
    node.run("postgres:16", spec=spec, volumeMounts=DATA, env=PASSWORD)
    node.cluster.advance(30)
    files = box(node).files()
    assert node.container()["ready"] is True
    assert files["/var/lib/postgresql/data/marker"].text == "kept"
    assert files["/var/lib/postgresql/data/PG_VERSION"].text == "16\n"


def test_sidecars_see_what_the_main_container_wrote(node):
    """PC-007: a log sidecar that shares an emptyDir, by its configuration in a ConfigMap."""
    config(node, "shipper", {"target": "/logs/app.log"})
    mount = [{"name": "logs", "mountPath": "/logs"}]
    containers = [
        {"name": "c", "image": "nginx:1.27", "volumeMounts": mount},
        {
            "name": "shipper",
            "image": "busybox:1.36",
            "command": ["sh", "-c", "echo shipping $(target); sleep 1d"],
            "envFrom": [{"configMapRef": {"name": "shipper"}}],
            "volumeMounts": mount,
        },
    ]
    node.run(spec={"containers": containers, "volumes": [{"name": "logs", "emptyDir": {}}]})
    node.cluster.advance(20)
    write(node, "/logs/app.log", "GET / 200\n")
    assert box(node, "shipper").files()["/logs/app.log"].text == "GET / 200\n"
    assert pod_logs(node.cluster.world, node.pod(), "shipper") == ["shipping /logs/app.log"]
