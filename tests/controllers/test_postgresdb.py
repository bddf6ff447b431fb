"""A custom kind and the operator that acts on it."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: postgresdbs.acme.io}
spec:
  group: acme.io
  scope: Namespaced
  names: {plural: postgresdbs, singular: postgresdb, kind: PostgresDB}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
BARE = DEFINITION.replace(
    """
        properties:
          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
""",
    "\n",
)
DATABASE = """
apiVersion: acme.io/v1
kind: PostgresDB
metadata: {name: orders}
spec: {replicas: 2, version: "16"}
"""
OPERATOR = "kubectl create deployment postgres-operator --image=acme/postgres-operator:1.0"


@pytest.fixture
def shell():
    files = {"crd.yaml": DEFINITION, "bare.yaml": BARE, "db.yaml": DATABASE}
    return Shell(Cluster(nodes=2, settings={"frozen": True}), files=files)


@pytest.fixture
def served(shell):
    assert shell.run("kubectl apply -f crd.yaml").exit_code == 0
    shell.cluster.advance(2)
    return shell


def kinds_of(cluster):
    kinds = ("StatefulSet", "Service", "Secret")
    found = [it for kind in kinds for it in cluster.list(kind, "default")]
    return sorted(it["kind"] for it in found if it["metadata"].get("ownerReferences"))


def test_a_definition_teaches_the_api_server_a_kind(shell):
    """CT-012, KX-026: no matches before, listed and found by each of its names afterwards."""
    refused = shell.run("kubectl apply -f db.yaml")
    assert refused.exit_code == 1 and 'no matches for kind "PostgresDB"' in refused.stderr
    shell.run("kubectl apply -f crd.yaml")
    shell.cluster.advance(2)
    [_, row] = shell.run("kubectl api-resources --api-group=acme.io").stdout.splitlines()
    assert row.split() == ["postgresdbs", "acme.io/v1", "true", "PostgresDB"]
    assert shell.run("kubectl apply -f db.yaml").stdout == "postgresdb.acme.io/orders created\n"
    for name in ("postgresdbs", "postgresdb", "PostgresDB", "postgresdbs.acme.io"):
        assert shell.run(f"kubectl get {name}").stdout.split()[2] == "orders"


def test_its_conditions_and_its_name(served):
    """KX-025, YM-008: NamesAccepted and Established; the name is plural.group."""
    found = served.cluster.get("CustomResourceDefinition", "", "postgresdbs.acme.io")
    held = {it["type"] for it in found["status"]["conditions"] if it["status"] == "True"}
    assert held == {"NamesAccepted", "Established"}
    wrong = DEFINITION.replace("{name: postgresdbs.acme.io}", "{name: databases.acme.io}")
    refused = served.run("kubectl apply -f -", stdin=wrong)
    assert 'must be spec.names.plural+"."+spec.group' in refused.stderr


def test_its_deletion_takes_its_objects_along(served):
    """KX-025."""
    served.run("kubectl apply -f db.yaml")
    served.run("kubectl delete crd postgresdbs.acme.io")
    served.cluster.advance(5)
    assert served.cluster.list("PostgresDB") == []
    gone = served.run("kubectl get postgresdbs").stderr
    assert "the server could not find the requested resource" in gone


def test_a_bare_schema_prunes_what_it_does_not_know(shell):
    """CT-013: a spec that no schema tells of vanishes."""
    shell.run("kubectl apply -f bare.yaml")
    shell.cluster.advance(2)
    shell.run("kubectl create -f db.yaml --validate=false")
    stored = shell.cluster.get("PostgresDB", "default", "orders")
    assert "spec" not in stored


def test_without_the_operator_an_object_just_sits(served):
    """CT-014."""
    served.run("kubectl apply -f db.yaml")
    served.cluster.advance(60)
    assert kinds_of(served.cluster) == []
    assert "status" not in served.cluster.get("PostgresDB", "default", "orders")


def test_the_operator_converges_it(served):
    """CT-014, YM-009: Secret, Service and StatefulSet, each owned; the status says Ready."""
    served.run(OPERATOR)
    served.run("kubectl apply -f db.yaml")
    served.cluster.advance(60)
    assert kinds_of(served.cluster) == ["Secret", "Service", "StatefulSet"]
    database = served.cluster.get("PostgresDB", "default", "orders")
    assert database["status"] == {"phase": "Ready", "readyReplicas": 2}
    served.run("kubectl delete service orders")
    served.run('kubectl patch postgresdb orders --type=merge -p \'{"spec":{"replicas":1}}\'')
    served.cluster.advance(60)
    assert kinds_of(served.cluster) == ["Secret", "Service", "StatefulSet"]
    assert served.cluster.get("StatefulSet", "default", "orders")["spec"]["replicas"] == 1


def test_deletion_takes_what_it_owns_along(served):
    """CT-014, CT-017: by owner references."""
    served.run(OPERATOR)
    served.run("kubectl apply -f db.yaml")
    served.cluster.advance(60)
    served.run("kubectl delete postgresdb orders --cascade=orphan")
    served.cluster.advance(60)
    assert served.cluster.list("PostgresDB") == []
    left = [it["metadata"] for it in served.cluster.list("StatefulSet", "default")]
    assert [(it["name"], it.get("ownerReferences")) for it in left] == [("orders", None)]
    for kind in ("statefulset", "service", "secret"):
        served.run(f"kubectl delete {kind} --all")
    served.run("kubectl apply -f db.yaml")
    served.cluster.advance(60)
    assert kinds_of(served.cluster) == ["Secret", "Service", "StatefulSet"]
    served.run("kubectl delete postgresdb orders")
    served.cluster.advance(60)
    assert served.cluster.list("PostgresDB") == [] and kinds_of(served.cluster) == []


def test_an_operator_that_is_gone_leaves_its_finalizers(served):
    """CT-016: the object stays with its deletionTimestamp until a controller clears it."""
    served.run(OPERATOR)
    served.run("kubectl apply -f db.yaml")
    served.cluster.advance(60)
    served.run("kubectl delete deployment postgres-operator")
    served.cluster.advance(5)
    served.run("kubectl delete postgresdb orders --wait=false")
    served.cluster.advance(3600)
    stuck = served.cluster.get("PostgresDB", "default", "orders")
    assert stuck["metadata"]["deletionTimestamp"]
    assert stuck["metadata"]["finalizers"] == ["postgresdbs.acme.io/last-backup"]
    served.run(OPERATOR)
    served.cluster.advance(30)
    assert served.cluster.list("PostgresDB") == []
