"""The wire: verbs, selectors, scale, dry runs, limits (PX-004 for what YAML becomes)."""

import json

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.discovery import BUILT_IN
from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.tables import table
from k8slab.engine.base.objects import owner_reference
from k8slab.engine.base.times import parse_rfc3339
from tests.bounds import little_work

from .real_server import new_cluster, send

POD = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "a:1"}]},
        },
    },
}


@pytest.fixture
def cluster():
    return new_cluster()


def refusal(cluster, *arguments, **more):
    with pytest.raises(ApiError) as refused:
        send(cluster, *arguments, **more)
    return refused.value.code, refused.value.message


def test_lists_are_selected_by_labels_and_fields(cluster):
    for name, tier in (("a", "web"), ("b", "db"), ("c", "web")):
        send(cluster, "create", "ConfigMap", {"metadata": {"name": name, "labels": {"tier": tier}}})
    found = send(cluster, "list", "ConfigMap", options={"label_selector": "tier in (web)"})
    assert [it["metadata"]["name"] for it in found["items"]] == ["a", "c"]
    options = {"label_selector": "tier", "field_selector": "metadata.name!=a"}
    found = send(cluster, "list", "ConfigMap", options=options)
    assert [it["metadata"]["name"] for it in found["items"]] == ["b", "c"]
    assert found["kind"] == "ConfigMapList"


def test_a_field_that_cannot_be_selected_by_is_refused(cluster):
    options = {"field_selector": "spec.nosuch=1"}
    assert refusal(cluster, "list", "Pod", options=options) == (
        400,
        "field label not supported: spec.nosuch",
    )


def test_scale_reads_and_writes_only_the_replicas(cluster):
    send(cluster, "create", "Deployment", DEPLOYMENT)
    scale = send(cluster, "get", "Deployment", name="web", subresource="scale")
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == (
        "Scale",
        {"replicas": 2},
        "app=web",
    )
    patch = {"spec": {"replicas": 5}}
    more = {"name": "web", "subresource": "scale", "patch_type": "merge"}
    assert send(cluster, "patch", "Deployment", patch, **more)["spec"] == {"replicas": 5}
    stored = cluster.get("Deployment", "truth", "web")
    assert (stored["spec"]["replicas"], stored["metadata"]["generation"]) == (5, 2)
    assert refusal(cluster, "patch", "Deployment", {"spec": {"replicas": -1}}, **more)[0] == 422


def test_a_stale_resource_version_is_a_conflict_and_changes_nothing(cluster):
    first = send(cluster, "create", "ConfigMap", {"metadata": {"name": "a"}, "data": {"k": "1"}})
    send(cluster, "patch", "ConfigMap", {"data": {"k": "2"}}, name="a")
    code, message = refusal(cluster, "update", "ConfigMap", first, name="a")
    assert code == 409
    assert message.startswith(
        'Operation cannot be fulfilled on configmaps "a": the object has been'
    )
    assert cluster.get("ConfigMap", "truth", "a")["data"] == {"k": "2"}


def test_a_dry_run_writes_nothing(cluster):
    version = cluster.version
    made = send(cluster, "create", "Deployment", DEPLOYMENT, options={"dry_run": True})
    assert made["spec"]["strategy"]["type"] == "RollingUpdate"
    assert cluster.version == version


def test_unknown_fields_are_all_told_at_once_unless_ignored(cluster):
    body = {"metadata": {"name": "a", "x": 1}, "dat": {}}
    _, message = refusal(cluster, "create", "ConfigMap", body)
    assert message.endswith(
        'strict decoding error: unknown field "metadata.x", unknown field "dat"'
    )
    made = send(cluster, "create", "ConfigMap", body, options={"field_validation": "Ignore"})
    assert "dat" not in made


def test_status_comes_in_by_its_subresource_only(cluster):
    """CM-016: who writes a spec writes no status."""
    made = send(cluster, "create", "Deployment", {**DEPLOYMENT, "status": {"replicas": 9}})
    assert made["status"] == {}
    changed = send(cluster, "update", "Deployment", {**made, "status": {"replicas": 9}}, name="web")
    assert changed["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_a_namespace_that_is_missing_going_or_immortal(cluster):
    assert refusal(cluster, "create", "ConfigMap", {"metadata": {"name": "a"}}, namespace="no") == (
        404,
        'namespaces "no" not found',
    )
    going = send(cluster, "delete", "Namespace", name="truth")
    assert cluster.get("Namespace", "", "truth")["status"]["phase"] == "Terminating"
    assert going["metadata"]["deletionTimestamp"]
    code, message = refusal(cluster, "create", "ConfigMap", {"metadata": {"name": "a"}})
    assert (code, message) == (
        403,
        (
            'configmaps "a" is forbidden: unable to create new content in namespace truth because '
            "it is being terminated"
        ),
    )
    assert refusal(cluster, "delete", "Namespace", name="default")[0] == 403


def test_services_get_addresses_and_ports_of_their_own(cluster):
    spec = {"type": "NodePort", "ports": [{"port": 80}]}
    made = [
        send(cluster, "create", "Service", {"metadata": {"name": name}, "spec": spec})["spec"]
        for name in ("a", "b")
    ]
    assert made[0]["clusterIP"] != made[1]["clusterIP"]
    assert made[0]["ports"][0]["nodePort"] != made[1]["ports"][0]["nodePort"]
    taken = {"clusterIP": made[0]["clusterIP"], "ports": [{"port": 80}]}
    code, message = refusal(
        cluster, "create", "Service", {"metadata": {"name": "c"}, "spec": taken}
    )
    assert (code, "provided IP is already allocated" in message) == (422, True)


def test_pods_of_one_template_share_one_spec():
    cluster = Cluster(nodes=1)
    api = cluster.world.api
    body = {"apiVersion": "apps/v1", "kind": "ReplicaSet", **DEPLOYMENT}
    replica_set = api.create(body)
    template = replica_set["spec"]["template"]
    metadata = {"generateName": "web-", "ownerReferences": [owner_reference(replica_set)]}
    pods = [
        api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
        )
        for _ in range(3)
    ]
    assert pods[0]["spec"] is pods[1]["spec"] is pods[2]["spec"]
    assert len({pod["metadata"]["name"] for pod in pods}) == 3


def test_a_cluster_has_room_for_so_many_pods():
    cluster = Cluster(nodes=1, settings={"pods_max": 1, "frozen": True})
    send(cluster, "create", "Pod", POD, namespace="default")
    body = {**POD, "metadata": {"name": "q"}}
    code, message = refusal(cluster, "create", "Pod", body, namespace="default")
    assert (code, message) == (
        403,
        (
            'pods "q" is forbidden: exceeded quota: cluster-pods, requested: pods=1, used: pods=1, '
            "limited: pods=1"
        ),
    )


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ([{"op": "add", "path": "/a" * 100_000, "value": 1}], 400),
        ([{"op": "test", "path": "/metadata/name", "value": "a"}] * 10_001, 413),
        ([{"op": "copy", "from": "/data", "path": "/data/k"}], 422),
    ],
    ids=["deep", "long", "wrong type"],
)
def test_hostile_json_patches_are_refused_at_once(cluster, patch, code):
    send(cluster, "create", "ConfigMap", {"metadata": {"name": "a"}, "data": {"k": "1"}})
    with little_work():
        refused = refusal(cluster, "patch", "ConfigMap", patch, name="a", patch_type="json")
    assert refused[0] == code


def test_a_free_form_value_nested_too_deeply_is_refused(cluster):
    deep = {}
    for _ in range(5000):
        deep = {"a": deep}
    body = {"metadata": {"name": "a", "managedFields": [{"fieldsV1": deep}]}}
    code, message = refusal(cluster, "create", "ConfigMap", body)
    assert (code, "too deeply" in message) == (400, True)


def test_annotations_are_bounded(cluster):
    body = {"metadata": {"name": "a", "annotations": {"a": "x" * (256 << 10)}}}
    assert refusal(cluster, "create", "ConfigMap", body) == (
        422,
        (
            'ConfigMap "a" is invalid: metadata.annotations: '
            "Too long: may not be more than 262144 bytes"
        ),
    )


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        (lambda spec: spec["containers"][0].update(image="i:2"), True),
        (lambda spec: spec.update(activeDeadlineSeconds=9), True),
        (lambda spec: spec["tolerations"].append({"key": "q", "operator": "Exists"}), True),
        (lambda spec: spec["containers"][0].update(name="x"), False),
        (lambda spec: spec.update(nodeName="node-1"), False),
        (lambda spec: spec["containers"].append({"name": "z", "image": "i"}), False),
    ],
)
def test_little_of_a_pod_may_change_once_it_is_there(cluster, change, allowed):
    pod = json.loads(json.dumps(send(cluster, "create", "Pod", POD)))
    change(pod["spec"])
    if allowed:
        changed = send(cluster, "update", "Pod", pod, name="p")
        assert changed["metadata"]["generation"] == 2
    else:
        code, message = refusal(cluster, "update", "Pod", pod, name="p")
        assert (code, "Forbidden: pod updates may not" in message) == (422, True)


def cells(kind, obj, seconds=60):
    now_unix_ms = parse_rfc3339("2026-01-05T09:00:00Z") + seconds * 1000
    made = table(BUILT_IN.named(kind), [obj], now_unix_ms)
    [row] = made["rows"]
    return row["cells"]


def test_a_crashing_pods_row(cluster):
    pod = send(cluster, "create", "Pod", POD)
    status = {
        "phase": "Running",
        "podIP": "10.244.1.2",
        "containerStatuses": [
            {
                "name": "c",
                "restartCount": 3,
                "ready": False,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"finishedAt": "2026-01-05T09:00:56Z", "exitCode": 1}},
            }
        ],
    }
    assert cells("Pod", {**pod, "status": status})[:6] == [
        "p",
        "0/1",
        "CrashLoopBackOff",
        "3 (4s ago)",
        "60s",
        "10.244.1.2",
    ]


def test_the_rows_of_a_node_and_of_a_service(cluster):
    node = cluster.get("Node", "", "node-1")
    cordoned = {**node, "spec": {**node["spec"], "unschedulable": True}}
    assert cells("Node", cordoned)[:5] == [
        "node-1",
        "Ready,SchedulingDisabled",
        "<none>",
        "60s",
        "v1.36.2",
    ]
    service = cluster.get("Service", "default", "kubernetes")
    assert cells("Service", service) == [
        "kubernetes",
        "ClusterIP",
        "10.96.0.1",
        "<none>",
        "443/TCP",
        "60s",
        "<none>",
    ]


def test_a_pod_that_is_odd_is_taken_with_warnings():
    """Each oddity by its path, in the words of pkg/api/pod/warnings.go."""
    cluster = new_cluster()
    environment = [{"name": "A", "value": it} for it in ("x", "$(A)1", "y")]
    ports = [{"containerPort": 80}, {"containerPort": 80, "name": "again"}]
    container = {"name": "c", "image": "i", "env": environment, "ports": ports}
    spec = {
        "nodeSelector": {"beta.kubernetes.io/os": "linux"},
        "terminationGracePeriodSeconds": -1,
        "imagePullSecrets": [{}],
        "containers": [container],
    }
    send(cluster, "create", "Pod", {"metadata": {"name": "p"}, "spec": spec})
    label = "spec.nodeSelector[beta.kubernetes.io/os]"
    port, grace = "spec.containers[0].ports", "spec.terminationGracePeriodSeconds"
    hidden = 'hides previous definition of "A", which may be dropped when using apply'
    assert cluster.world.api.warnings == [
        f'{label}: deprecated since v1.14; use "kubernetes.io/os" instead',
        'spec.imagePullSecrets[0].name: invalid empty name ""',
        f"spec.containers[0].env[2]: {hidden}",
        f"{port}[1]: duplicate port definition with {port}[0]",
        f"{grace}: must be >= 0; negative values are invalid and will be treated as 1",
    ]
