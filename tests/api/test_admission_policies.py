"""Admission policies in CEL: judged, warned of, changed."""

import pytest

from k8slab.engine.api.errors import ApiError

from .real_server import new_cluster, post, send

EVERY_POD = {
    "resourceRules": [
        {
            "apiGroups": [""],
            "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["pods"],
        }
    ]
}
NO_LATEST = {
    "expression": "object.spec.containers.all(c, !c.image.endsWith(':latest'))",
    "message": "images must have a tag, and not :latest",
}


@pytest.fixture
def cluster():
    return new_cluster()


def bind(cluster, spec, *, kind="Validating", name="tags", **more):
    policy = {"metadata": {"name": name}, "spec": {"matchConstraints": EVERY_POD, **spec}}
    binding = {"metadata": {"name": f"{name}-here"}, "spec": {"policyName": name, **more}}
    send(cluster, "create", f"{kind}AdmissionPolicy", policy)
    send(cluster, "create", f"{kind}AdmissionPolicyBinding", binding)


def validate(cluster, *validations, actions=("Deny",), **more):
    bind(cluster, {"validations": list(validations)}, validationActions=list(actions), **more)


def pod(image="i:1", name="p", **metadata):
    containers = [{"name": "c", "image": image}]
    return {"metadata": {"name": name, **metadata}, "spec": {"containers": containers}}


def test_the_sample_policy_refuses_a_pod_with_a_readable_message(cluster):
    """CP-008, RB-012: 422, and nothing is stored."""
    validate(cluster, NO_LATEST)
    code, message, status = post(cluster, "Pod", pod("nginx:latest"))
    why = (
        "ValidatingAdmissionPolicy 'tags' with binding 'tags-here' denied request: "
        "images must have a tag, and not :latest"
    )
    assert (code, message) == (422, f'pods "p" is forbidden: {why}')
    assert status["reason"] == "Invalid"
    assert status["details"]["causes"] == [{"message": why}]
    assert cluster.get("Pod", "truth", "p") is None
    assert post(cluster, "Pod", pod("nginx:1.27"))[0] == 201


def test_a_policy_may_ask_for_requests(cluster):
    """RB-012: the other half of the sample: every container says what it needs."""
    rule = {
        "expression": "object.spec.containers.all(c, has(c.resources.requests))",
        "message": "containers must have requests",
    }
    validate(cluster, NO_LATEST, rule)
    code, message, _ = post(cluster, "Pod", pod("nginx:1.27"))
    assert code == 422 and message.endswith("denied request: containers must have requests")
    asked = pod("nginx:1.27")
    asked["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}}
    assert post(cluster, "Pod", asked)[0] == 201


def test_a_policy_alone_judges_nothing(cluster):
    policy = {"metadata": {"name": "x"}, "spec": {"matchConstraints": EVERY_POD,
                                                  "validations": [NO_LATEST]}}  # fmt: skip
    send(cluster, "create", "ValidatingAdmissionPolicy", policy)
    assert post(cluster, "Pod", pod("nginx:latest"))[0] == 201


def test_what_a_controller_makes_is_judged_too(cluster):
    """RB-012: a Deployment is let in, its pods are not."""
    validate(cluster, NO_LATEST)
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod("nginx:latest")["spec"]}
    selector = {"matchLabels": {"app": "web"}}
    body = {"metadata": {"name": "web"}, "spec": {"selector": selector, "template": template}}
    send(cluster, "create", "Deployment", body)
    cluster.advance(2)
    messages = [it["message"] for it in cluster.list("Event") if it["reason"] == "FailedCreate"]
    assert messages and all("images must have a tag" in it for it in messages)
    assert cluster.list("Pod", "truth") == []


def test_a_warning_lets_the_write_through(cluster):
    validate(cluster, NO_LATEST, actions=("Warn",))
    assert post(cluster, "Pod", pod("nginx:latest"))[0] == 201
    assert cluster.world.api.warnings == [
        (
            "Validation failed for ValidatingAdmissionPolicy 'tags' with binding 'tags-here': "
            "images must have a tag, and not :latest"
        )
    ]


@pytest.mark.parametrize(
    ("validation", "code", "said"),
    [
        (
            {"expression": "object.metadata.name == 'q'"},
            422,
            "failed expression: object.metadata.name == 'q'",
        ),
        (
            {"expression": "false", "reason": "Forbidden", "messageExpression": "'no ' + 'way'"},
            403,
            "no way",
        ),
        (
            {"expression": "object.metadata.labels.team == 'a'"},
            422,
            (
                "expression 'object.metadata.labels.team == 'a'' resulted in error: "
                "no such key: labels"
            ),
        ),
    ],
)
def test_messages_and_codes(cluster, validation, code, said):
    validate(cluster, validation)
    have, message, _ = post(cluster, "Pod", pod())
    assert (have, message.partition("denied request: ")[2]) == (code, said)


def test_a_failing_policy_may_be_ignored(cluster):
    spec = {"failurePolicy": "Ignore", "validations": [{"expression": "object.nosuch == 1"}]}
    bind(cluster, spec, validationActions=["Deny"])
    assert post(cluster, "Pod", pod())[0] == 201


def test_variables_and_conditions(cluster):
    spec = {
        "variables": [{"name": "tag", "expression": "object.spec.containers[0].image"}],
        "matchConditions": [{"name": "not-system", "expression": "object.metadata.name != 'sys'"}],
        "validations": [{"expression": "variables.tag.endsWith(':1')"}],
    }
    bind(cluster, spec, validationActions=["Deny"])
    assert post(cluster, "Pod", pod("i:2"))[0] == 422
    assert post(cluster, "Pod", pod("i:2", "sys"))[0] == 201


def test_parameters_come_from_the_binding(cluster):
    spec = {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "validations": [{"expression": "object.metadata.name.startsWith(params.data.prefix)"}],
    }
    reference = {"name": "rules", "namespace": "truth", "parameterNotFoundAction": "Deny"}
    bind(cluster, spec, validationActions=["Deny"], paramRef=reference)
    assert "no params found for policy binding" in post(cluster, "Pod", pod())[1]
    send(cluster, "create", "ConfigMap", {"metadata": {"name": "rules"}, "data": {"prefix": "a"}})
    assert [post(cluster, "Pod", pod(name=name))[0] for name in ("ab", "b")] == [201, 422]


def test_a_binding_may_be_for_some_namespaces_only(cluster):
    chosen = {"namespaceSelector": {"matchLabels": {"env": "prod"}}}
    validate(cluster, NO_LATEST, matchResources=chosen)
    assert post(cluster, "Pod", pod("a:latest"))[0] == 201
    patch = {"metadata": {"labels": {"env": "prod"}}}
    send(cluster, "patch", "Namespace", patch, name="truth", patch_type="merge")
    assert post(cluster, "Pod", pod("a:latest", "p2"))[0] == 422


def test_deletions_are_judged(cluster):
    send(cluster, "create", "Pod", pod())
    rule = {**EVERY_POD["resourceRules"][0], "operations": ["DELETE"]}
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "oldObject.metadata.name != 'p'"}],
    }
    bind(cluster, spec, validationActions=["Deny"])
    with pytest.raises(ApiError, match="denied request"):
        send(cluster, "delete", "Pod", name="p")
    assert cluster.get("Pod", "truth", "p") is not None


def test_an_expression_that_is_none_is_refused(cluster):
    spec = {"matchConstraints": EVERY_POD, "validations": [{"expression": "object.spec. +"}]}
    body = {"metadata": {"name": "x"}, "spec": spec}
    code, message, _ = post(cluster, "ValidatingAdmissionPolicy", body)
    assert code == 422
    assert 'spec.validations[0].expression: Invalid value: "object.spec. +": compil' in message


@pytest.mark.parametrize(
    "mutation",
    [
        {
            "patchType": "ApplyConfiguration",
            "applyConfiguration": {
                "expression": "Object{metadata: Object.metadata{labels: {'team': 'a'}}}"
            },
        },
        {
            "patchType": "JSONPatch",
            "jsonPatch": {
                "expression": "[JSONPatch{op: 'add', path: '/metadata/labels', "
                "value: {'team': 'a'}}]"
            },
        },
    ],
    ids=lambda mutation: mutation["patchType"],
)
def test_a_mutating_policy_changes_what_is_stored(cluster, mutation):
    """TR-006: a label is put in on the way."""
    spec = {"mutations": [mutation], "reinvocationPolicy": "Never"}
    bind(cluster, spec, kind="Mutating")
    assert post(cluster, "Pod", pod())[2]["metadata"]["labels"] == {"team": "a"}
