"""The stages of a request: what each does to the object, and where it may end."""

from k8slab.engine.trace import apply_trace, refused

from .applies import applied, numbers, one


def body(**spec):
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    return {
        "verb": "create",
        "kind": "Deployment",
        "namespace": "default",
        "name": "x",
        "body": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "x"},
            "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template, **spec},
        },
    }


def test_a_refused_request_ends_where_it_was_refused():
    """CP-005, TR-003, TR-004, TR-009: a bad token, a missing right, a field that does not exist."""
    cluster, _ = applied()
    assert one(apply_trace(cluster), 3).lines == ("user kubernetes-admin",)
    assert one(apply_trace(cluster), 4).lines == ("system:masters may do anything",)
    steps = refused(cluster, {**body(), "token": "nonsense"})
    assert (steps[-1].number, steps[-1].lines) == (3, ("HTTP 401",))
    assert steps[-1].refusal == "Unauthorized" and 7 not in numbers(steps)
    steps = refused(cluster, {**body(), "user": "jane"})
    assert (steps[-1].number, steps[-1].lines) == (4, ("HTTP 403",))
    assert steps[-1].refusal.startswith('deployments.apps is forbidden: User "jane" cannot create')
    grant = {
        "metadata": {"name": "jane-edits"},
        "subjects": [{"kind": "User", "name": "jane"}],
        "roleRef": {"kind": "ClusterRole", "name": "edit"},
    }
    head = {"verb": "create", "kind": "RoleBinding", "namespace": "default"}
    cluster.request({**head, "body": grant})
    [rule] = one(refused(cluster, {**body(), "user": "jane"}), 4).lines
    assert rule.endswith('RoleBinding "jane-edits/default" of ClusterRole "edit" to User "jane"')
    steps = refused(cluster, body(replica=3))
    assert steps[-1].number == 6 and 'unknown field "spec.replica"' in steps[-1].refusal
    steps = refused(cluster, body(replicas=-1))
    assert steps[-1].number == 6 and "spec.replicas: Invalid value: -1" in steps[-1].refusal


DEPLOYMENTS = {
    "resourceRules": [
        {
            "apiGroups": ["apps"],
            "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["deployments"],
        }
    ]
}


def policy(cluster, kind, **spec):
    """A policy on Deployments and its binding."""
    actions = {"validationActions": ["Deny"]} if kind == "Validating" else {}
    for suffix, more in (
        ("", {"matchConstraints": DEPLOYMENTS, "failurePolicy": "Fail", **spec}),
        ("Binding", {"policyName": kind.lower(), **actions}),
    ):
        body = {"metadata": {"name": kind.lower()}, "spec": more}
        cluster.request({"verb": "create", "kind": f"{kind}AdmissionPolicy{suffix}", "body": body})


def mutate(cluster, *patches):
    expression = f"[{', '.join(patches)}]"
    mutation = {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}
    policy(cluster, "Mutating", mutations=[mutation], reinvocationPolicy="Never")


def test_a_mutating_policy_is_told_with_what_it_changed():
    """TR-006: the label that it put in, and a value before and after."""
    cluster, _ = applied()
    mutate(
        cluster,
        "JSONPatch{op: 'add', path: '/metadata/labels', value: {'team': 'a'}}",
        "JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}",
    )
    told = one(refused(cluster, body(replicas=1)), 5).lines
    assert {"set metadata.labels.team=a", "set spec.replicas=3 (was 1)"} <= set(told)


def test_mutating_comes_before_the_objects_rules_and_validating_after():
    """TR-005, TR-007, CP-005: each stage in its place, and the trace ends where it is refused."""
    cluster, _ = applied()
    rule = {"expression": "object.metadata.name != 'x'", "message": "not by this name"}
    policy(cluster, "Validating", validations=[rule])
    steps = refused(cluster, body(replicas=-1))
    assert steps[-1].number == 6 and "spec.replicas: Invalid value: -1" in steps[-1].refusal
    mutate(cluster, "JSONPatch{op: 'replace', path: '/spec/replicas', value: 1}")
    steps = refused(cluster, body(replicas=-1))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert steps[-1].refusal.endswith("denied request: not by this name")
    assert cluster.get("Deployment", "default", "x") is None
    head = {"verb": "delete", "kind": "ValidatingAdmissionPolicyBinding", "name": "validating"}
    cluster.request(head)
    assert [step.number for step in refused(cluster, body(replicas=-1))] == list(range(1, 9))
