"""What outlives what: containers, pods and their volumes; claims that fit and claims that don't."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.quantity import parse_quantity
from k8slab.engine.nodes.inside import look
from k8slab.shell import Shell

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: app, image: "nginx:1.27", volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, VOLUME}]
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: CLAIM}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: CLASS
  resources: {requests: {storage: SIZE}}
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: {path: /srv/disk}
"""


@pytest.fixture
def cluster():
    return Cluster(nodes=2, seed=3, settings={"frozen": True, "storage": "sim"})


def apply(cluster, text, settle_s=60):
    output = Shell(cluster, files={"x.yaml": text}).run("kubectl apply -f x.yaml")
    assert output.exit_code == 0, output.stderr
    cluster.advance(settle_s)


def write(cluster, path, text, pod="web"):
    place = {"namespace": "default", "pod": pod, "container": "app"}
    cluster.execute({"do": "write", **place, "path": path, "text": text})


def files_of(cluster, pod="web"):
    return look(cluster.world, "default", pod).files()


def recreate(cluster, text):
    Shell(cluster).run("kubectl delete pod web")
    cluster.advance(40)
    apply(cluster, text)


def test_an_empty_dir_outlives_its_container_and_not_its_pod(cluster):
    """ST-001: a file in it is there after a restart of the container, gone with a new pod."""
    text = POD.replace("VOLUME", "emptyDir: {}")
    apply(cluster, text)
    write(cluster, "/data/marker", "here")
    cluster.inject("container-kill", pod="web")
    cluster.advance(30)
    status = cluster.get("Pod", "default", "web")["status"]["containerStatuses"][0]
    assert status["restartCount"] == 1
    assert files_of(cluster)["/data/marker"].text == "here"
    recreate(cluster, text)
    assert "/data/marker" not in files_of(cluster)


def test_a_claims_data_outlives_the_pod(cluster):
    """ST-001, ST-002, ST-012: the volume is the cluster's own, and the next pod finds the file."""
    apply(
        cluster, CLAIM.replace("CLAIM", "data").replace("CLASS", "standard").replace("SIZE", "1Gi")
    )
    text = POD.replace("VOLUME", "persistentVolumeClaim: {claimName: data}")
    apply(cluster, text)
    write(cluster, "/data/marker", "here")
    (before,) = cluster.list("PersistentVolume")
    recreate(cluster, text)
    assert files_of(cluster)["/data/marker"].text == "here"
    (after,) = cluster.list("PersistentVolume")
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert "namespace" not in after["metadata"]


def test_postgres_keeps_its_data_over_a_new_pod(cluster):
    """ST-017, YM-014: data under the mount path; without the password it would not have begun."""
    apply(cluster, CLAIM.replace("CLAIM", "pg").replace("CLASS", "standard").replace("SIZE", "1Gi"))
    text = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: app
    image: postgres:16
    env:
    - {name: POSTGRES_PASSWORD, value: x}
    - {name: PGDATA, value: /var/lib/postgresql/data/pgdata}
    volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: pg}}]
"""
    apply(cluster, text)
    write(cluster, "/var/lib/postgresql/data/marker", "rows")
    recreate(cluster, text)
    assert files_of(cluster)["/var/lib/postgresql/data/marker"].text == "rows"


def test_a_volume_made_by_hand_binds_the_claim_that_fits(cluster):
    """ST-007: not the one that asks for more than it has."""
    apply(cluster, VOLUME)
    big = CLAIM.replace("CLASS", "manual").replace("CLAIM", "big").replace("SIZE", "20Gi")
    fits = CLAIM.replace("CLASS", "manual").replace("CLAIM", "fits").replace("SIZE", "5Gi")
    apply(cluster, big)
    assert cluster.get("PersistentVolumeClaim", "default", "big")["status"]["phase"] == "Pending"
    apply(cluster, fits)
    bound = cluster.get("PersistentVolumeClaim", "default", "fits")
    assert (bound["status"]["phase"], bound["spec"]["volumeName"]) == ("Bound", "disk")
    assert cluster.get("PersistentVolumeClaim", "default", "big")["status"]["phase"] == "Pending"


def test_a_claim_asks_for_storage_as_a_pod_asks_for_cpu(cluster):
    """ST-005: both are Pending while nothing can give them that much."""
    apply(cluster, VOLUME)
    apply(cluster, CLAIM.replace("CLASS", "manual").replace("CLAIM", "huge").replace("SIZE", "1Ti"))
    apply(
        cluster,
        """
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec: {containers: [{name: app, image: "nginx:1.27", resources: {requests: {cpu: "64"}}}]}
""",
    )
    claim = cluster.get("PersistentVolumeClaim", "default", "huge")
    pod = cluster.get("Pod", "default", "huge")
    assert claim["status"]["phase"] == pod["status"]["phase"] == "Pending"


def test_sizes_are_binary_or_decimal_as_they_are_written(cluster):
    """ST-018: capacity is printed as it was asked for; 20GB is no quantity, 20G is not 20Gi."""
    for name, size in (("a", "20Gi"), ("b", "10Gi")):
        text = CLAIM.replace("CLASS", "fast-ssd").replace("CLAIM", name).replace("SIZE", size)
        apply(cluster, text)
        claim = cluster.get("PersistentVolumeClaim", "default", name)
        assert claim["status"]["capacity"]["storage"] == size
    assert parse_quantity("20Gi") == 20 * 2**30 and parse_quantity("20G") == 20 * 10**9
    with pytest.raises(ValueError):
        parse_quantity("20GB")


def test_a_pod_set_on_a_node_waits_for_its_claim(cluster):
    """The kubelet says so at each sync; with the volume bound the pod starts (createVolumeSpec)."""
    spec = POD.replace("VOLUME", "persistentVolumeClaim: {claimName: late}")
    apply(cluster, spec.replace("spec:", "spec:\n  nodeName: node-1"), settle_s=20)
    [event] = [it for it in cluster.list("Event") if it["reason"] == "FailedMount"]
    assert event["message"].endswith(
        "unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error "
        "processing PVC default/late: failed to fetch PVC from API server: "
        'persistentvolumeclaims "late" not found'
    )
    assert event["count"] == 2
    claim = CLAIM.replace("CLASS", "fast-ssd").replace("CLAIM", "late").replace("SIZE", "1Gi")
    apply(cluster, claim, settle_s=40)
    assert cluster.get("Pod", "default", "web")["status"]["phase"] == "Running"
