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
