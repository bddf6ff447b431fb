"""Every kind of check holds when it should, and breaks when the thing is broken."""

from pathlib import Path

import pytest

from k8slab.content.documents import Document
from k8slab.content.errors import ContentError
from k8slab.course.checks import KINDS, evaluate, read_check
from k8slab.course.checks.values import value_at
from k8slab.engine import Cluster
from k8slab.engine.base.objects import set_in

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "api", "image": "shop/api:1.0"}]},
        },
    },
}
CONTAINERS = ("spec", "template", "spec", "containers")


@pytest.fixture
def cluster():
    """A Deployment as the store holds it; no controller listens, so only the test moves it."""
    empty = Cluster(settings={"frozen": True})
    empty.world.store.listeners.clear()
    write(empty, set_in(DEPLOYMENT, ("metadata", "generation"), 1))
    report(empty, ready=2)
    return empty


def write(cluster, obj):
    cluster.world.store.write(obj, cluster.now_ms)


def web(cluster):
    return cluster.get("Deployment", "default", "web")


def report(cluster, ready):
    status = {
        "observedGeneration": web(cluster)["metadata"]["generation"],
        "replicas": 2,
        "updatedReplicas": 2,
        "readyReplicas": ready,
        "availableReplicas": ready,
    }
    write(cluster, {**web(cluster), "status": status})


def change_image(cluster, image):
    obj = set_in(web(cluster), CONTAINERS, [{"name": "api", "image": image}])
    write(cluster, set_in(obj, ("metadata", "generation"), obj["metadata"]["generation"] + 1))


def check(text):
    document = Document(Path("checks.yaml"), f"- id: it\n  task: t\n  {text}\n")
    return read_check(document.entries()[0])


def observe(cluster, text):
    return tuple(check(text).observe(cluster))


def test_exists_and_absent(cluster):
    assert observe(cluster, "exists: {of: Deployment/default/web}") == (True, "it exists")
    assert observe(cluster, "exists: {of: Pod/default/web}") == (False, "there is none")
    assert observe(cluster, "absent: {of: Deployment/default/web}") == (False, "it exists")
    assert observe(cluster, "absent: {of: Pod/default/web}") == (True, "there is none")


def test_field_says_what_it_found(cluster):
    path = 'path: "spec.template.spec.containers[api].image"'
    text = f"field: {{of: Deployment/default/web, {path}, equals: 'shop/api:1.1'}}"
    assert observe(cluster, text) == (False, "it is shop/api:1.0")
    change_image(cluster, "shop/api:1.1")
    assert observe(cluster, text) == (True, "it is shop/api:1.1")


@pytest.mark.parametrize(
    ("comparison", "ok"),
    [("at_least: 2", True), ("at_least: 3", False), ("at_most: 2", True), ("at_most: 1", False)],
)
def test_field_compares_numbers(cluster, comparison, ok):
    text = f"field: {{of: Deployment/default/web, path: spec.replicas, {comparison}}}"
    assert observe(cluster, text) == (ok, "it is 2")


def test_field_tells_set_from_not_set(cluster):
    text = "field: {of: Deployment/default/web, path: spec.paused, present: %s}"
    assert observe(cluster, text % "false") == (True, "it is not set")
    assert observe(cluster, text % "true") == (False, "it is not set")


def test_field_of_nothing(cluster):
    text = "field: {of: Pod/default/x, path: spec.nodeName, present: false}"
    assert observe(cluster, text) == (False, "there is no Pod/default/x")


@pytest.mark.parametrize(
    ("of", "that", "seen"),
    [
        ("web", "object.spec.replicas == 2", (True, "it holds")),
        ("w*", "object.status.readyReplicas > 2", (False, "not of web")),
        ("web", "object.spec.template.spec.containers.all(c, c.name == 'api')", (True, "it holds")),
        ("web", "quantity('384Mi').isGreaterThan(quantity('300Mi'))", (True, "it holds")),
        ("web", "object.spec.nothing > 2", (False, "not of web")),
        ("x", "true", (False, "there is no Deployment/default/x")),
    ],
)
def test_holds_takes_an_expression(cluster, of, that, seen):
    assert observe(cluster, f'holds: {{of: Deployment/default/{of}, that: "{that}"}}') == seen


def test_ready_now_and_throughout(cluster):
    now = "ready: {of: Deployment/default/web, at_least: 2}"
    throughout = "ready: {of: Deployment/default/web, at_least: 2, throughout_s: 60}"
    cluster.advance(10)
    assert observe(cluster, throughout)[0] is False, "two were not ready from the beginning"
    cluster.advance(100)
    assert observe(cluster, throughout) == (True, "2 ready")
    report(cluster, ready=1)
    assert observe(cluster, now) == (False, "1 ready")
    cluster.advance(5)
    report(cluster, ready=2)
    assert observe(cluster, now) == (True, "2 ready")
    assert observe(cluster, throughout) == (False, "2 ready, as few as 1 in the window")


def test_a_rollout_begins_with_the_template_and_ends_complete(cluster):
    text = "rollout: {of: Deployment/default/web}"
    assert observe(cluster, text) == (False, "no such rollout yet")
    cluster.advance(60)
    change_image(cluster, "shop/api:1.1")
    assert observe(cluster, text) == (None, "the rollout at 1:00 is under way")
    cluster.advance(30)
    report(cluster, ready=2)
    assert observe(cluster, text) == (True, "the rollout at 1:00 ended at 1:30")


def test_a_rollout_is_found_by_its_template(cluster):
    condition = '{path: "spec.containers[api].image", equals: "shop/api:1.2"}'
    text = f"rollout: {{of: Deployment/default/web, template: [{condition}]}}"
    change_image(cluster, "shop/api:1.1")
    report(cluster, ready=2)
    assert observe(cluster, text) == (False, "no such rollout yet")
    change_image(cluster, "shop/api:1.2")
    report(cluster, ready=2)
    assert observe(cluster, text)[0] is True


def test_an_overtaken_rollout_never_finished(cluster):
    condition = '{path: "spec.containers[api].image", equals: "shop/api:1.1"}'
    text = f"rollout: {{of: Deployment/default/web, template: [{condition}]}}"
    change_image(cluster, "shop/api:1.1")
    change_image(cluster, "shop/api:1.2")
    report(cluster, ready=2)
    assert observe(cluster, text) == (False, "no such rollout yet")


def test_a_scaling_is_no_rollout(cluster):
    """RO-016."""
    obj = set_in(web(cluster), ("spec", "replicas"), 5)
    write(cluster, set_in(obj, ("metadata", "generation"), 2))
    assert observe(cluster, "rollout: {of: Deployment/default/web}")[0] is False


def test_seen_remembers(cluster):
    text = "seen: {of: 'Deployment/default/*', path: status.readyReplicas, equals: 1}"
    assert observe(cluster, text) == (False, "not yet")
    cluster.advance(65)
    report(cluster, ready=1)
    report(cluster, ready=2)
    assert observe(cluster, text) == (True, "first at 1:05")


def test_restarts_counts_the_most_restarted_pod(cluster):
    text = "restarts: {selector: app=web, at_least: 2}"
    assert observe(cluster, text) == (None, "there is no such pod")
    pod = {
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "default", "labels": {"app": "web"}},
        "status": {"containerStatuses": [{"name": "api", "restartCount": 1}]},
    }
    write(cluster, pod)
    assert observe(cluster, text) == (False, "it is 1")
    write(cluster, set_in(pod, ("status", "containerStatuses"), [{"restartCount": 2}]))
    assert observe(cluster, text) == (True, "it is 2")


def test_pods_counts_those_that_fit_and_stay(cluster):
    text = "pods: {selector: app=web, where: [{path: spec.nodeName, equals: n1}], equals: 1}"
    assert observe(cluster, text) == (False, "it is 0")
    labels = {"app": "web"}
    for name, node, more in (
        ("a", "n1", {}),
        ("b", "n2", {}),
        ("c", "n1", {"deletionTimestamp": "x"}),
    ):
        meta = {"name": name, "namespace": "default", "labels": labels, **more}
        write(cluster, {"kind": "Pod", "metadata": meta, "spec": {"nodeName": node}})
    assert observe(cluster, text) == (True, "it is 1")
    assert observe(cluster, "pods: {selector: app=web, at_least: 3}") == (False, "it is 2")


def test_event_counts_repeats(cluster):
    text = "event: {reason: Unhealthy, of: 'Pod/default/web-*', at_least: 3}"
    event = {
        "kind": "Event",
        "metadata": {"name": "web-1.17", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": "web-1"},
        "reason": "Unhealthy",
        "count": 2,
    }
    write(cluster, event)
    assert observe(cluster, text) == (False, "recorded 2 times")
    write(cluster, {**event, "count": 3})
    assert observe(cluster, text) == (True, "recorded 3 times")
    assert observe(cluster, text.replace("web-*", "api-*"))[0] is False


def test_the_page_gets_both_texts(cluster):
    checks = (check("exists: {of: Pod/default/web}\n  says: The pod is there"),)
    assert evaluate(checks, cluster) == {
        "it": {
            "ok": False,
            "expects": "The pod is there",
            "observes": "there is none",
            "task": "t",
        }
    }


def test_every_kind_has_a_test():
    files = sorted(Path(__file__).parent.glob("test_checks*.py"))
    tested = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [kind for kind in KINDS if f'"{kind}: {{' not in tested] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("redy: {of: x}", "checks.yaml:3: unknown field `redy`. Mend: did you mean `ready`."),
        ("says: Hm", "checks.yaml:1: a check has one kind, found none."),
        ("exists: {of: web}", "checks.yaml:3: `web` names no object. Mend: write Kind/name"),
        ("field: {of: Node/x, path: a}", "checks.yaml:3: expected one comparison."),
        ("restarts: {selector: 'a in', at_least: 1}", "checks.yaml:3: no selector:"),
        ("pods: {selector: 'a in', at_least: 1}", "checks.yaml:3: no selector:"),
        ("holds: {of: Pod/default/a, that: 'object.'}", "checks.yaml:3: no CEL:"),
    ],
)
def test_mistakes_of_authors_are_located(text, said):
    with pytest.raises(ContentError) as caught:
        check(text)
    assert said in str(caught.value)


def test_paths_step_into_lists_by_name_type_or_index():
    pod = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}, "a": [{"name": "b"}]}
    assert value_at(pod, "status.conditions[Ready].status") == "True"
    assert value_at(pod, "a[0].name") == "b"
    noted = {"metadata": {"annotations": {"k8slab.dev/owner": "me"}}}
    assert value_at(noted, "metadata.annotations[k8slab.dev/owner]") == "me"
    assert value_at(pod, "a[c].name") is value_at(pod, "status.x.y") is None
