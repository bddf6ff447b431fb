"""Authentication and RBAC: who asks, what they may do, and which binding says so."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api import authorization
from k8slab.engine.api.errors import ApiError
from k8slab.shell import Shell

API_READER = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: api-reader, namespace: home-health}
rules:
- {apiGroups: [""], resources: [pods, services], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: api-reader-bind, namespace: home-health}
subjects: [{kind: ServiceAccount, name: api, namespace: home-health}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: api-reader}
"""
TEAMS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: node-viewer}
rules:
- {apiGroups: [""], resources: [nodes], verbs: [get, list]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: node-viewers}
subjects: [{kind: Group, name: ops}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: node-viewer}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: alpha-edits, namespace: team-alpha}
subjects: [{kind: User, name: ann}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: beta-edits, namespace: team-beta}
subjects: [{kind: Group, name: beta}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
"""
API = "--as=system:serviceaccount:home-health:api"


@pytest.fixture
def shell():
    cluster = Cluster(nodes=1, settings={"frozen": True})
    shell = Shell(cluster, files={"api.yaml": API_READER, "teams.yaml": TEAMS})
    for name in ("home-health", "team-alpha", "team-beta"):
        assert shell.run(f"kubectl create namespace {name}").exit_code == 0
    assert shell.run("kubectl apply -f api.yaml").exit_code == 0
    assert shell.run("kubectl apply -f teams.yaml").exit_code == 0
    return shell


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"get pods -n home-health {API}", "yes"),
        (f"watch services -n home-health {API}", "yes"),
        (f"delete pods -n home-health {API}", "no"),
        (f"list pods -n default {API}", "no"),
        (f"list pods -A {API}", "no"),
        (f"get secrets -n home-health {API}", "no"),
        (f"get pods --subresource=log -n home-health {API}", "no"),
        ("list pods -n home-health --as=system:serviceaccount:home-health:default", "no"),
        ("list nodes --as=bob --as-group=ops", "yes"),
        ("list nodes --as=bob", "no"),
        ("get /metrics --as=bob --as-group=ops", "yes"),
        ("get /metrics --as=bob", "no"),
        ("delete nodes --as=bob --as-group=ops", "no"),
        ("create deployments -n team-alpha --as=ann", "yes"),
        ("create deployments -n team-beta --as=ann", "no"),
        ("list nodes --as=ann", "no"),
        ("create deployments -n team-beta --as=joe --as-group=beta", "yes"),
        ("create deployments -n team-alpha --as=joe --as-group=beta", "no"),
        ("create rolebindings -n team-alpha --as=ann", "no"),
        ("create deployments -n default", "yes"),
    ],
)
def test_the_table_of_who_can(shell, question, answer):
    """RB-001, RB-002, RB-003, RB-004, RB-005, RB-006, RB-011, NL-003, KX-021, KX-022, YM-006."""
    assert shell.run(f"kubectl auth can-i {question}").stdout == f"{answer}\n"


def test_a_role_without_a_binding_grants_nothing(shell):
    """RB-013: a role alone no, with its binding yes, without it no again."""
    asked = f"kubectl auth can-i list pods -n home-health {API}"
    assert shell.run(asked).stdout == "yes\n"
    shell.run("kubectl delete rolebinding api-reader-bind -n home-health")
    assert shell.run(asked).stdout == "no\n"
    shell.run("kubectl apply -f api.yaml")
    assert shell.run(asked).stdout == "yes\n"


def test_a_viewers_apply_stops_at_authorization(shell):
    """RB-010, CP-007: 403 in the server's words, and nothing is stored."""
    said = shell.run("kubectl create deployment web --image=nginx -n team-alpha --as=joe")
    assert said.exit_code == 1
    assert (
        'deployments.apps is forbidden: User "joe" cannot create resource "deployments" in API '
        'group "apps" in the namespace "team-alpha"'
    ) in said.stderr
    assert shell.cluster.list("Deployment") == []


def test_every_pod_runs_as_an_account_that_may_do_nothing(shell):
    """RB-005, RB-007, RB-009: ``default``, without rights, until a bad binding gives some."""
    shell.cluster.advance(1)
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    request = {"verb": "create", "kind": "Pod", "namespace": "home-health", "body": pod}
    assert shell.cluster.request(request)["spec"]["serviceAccountName"] == "default"
    said = shell.run(
        "kubectl get pods -n home-health --as=system:serviceaccount:home-health:default"
    )
    assert said.exit_code == 1 and "cannot list resource" in said.stderr
    grant = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
        "metadata: {name: careless}\n"
        "subjects: [{kind: Group, name: 'system:serviceaccounts'}]\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
    )
    shell.run("kubectl apply -f -", stdin=grant)
    account = "--as=system:serviceaccount:home-health:default"
    for where in ("-n team-beta", "-n default", "-A"):
        assert shell.run(f"kubectl auth can-i list pods {where} {account}").stdout == "yes\n"


def test_cluster_roles_have_no_namespace(shell):
    """KX-022: they are listed alike from anywhere; of a Role there is one in each namespace."""
    line = "kubectl get clusterrole/node-viewer clusterrolebinding/node-viewers -o name"
    listed = {shell.run(f"{line} -n {name}").stdout for name in ("default", "team-alpha")}
    assert len(listed) == 1 and listed.pop().split() == [
        "clusterrole.rbac.authorization.k8s.io/node-viewer",
        "clusterrolebinding.rbac.authorization.k8s.io/node-viewers",
    ]
    assert "namespace" not in shell.cluster.get("ClusterRole", "", "node-viewer")["metadata"]
    assert shell.run("kubectl get role api-reader -n team-alpha").exit_code == 1


def test_a_role_is_for_good(shell):
    """KX-021: roleRef is immutable."""
    changed = API_READER.replace("name: api-reader}", "name: other}")
    assert "cannot change roleRef" in shell.run("kubectl apply -f -", stdin=changed).stderr


def request(cluster, **more):
    return cluster.request({"verb": "list", "kind": "Pod", "namespace": "home-health", **more})


def token(cluster, name="api"):
    asked = {"verb": "create", "kind": "ServiceAccount", "subresource": "token", "name": name}
    return cluster.request({**asked, "namespace": "home-health", "body": {}})["status"]["token"]


def test_a_token_says_who_asks(shell):
    """CP-006, RB-008: the account's own token 200 or 403, a bad one 401."""
    cluster = shell.cluster
    cluster.advance(1)
    shell.run("kubectl create serviceaccount api -n home-health")
    good = token(cluster)
    assert request(cluster, token=good)["items"] == []
    with pytest.raises(ApiError, match="cannot list resource") as refused:
        request(cluster, token=token(cluster, "default"))
    assert refused.value.code == 403
    for bad in ("wrong", good[:40], ""):
        with pytest.raises(ApiError) as refused:
            request(cluster, token=bad)
        assert (refused.value.code, refused.value.message) == (401, "Unauthorized")


def test_a_token_ends_with_its_time_and_its_account(shell):
    cluster = shell.cluster
    shell.run("kubectl create serviceaccount api -n home-health")
    good = token(cluster)
    cluster.advance(3601)
    with pytest.raises(ApiError, match="Unauthorized"):
        request(cluster, token=good)
    good = token(cluster)
    shell.run("kubectl delete serviceaccount api -n home-health")
    shell.run("kubectl create serviceaccount api -n home-health")
    with pytest.raises(ApiError, match="Unauthorized"):
        request(cluster, token=good)


def test_the_decision_is_told_as_data(shell):
    """CP-005, CP-007: who, what, which binding and role."""
    asked = {"verb": "create", "kind": "Deployment", "namespace": "team-alpha", "user": "ann"}
    told = authorization.explain(shell.cluster.world.api, asked)
    assert told["allowed"] and told["resource"] == "deployments" and told["user"] == "ann"
    assert told["looked_at"][-1] == {
        "binding": "RoleBinding/alpha-edits",
        "role": "ClusterRole/edit",
        "subject": "User/ann",
        "rules": len(shell.cluster.get("ClusterRole", "", "edit")["rules"]),
        "covers": True,
    }
    told = authorization.explain(shell.cluster.world.api, {**asked, "namespace": "team-beta"})
    assert not told["allowed"] and told["reason"] == ""


def create(cluster, kind, body, user="ann", namespace="team-alpha"):
    asked = {"verb": "create", "kind": kind, "namespace": namespace, "body": body, "user": user}
    return cluster.request(asked)


@pytest.fixture
def admin(shell):
    """ann is admin of team-alpha."""
    binding = {
        "metadata": {"name": "ann-admin"},
        "subjects": [{"kind": "User", "name": "ann"}],
        "roleRef": {"kind": "ClusterRole", "name": "admin"},
    }
    create(shell.cluster, "RoleBinding", binding, user="")
    return shell.cluster


def role(verbs, resource="pods", group=""):
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": verbs}]
    return {"metadata": {"name": "r"}, "rules": rules}


def test_nobody_grants_what_he_has_not_got(admin):
    create(admin, "Role", role(["get", "list"]))
    body = {**role(["get", "delete"], "nodes"), "metadata": {"name": "r2"}}
    with pytest.raises(ApiError) as refused:
        create(admin, "Role", body)
    assert refused.value.message == (
        'roles.rbac.authorization.k8s.io "r2" is forbidden: user "ann" '
        '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently '
        'held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}'
    )


def test_nor_binds_a_role_beyond_his_own(admin):
    binding = {
        "metadata": {"name": "b"},
        "subjects": [{"kind": "User", "name": "joe"}],
        "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
    }
    with pytest.raises(ApiError) as refused:
        create(admin, "RoleBinding", binding)
    assert refused.value.message.startswith(
        'rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "ann" '
    )
    assert refused.value.message.endswith(
        '\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}'
    )
    create(admin, "RoleBinding", {**binding, "roleRef": {"kind": "ClusterRole", "name": "view"}})
