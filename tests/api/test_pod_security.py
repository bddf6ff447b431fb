"""The Pod Security Standards as a real 1.36 enforces and warns of them."""

import pytest

from .real_server import load, new_cluster, post, send

TRUTH = load("podsecurity")
CASES = [case for case in TRUTH["cases"] if TRUTH["manifests"].get(case["what"])]


def labelled(**labels):
    prefix = "pod-security.kubernetes.io/"
    return {"metadata": {"labels": {f"{prefix}{mode}": level for mode, level in labels.items()}}}


def label(cluster, **labels):
    more = {"name": "truth", "patch_type": "merge"}
    send(cluster, "patch", "Namespace", labelled(**labels), **more)


@pytest.fixture
def cluster():
    return new_cluster()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['topic']} {case['what']}")
def test_a_pod_is_let_in_warned_of_or_refused_as_there(cluster, case):
    mode, level = case["topic"].removeprefix("podsecurity ").split("=")
    label(cluster, **{mode: level})
    manifest = TRUTH["manifests"][case["what"]]
    code, message, _ = post(cluster, "Pod", manifest, dry_run=True)
    assert (code, message) == (case["status"], case["message"] or "")
    wanted = [it.partition('"')[2][:-1].replace('\\"', '"') for it in case["warnings"] or ()]
    assert cluster.world.api.warnings == wanted


def test_a_level_that_is_none_is_refused(cluster):
    body = {"metadata": {"name": "x", **labelled(enforce="bad")["metadata"]}}
    assert post(cluster, "Namespace", body)[:2] == (
        422,
        (
            'Namespace "x" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: '
            'Invalid value: "bad": must be one of privileged, baseline, restricted'
        ),
    )


def test_pods_that_are_already_inside_are_told_of(cluster):
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    send(cluster, "create", "Pod", pod)
    label(cluster, enforce="restricted")
    assert cluster.world.api.warnings == [
        (
            'existing pods in namespace "truth" violate the new PodSecurity enforce level '
            '"restricted:latest"'
        ),
        (
            "p: allowPrivilegeEscalation != false, unrestricted capabilities, "
            "runAsNonRoot != true, seccompProfile"
        ),
    ]


def test_a_deployment_is_only_warned_of_and_stays_without_pods(cluster):
    label(cluster, enforce="restricted")
    labels = {"a": "b"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    spec = {"selector": {"matchLabels": labels}, "template": template}
    send(cluster, "create", "Deployment", {"metadata": {"name": "d"}, "spec": spec})
    [warning] = cluster.world.api.warnings
    assert warning.startswith('would violate PodSecurity "restricted:latest": allowPrivilege')
    cluster.advance(2)
    assert cluster.list("Pod", "truth") == []
    assert any("violates PodSecurity" in it["message"] for it in cluster.list("Event", "truth"))
