"""Pods that cannot start, crash or are lost, and who brings what back."""

from itertools import pairwise

from k8slab.engine import Cluster

from .test_inside import box

POD = {"metadata": {"labels": {"app": "web"}}}


def test_a_pull_that_fails_backs_off_and_heals_with_the_tag(node):
    """PC-022, CM-006: ErrImagePull, ImagePullBackOff at growing delays; Pending, with a node."""
    node.run("nginx-typo:1")
    node.cluster.advance(120)
    states = [state for _, _, state, _, _ in node.changes()]
    assert states.index("ErrImagePull") < states.index("ImagePullBackOff")
    assert node.pod()["status"]["phase"] == "Pending"
    assert node.pod()["spec"]["nodeName"] == "node-1"
    failures = [at for at, _, state, _, _ in node.changes() if state == "ErrImagePull"]
    gaps = [later - first for first, later in pairwise(failures)]
    assert gaps == sorted(gaps) and gaps[-1] > 2 * gaps[0] > 0
    pod = node.pod()
    [container] = pod["spec"]["containers"]
    fixed = {**pod["spec"], "containers": [{**container, "image": "nginx:1.27"}]}
    node.cluster.world.api.update({**pod, "spec": fixed})
    node.cluster.advance(300)
    assert node.container()["ready"] is True


def test_an_image_that_is_there_is_not_pulled_again_unless_always(node):
    """PC-023, ND-014: IfNotPresent uses what is on the node, Always asks the registry each time."""
    for name in ("one", "two"):
        node.run(name=name)
        node.cluster.advance(20)
    texts = [text for _, text, _ in node.events("Pulled")]
    assert sum("already present on machine" in text for text in texts) == 1
    node.run(name="three", imagePullPolicy="Always")
    node.cluster.advance(20)
    assert len(node.events("Pulling")) == 2


def workload(kind, **more):
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                **POD,
                "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
            },
            **more,
        },
    }


def ready_pods(cluster):
    return [
        pod["metadata"]["uid"]
        for pod in cluster.list("Pod", "default", "app=web")
        if pod["status"]["containerStatuses"][0]["ready"]
    ]


def test_controllers_replace_what_they_lose(node):
    """PC-016: a Deployment's pod comes back under a new name, a StatefulSet's under its own."""
    for kind, more in (("Deployment", {}), ("StatefulSet", {"serviceName": "web"})):
        cluster = Cluster(nodes=2, settings={"frozen": True})
        cluster.world.api.create(workload(kind, **more))
        cluster.advance(40)
        before = cluster.list("Pod", "default", "app=web")
        lost = before[0]["metadata"]
        request = {"verb": "delete", "kind": "Pod", "namespace": "default", "name": lost["name"]}
        cluster.request(request)
        cluster.advance(60)
        after = ready_pods(cluster)
        assert len(after) == 2 and lost["uid"] not in after
        names = [pod["metadata"]["name"] for pod in cluster.list("Pod", "default", "app=web")]
        assert (lost["name"] in names) is (kind == "StatefulSet")


def test_a_crash_restarts_in_place_and_a_lost_pod_is_replaced():
    """PC-024: the same pod with one restart, or another pod with none."""
    cluster = Cluster(nodes=2, settings={"frozen": True})
    cluster.world.api.create(workload("Deployment"))
    cluster.advance(40)
    first, second = cluster.list("Pod", "default", "app=web")
    cluster.inject("container-kill", pod=first["metadata"]["name"])
    cluster.advance(20)
    crashed = cluster.get("Pod", "default", first["metadata"]["name"])
    assert crashed["metadata"]["uid"] == first["metadata"]["uid"]
    assert crashed["status"]["containerStatuses"][0]["restartCount"] == 1
    name = second["metadata"]["name"]
    cluster.request({"verb": "delete", "kind": "Pod", "namespace": "default", "name": name})
    cluster.advance(60)
    assert cluster.get("Pod", "default", name) is None
    assert len(ready_pods(cluster)) == 2


def test_the_stated_probe_of_postgres(node):
    """YM-023: tcpSocket 5432, 15/10, with timeout 1 and threshold 3 by default."""
    env = [{"name": "POSTGRES_PASSWORD", "value": "x"}]
    probe = {"tcpSocket": {"port": 5432}, "initialDelaySeconds": 15, "periodSeconds": 10}
    node.run("postgres:16", env=env, livenessProbe=probe)
    node.cluster.advance(120)
    stored = node.pod()["spec"]["containers"][0]["livenessProbe"]
    assert (stored["timeoutSeconds"], stored["failureThreshold"]) == (1, 3)
    assert node.container()["ready"] is True and node.container()["restartCount"] == 0


def test_the_stated_probe_of_redis(node):
    """YM-024: exec redis-cli ping, 5/10; Ready only when PONG is printed."""
    command = ["sh", "-c", "redis-cli ping | grep PONG"]
    probe = {"exec": {"command": command}, "initialDelaySeconds": 5, "periodSeconds": 10}
    node.run("redis:7", readinessProbe=probe)
    node.cluster.advance(4)
    assert node.container()["ready"] is False
    node.cluster.advance(20)
    assert node.container()["ready"] is True
    assert box(node).processes()[0].command == "redis-server *:6379"
