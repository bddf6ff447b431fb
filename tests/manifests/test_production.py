"""The production example: four parts in one file, and what happens beside the first web-app."""

from __future__ import annotations

import json

import pytest

from k8slab.engine.nodes.inside import look

from .shelf import Lab


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def running(lab: Lab) -> Lab:
    lab.apply("production.yaml")
    lab.cluster.advance(60)
    assert available(lab) == "3"
    return lab


def available(lab: Lab) -> str:
    return lab.kubectl("get deploy web-app -n production -o jsonpath={.status.availableReplicas}")


def addresses(lab: Lab) -> list[str]:
    """The ready addresses of the Service."""
    (endpoint_slice,) = lab.cluster.list("EndpointSlice", "production")
    return [it["addresses"][0] for it in endpoint_slice["endpoints"] or ()]


def test_four_parts_in_one_file(lab: Lab) -> None:
    """YM-029: four lines, in the file's order."""
    assert lab.apply("production.yaml").splitlines() == [
        "configmap/web-app-config created",
        "persistentvolumeclaim/web-app-uploads created",
        "deployment.apps/web-app created",
        "service/web-app-svc created",
    ]


def test_its_pods_know_the_configuration_and_their_own_name(running: Lab) -> None:
    """YM-025: the ConfigMap's four keys by envFrom; and the downward API's name."""
    config = running.cluster.get("ConfigMap", "production", "web-app-config")
    assert config and len(config["data"]) == 4
    for pod in running.cluster.list("Pod", "production"):
        name = pod["metadata"]["name"]
        env = look(running.cluster.world, "production", name).env
        assert {**config["data"], "POD_NAME": name}.items() <= env.items()


def test_an_image_update_costs_no_request(running: Lab) -> None:
    """YM-029: surge 1, unavailable 0, readiness and draining: none of 50 a second fails."""
    running.cluster.load("client", url="http://web-app-svc.production/", rps=50)
    since_ms = running.cluster.now_ms
    running.kubectl("set image deployment/web-app web-app=myregistry/web-app:2.2.0 -n production")
    running.cluster.advance(120)
    images = "get pods -n production -o jsonpath={..spec.containers[0].image}"
    assert set(running.kubectl(images).split()) == {"myregistry/web-app:2.2.0"}
    samples = running.cluster.samples("client", since_ms, running.cluster.now_ms)
    assert sum(it["requests"] for it in samples) == 6000
    assert sum(it["failed"] for it in samples) == 0


def test_no_liveness_before_startup_has_succeeded() -> None:
    """YM-027: a boot of 100 s is left alone, though liveness alone would end it after 45 s."""
    slow = {"like": "myregistry/web-app:2.2.0", "boot": [["migrate", 100]]}
    slow["cold"] = {"fails": 1.0, "refuses_until": 100}
    lab = Lab(images={"myregistry/web-app:2.1.0": slow})
    lab.apply("production.yaml")
    lab.cluster.advance(130)
    restarts = "get pods -n production -o jsonpath={..restartCount}"
    assert lab.kubectl(restarts) == "0 0 0" and available(lab) == "3"
    without = {"name": "web-app", "startupProbe": None}
    patch = json.dumps({"spec": {"template": {"spec": {"containers": [without]}}}})
    lab.kubectl(f"patch deployment web-app -n production -p '{patch}'")
    lab.cluster.advance(130)
    assert set(lab.kubectl(restarts).split()) != {"0"}


def test_it_does_not_apply_over_the_first_web_app(lab: Lab) -> None:
    """YM-027: a Deployment's selector is immutable. The other three parts are applied."""
    lab.apply("web-app.yaml")
    lab.cluster.advance(30)
    said = lab.refused("apply -f production.yaml")
    assert "spec.selector: Invalid value:" in said and said.endswith("field is immutable\n")
    parts = lab.kubectl("get cm,pvc,svc -n production -o name").split()
    assert "service/web-app-svc" in parts and "persistentvolumeclaim/web-app-uploads" in parts


def test_a_narrower_selector_leaves_the_first_web_app_without_traffic(lab: Lab) -> None:
    """YM-028: three endpoints beside its own pods, none beside pods without the tier label."""
    lab.apply("web-app.yaml")
    lab.apply("web-app-svc.yaml")
    lab.cluster.advance(60)
    assert len(addresses(lab)) == 3
    lab.refused("apply -f production.yaml")
    lab.cluster.advance(5)
    assert addresses(lab) == [] and available(lab) == "3"
    lab.kubectl("delete deployment web-app -n production")
    lab.cluster.advance(40)
    lab.apply("production.yaml")
    lab.cluster.advance(60)
    assert len(addresses(lab)) == 3 and available(lab) == "3"
