"""Buttons in the story's tables: what they run is what their row says."""

import re
from html import unescape

from k8slab.course.lessons import find_lesson


def rows(slug, section):
    """The tables' rows that have buttons: the first word -> the lines that they run."""
    lesson = find_lesson(slug)
    [html] = [it.html for it in lesson.sections if it.id == section]
    return {
        re.sub("<[^>]*>", " ", row).split()[0]: list(
            map(unescape, re.findall('data-run="([^"]*)"', row))
        )
        for row in re.findall(r"<tr>.*?</tr>", html, re.S)
        if "data-run" in row
    }


FORMS = {
    "ClusterIP": lambda spec: spec["type"] == "ClusterIP" and spec["clusterIP"] != "None",
    "NodePort": lambda spec: spec["type"] == "NodePort" and spec["ports"][0]["nodePort"],
    "LoadBalancer": lambda spec: spec["type"] == "LoadBalancer",
    "ExternalName": lambda spec: spec["externalName"],
    "headless": lambda spec: spec["clusterIP"] == "None",
}


def test_each_form_of_service_has_a_button_that_makes_it():
    """NW-015."""
    buttons = rows("service-types", "forms")
    assert list(buttons) == list(FORMS)
    for form, [line] in buttons.items():
        cluster, shell = find_lesson("service-types").setup.build()
        before = {it["metadata"]["name"] for it in cluster.list("Service", "default")}
        assert shell.run(line).exit_code == 0
        [made] = [
            it for it in cluster.list("Service", "default") if it["metadata"]["name"] not in before
        ]
        assert FORMS[form](made["spec"]), form


def endpoints(cluster):
    """The addresses behind the Service of the first lesson."""
    slices = cluster.list("EndpointSlice", "default")
    return [
        each["addresses"][0]
        for it in slices
        if it["metadata"]["labels"].get("kubernetes.io/service-name") == "web"
        for each in it["endpoints"] or []
    ]


def test_each_primitive_has_a_button_that_runs_its_failure():
    """TE-044: a pod ends for good; a set makes five more; a rollout stands; nobody answers."""
    buttons = rows("rollout-500s", "recap")
    assert list(buttons) == ["Pod", "ReplicaSet", "Deployment", "Service"]
    ended = {}
    for name, [line] in buttons.items():
        cluster, shell = find_lesson("rollout-500s").setup.build()
        assert shell.run(line).exit_code == 0
        cluster.advance(60)
        ended[name] = cluster
    phases = {
        pod["metadata"]["name"]: pod["status"]["phase"]
        for pod in ended["Pod"].list("Pod", "default")
    }
    assert phases["lone"] == "Failed" and len(phases) == 7
    labels = [pod["metadata"]["labels"] for pod in ended["ReplicaSet"].list("Pod", "default")]
    assert [sum(it.get("app") == name for it in labels) for name in ("web", "lost")] == [5, 5]
    [deployment] = ended["Deployment"].list("Deployment", "default")
    status = deployment["status"]
    assert (status["updatedReplicas"], status["availableReplicas"]) == (1, 5)
    assert len(ended["Service"].list("Pod", "default")) == 6
    assert endpoints(ended["Service"]) == []


def test_a_label_makes_a_pod_an_endpoint_and_unmakes_it():
    """TE-013: the story's own three lines; the pod that was called does not understand."""
    [html] = [it.html for it in find_lesson("rollout-500s").sections if it.id == "service"]
    lines = [unescape(it) for it in re.findall(r'data-try="([^"]*)"', html)]
    called, back = [it for it in lines if "label pod bare" in it]
    cluster, shell = find_lesson("rollout-500s").setup.build()
    counts = [len(endpoints(cluster))]
    for line in (called, back):
        assert shell.run(line).exit_code == 0
        cluster.advance(5)
        counts.append(len(endpoints(cluster)))
    assert counts == [5, 6, 5]
    assert 14 < find_lesson("rollout-500s").facts["called"]["percent"] < 19


def test_a_button_decodes_a_secret():
    """CS-002, FG-017: what `get -o yaml` shows is base64, and one step from plain text."""
    [html] = [it.html for it in find_lesson("configmaps").sections if it.id == "versioned"]
    stored, decode = (unescape(it) for it in re.findall(r'data-run="([^"]*)"', html))
    shell = find_lesson("configmaps").setup.build()[1]
    assert "code: b3Blbi1zZXNhbWU=" in shell.run(stored).stdout
    assert shell.run(decode).stdout == "open-sesame"
