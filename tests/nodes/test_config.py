"""Configuration: ConfigMaps, Secrets and the pod's own fields as variables, arguments and files."""

import base64

import pytest

from k8slab.engine.apps import page
from k8slab.engine.nodes.logs import pod_logs

from .test_inside import box, config

APP_CONFIG = {
    "DATABASE_HOST": "postgres.production.svc.cluster.local",
    "DATABASE_PORT": "5432",
    "LOG_LEVEL": "info",
    "config.yaml": "server:\n  port: 8080\n",
}
FROM_CONFIG = [{"configMapRef": {"name": "app-config"}}]


def secret(node, name, **data):
    coded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    config(node, name, coded, kind="Secret")


def waiting(node):
    return node.container()["state"]["waiting"]


def test_env_from_gives_every_key(node):
    """CS-007, YM-016: also config.yaml, which is no classic name of a variable."""
    config(node, "app-config", APP_CONFIG)
    node.run("myapp:latest", envFrom=FROM_CONFIG)
    node.cluster.advance(20)
    env = box(node).env
    assert {name: env[name] for name in APP_CONFIG} == APP_CONFIG


def test_env_from_can_prefix_the_names(node):
    config(node, "app-config", {"PORT": "1"})
    node.run(envFrom=[{"prefix": "APP_", "configMapRef": {"name": "app-config"}}])
    node.cluster.advance(20)
    assert box(node).env["APP_PORT"] == "1" and "PORT" not in box(node).env


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_env_from_nothing_waits_until_it_is_there(node, kind):
    """ND-005, CS-017, YM-016: CreateContainerConfigError, which heals by itself."""
    reference = "configMapRef" if kind == "ConfigMap" else "secretRef"
    node.run(envFrom=[{reference: {"name": "late"}}])
    node.cluster.advance(10)
    said = f'{kind.lower()} "late" not found'
    assert waiting(node) == {"reason": "CreateContainerConfigError", "message": said}
    assert f"Error: {said}" in [text for _, text, _ in node.events("Failed")]
    config(node, "late", {"A": base64.b64encode(b"1").decode()}, kind=kind)
    node.cluster.advance(20)
    assert node.container()["ready"] is True


@pytest.mark.parametrize(("kind", "field"), [("ConfigMap", "configMap"), ("Secret", "secret")])
def test_a_volume_of_nothing_holds_the_pod_in_container_creating(node, kind, field):
    """ND-005, CS-017: FailedMount, which heals by itself."""
    key = "name" if kind == "ConfigMap" else "secretName"
    node.run(
        spec={"volumes": [{"name": "v", field: {key: "late"}}]},
        volumeMounts=[{"name": "v", "mountPath": "/v"}],
    )
    node.cluster.advance(10)
    assert waiting(node) == {"reason": "ContainerCreating"}
    [(_, text, _)] = node.events("FailedMount")
    assert text == f'MountVolume.SetUp failed for volume "v" : {kind.lower()} "late" not found'
    config(node, "late", {"A": base64.b64encode(b"1").decode()}, kind=kind)
    node.cluster.advance(20)
    assert node.container()["ready"] is True
    assert box(node).files()["/v/A"].text == ("MQ==" if kind == "ConfigMap" else "1")


def test_one_key_as_a_variable(node):
    """CS-008, YM-017: DB_HOST from DATABASE_HOST."""
    config(node, "app-config", APP_CONFIG)
    source = {"configMapKeyRef": {"name": "app-config", "key": "DATABASE_HOST"}}
    node.run(env=[{"name": "DB_HOST", "valueFrom": source}])
    node.cluster.advance(20)
    assert box(node).env["DB_HOST"] == "postgres.production.svc.cluster.local"


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_a_wrong_key_waits_until_it_is_mended(node, kind):
    """CS-008: couldn't find key."""
    field = "configMapKeyRef" if kind == "ConfigMap" else "secretKeyRef"
    config(node, "app", {"B": "MQ=="}, kind=kind)
    node.run(env=[{"name": "A", "valueFrom": {field: {"name": "app", "key": "A"}}}])
    node.cluster.advance(10)
    assert waiting(node)["message"] == f"couldn't find key A in {kind} default/app"
    stored = node.cluster.get(kind, "default", "app")
    node.cluster.world.api.update({**stored, "data": {"A": "MQ=="}})
    node.cluster.advance(20)
    assert node.container()["ready"] is True


def test_an_optional_key_is_left_out(node):
    """CS-008: ``optional: true`` starts without it."""
    source = {"configMapKeyRef": {"name": "nothing", "key": "A", "optional": True}}
    optional = [{"configMapRef": {"name": "nothing", "optional": True}}]
    node.run(env=[{"name": "A", "valueFrom": source}], envFrom=optional)
    node.cluster.advance(20)
    assert node.container()["ready"] is True and "A" not in box(node).env


def test_a_config_map_as_variable_argument_and_file(node):
    """CS-004: arguments by ``$(VAR)``."""
    config(node, "app", {"LEVEL": "info"})
    source = {"configMapKeyRef": {"name": "app", "key": "LEVEL"}}
    node.run(
        "busybox:1.36",
        spec={"volumes": [{"name": "v", "configMap": {"name": "app"}}]},
        command=["sh", "-c", "echo level is $(LEVEL); sleep 1d"],
        env=[{"name": "LEVEL", "valueFrom": source}],
        volumeMounts=[{"name": "v", "mountPath": "/v"}],
    )
    node.cluster.advance(20)
    inside = box(node)
    assert inside.env["LEVEL"] == inside.files()["/v/LEVEL"].text == "info"
    assert inside.command == "sh -c echo level is info; sleep 1d"


def test_a_secret_in_its_three_shapes(node):
    """CS-005: secretKeyRef, envFrom and volume each give the decoded value."""
    secret(node, "db", password="s3cr3t")
    source = {"secretKeyRef": {"name": "db", "key": "password"}}
    node.run(
        spec={"volumes": [{"name": "v", "secret": {"secretName": "db"}}]},
        env=[{"name": "ONE", "valueFrom": source}],
        envFrom=[{"secretRef": {"name": "db"}}],
        volumeMounts=[{"name": "v", "mountPath": "/v"}],
    )
    node.cluster.advance(20)
    inside = box(node)
    shapes = {inside.env["ONE"], inside.env["password"], inside.files()["/v/password"].text}
    assert shapes == {"s3cr3t"}


def test_the_pods_own_fields(node):
    """PC-021: POD_NAME and POD_NAMESPACE of each pod are its own."""
    fields = {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "POD_IP": "status.podIP",
        "NODE": "spec.nodeName",
    }
    env = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        for name, path in fields.items()
    ]
    limit = {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}
    env.append({"name": "MEMORY", "valueFrom": limit})
    for name in ("one", "two", "three"):
        node.run(name=name, env=env, resources={"limits": {"memory": "64Mi"}})
    node.cluster.advance(20)
    for name in ("one", "two", "three"):
        inside = box(node, name=name)
        assert [inside.env[it] for it in ("POD_NAME", "POD_NAMESPACE", "NODE", "MEMORY")] == [
            name,
            "default",
            "node-1",
            "64",
        ]
        assert inside.env["POD_IP"] == inside.ip


def test_one_image_greets_by_its_configuration(node):
    """CS-001: two pods of one image with different ConfigMaps say different things."""
    for name, text in (("formal", "Good day"), ("plain", "Hi")):
        config(node, name, {"GREETING": text})
        node.run("demo/greeter:1", name=name, envFrom=[{"configMapRef": {"name": name}}])
    node.cluster.advance(20)
    assert [page(box(node, name=name).run) for name in ("formal", "plain")] == ["Good day", "Hi"]
    assert pod_logs(node.cluster.world, node.pod("plain"), "c")[0] == "greeting is Hi"


@pytest.mark.parametrize(("tag", "after"), [("1", "old"), ("1-watches", "new")])
def test_only_an_app_that_watches_its_file_follows_it(node, tag, after):
    """CS-012: without watching, what was read at the start is stale."""
    config(node, "app", {"greeting": "old"})
    node.run(
        f"demo/greeter:{tag}",
        spec={"volumes": [{"name": "v", "configMap": {"name": "app"}}]},
        volumeMounts=[{"name": "v", "mountPath": "/etc/greeter"}],
    )
    node.cluster.advance(20)
    assert page(box(node).run) == "old"
    stored = node.cluster.get("ConfigMap", "default", "app")
    node.cluster.world.api.update({**stored, "data": {"greeting": "new"}})
    node.cluster.advance(100)
    assert box(node).files()["/etc/greeter/greeting"].text == "new"
    assert page(box(node).run) == after


def test_a_host_that_is_not_there_does_not_keep_the_app_from_starting(node):
    """CS-019: the app says so until the Service exists."""
    env = [{"name": "DB_HOST", "value": "postgres.production.svc.cluster.local"}]
    node.run("myapp:2.1.0", env=env)
    node.cluster.advance(20)
    assert node.container()["ready"] is True
    said = "dial tcp: lookup postgres.production.svc.cluster.local: no such host (host not found)"
    assert pod_logs(node.cluster.world, node.pod(), "c")[-1] == said
    api = node.cluster.world.api
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "production"}})
    api.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "postgres", "namespace": "production"},
            "spec": {"ports": [{"port": 5432}]},
        }
    )
    node.cluster.advance(10)
    last = pod_logs(node.cluster.world, node.pod(), "c")[-1]
    assert last == "connected to postgres.production.svc.cluster.local"
