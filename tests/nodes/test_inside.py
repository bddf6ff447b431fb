"""What a container sees: variables, files, ports, processes."""

import pytest

from k8slab.engine.nodes.inside import NotRunning, look


def box(node, container="c", name="web"):
    return look(node.cluster.world, "default", name, container)


def write(node, path, text, container="c", name="web"):
    node.cluster.execute(
        {"do": "write", "pod": name, "container": container, "path": path, "text": text}
    )


def config(node, name, data, kind="ConfigMap"):
    node.cluster.world.api.create(
        {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {"name": name, "namespace": "default"},
            "data": data,
        }
    )


def test_a_container_that_does_not_run_has_no_inside(node):
    with pytest.raises(NotRunning):
        box(node)
    node.run("nope/nothing:1")
    node.cluster.advance(20)
    with pytest.raises(NotRunning):
        box(node)


def test_the_first_variables_are_path_and_hostname(node):
    node.run(env=[{"name": "A", "value": "1"}, {"name": "B", "value": "$(A)$$(A)$(C)"}])
    node.cluster.advance(20)
    env = box(node).env
    assert list(env)[:2] == ["PATH", "HOSTNAME"]
    assert env["HOSTNAME"] == "web"
    assert (env["A"], env["B"]) == ("1", "1$(A)$(C)")
    assert env["KUBERNETES_SERVICE_HOST"] == "10.96.0.1"
    assert env["KUBERNETES_PORT_443_TCP"] == "tcp://10.96.0.1:443"


def test_an_empty_dir_outlives_a_container_but_not_its_pod(node):
    volume = {"volumes": [{"name": "work", "emptyDir": {}}]}
    node.run(spec=volume, volumeMounts=[{"name": "work", "mountPath": "/data"}])
    node.cluster.advance(20)
    write(node, "/data/a", "kept")
    write(node, "/own", "lost")
    assert box(node).files()["/data/a"] == ("kept", "work", False)
    assert box(node).files()["/own"].text == "lost"
    node.cluster.inject("container-kill", pod="web")
    node.cluster.advance(20)
    files = box(node).files()
    assert "/data/a" in files and "/own" not in files
    node.delete()
    node.cluster.advance(60)
    node.run(spec=volume, volumeMounts=[{"name": "work", "mountPath": "/data"}])
    node.cluster.advance(20)
    assert "/data/a" not in box(node).files()


def test_what_the_kubelet_writes_is_read_only(node):
    """CS-006: a block scalar keeps its inner indentation when mounted."""
    text = "server:\n  port: 8080\n  timeout: 30s\nfeature_flags:\n  new_ui: false\n"
    config(node, "app-config", {"config.yaml": text, "LOG_LEVEL": "info"})
    spec = {"volumes": [{"name": "config", "configMap": {"name": "app-config"}}]}
    node.run(spec=spec, volumeMounts=[{"name": "config", "mountPath": "/etc/app"}])
    node.cluster.advance(20)
    files = box(node).files()
    assert files["/etc/app/config.yaml"].text == text
    assert files["/etc/app/LOG_LEVEL"].text == "info"
    with pytest.raises(PermissionError, match="Read-only file system"):
        write(node, "/etc/app/LOG_LEVEL", "debug")


def test_a_mounted_file_is_refreshed_after_a_minute_a_variable_never(node):
    """CS-009: env and subPath stay as they were at the start; a mounted file follows, late."""
    config(node, "app-config", {"LOG_LEVEL": "info"})
    spec = {"volumes": [{"name": "config", "configMap": {"name": "app-config"}}]}
    mounts = [
        {"name": "config", "mountPath": "/etc/app"},
        {"name": "config", "mountPath": "/one", "subPath": "LOG_LEVEL"},
    ]
    node.run(spec=spec, volumeMounts=mounts, envFrom=[{"configMapRef": {"name": "app-config"}}])
    node.cluster.advance(20)
    stored = node.cluster.get("ConfigMap", "default", "app-config")
    node.cluster.world.api.update({**stored, "data": {"LOG_LEVEL": "debug"}})
    changed_ms = node.cluster.now_ms

    def is_fresh(_):
        return box(node).files()["/etc/app/LOG_LEVEL"].text == "debug"

    node.cluster.advance(1)
    assert not is_fresh(None)
    assert node.cluster.advance_until(is_fresh, 90)
    assert 5_000 < node.cluster.now_ms - changed_ms <= 90_000
    assert box(node).env["LOG_LEVEL"] == "info"
    assert box(node).files()["/one"].text == "info"
    node.cluster.inject("container-kill", pod="web")
    node.cluster.advance(20)
    assert box(node).env["LOG_LEVEL"] == "debug"
    assert box(node).files()["/one"].text == "debug"


def test_the_files_of_the_network(node):
    node.run()
    node.cluster.advance(20)
    inside = box(node)
    files = inside.files()
    assert files["/etc/hostname"].text == "web\n"
    assert f"{inside.ip}\tweb\n" in files["/etc/hosts"].text
    assert files["/etc/resolv.conf"].text == (
        "search default.svc.cluster.local svc.cluster.local cluster.local\n"
        "nameserver 10.96.0.10\n"
        "options ndots:5\n"
    )


@pytest.mark.parametrize(("shared", "count"), [(False, 1), (True, 3)])
def test_processes_are_shared_only_when_asked_for(node, shared, count):
    """PC-004: by default each container sees its own processes alone."""
    containers = [
        {"name": "c", "image": "nginx:1.27"},
        {"name": "shell", "image": "busybox:1.36", "command": ["sleep", "1d"]},
    ]
    node.run(spec={"containers": containers, "shareProcessNamespace": shared})
    node.cluster.advance(20)
    assert len(box(node, "shell").processes()) == count
    assert [each.container for each in box(node, "shell").listeners()] == ["c"]


def test_writes_are_in_the_journal(node):
    node.run()
    node.cluster.advance(20)
    write(node, "/srv/a", "x")
    twin = type(node.cluster).restore(node.cluster.snapshot())
    assert look(twin.world, "default", "web").files()["/srv/a"].text == "x"
    assert node.cluster.journal[-1].command["do"] == "write"
    write(node, "/srv/a", None)
    assert "/srv/a" not in box(node).files()
