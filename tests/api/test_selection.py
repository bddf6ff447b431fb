"""Labels, selectors and namespaces: who is meant (CM-015, NL-004, NL-007)."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.selectors import matcher, parse_selector

FLEET = [
    {"app": app, "env": env, **({"canary": "true"} if number % 4 == 0 else {})}
    for number, (app, env) in enumerate(
        (app, env) for app in ("web", "api", "db") for env in ("dev", "test", "stage", "prod")
    )
]


@pytest.mark.parametrize(
    ("text", "selector", "count"),
    [
        ("app=web", {"matchLabels": {"app": "web"}}, 4),
        (
            "app=web,env=prod",
            {"matchLabels": {"app": "web", "env": "prod"}},
            1,
        ),
        (
            "env in (dev,test)",
            {"matchExpressions": [{"key": "env", "operator": "In", "values": ["dev", "test"]}]},
            6,
        ),
        (
            "env notin (dev,test)",
            {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["dev", "test"]}]},
            6,
        ),
        ("canary", {"matchExpressions": [{"key": "canary", "operator": "Exists"}]}, 3),
        ("!canary", {"matchExpressions": [{"key": "canary", "operator": "DoesNotExist"}]}, 9),
        (
            "app!=db,canary",
            {
                "matchExpressions": [
                    {"key": "app", "operator": "NotIn", "values": ["db"]},
                    {"key": "canary", "operator": "Exists"},
                ]
            },
            2,
        ),
        ("", {}, 12),
    ],
)
def test_both_forms_of_a_selector_mean_the_same_of_twelve_pods(text, selector, count):
    """NL-007, CM-015."""
    by_text = [labels for labels in FLEET if parse_selector(text)(labels)]
    assert by_text == [labels for labels in FLEET if matcher(selector)(labels)]
    assert len(by_text) == count


def test_a_service_is_reached_from_any_namespace():
    """NL-004: namespaces keep names apart, not traffic."""
    cluster = Cluster(nodes=1, settings={"frozen": True})
    labels = {"app": "web"}
    container = {"name": "c", "image": "nginx:1.27", "ports": [{"containerPort": 80}]}
    bodies = (
        ("Namespace", "", {"metadata": {"name": "team-alpha"}}),
        ("Namespace", "", {"metadata": {"name": "team-beta"}}),
        ("ServiceAccount", "team-alpha", {"metadata": {"name": "default"}}),
        ("Pod", "team-alpha", {"metadata": {"name": "web", "labels": labels},
                               "spec": {"containers": [container]}}),
        ("Service", "team-alpha", {"metadata": {"name": "web"},
                                   "spec": {"selector": labels, "ports": [{"port": 80}]}}),
    )  # fmt: skip
    for kind, namespace, body in bodies:
        cluster.request({"verb": "create", "kind": kind, "namespace": namespace, "body": body})
    cluster.advance(20)
    cluster.load("stranger", url="http://web.team-alpha/", rps=5)
    cluster.advance(5)
    found = cluster.samples("stranger", cluster.now_ms - 4000, cluster.now_ms)
    assert sum(it["requests"] for it in found) > 0
    assert sum(it["failed"] for it in found) == 0
