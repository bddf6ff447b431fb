"""Completion in a manifest that is being typed."""

from __future__ import annotations

import pytest

from k8slab.kubectl.completion import complete

HEAD = "apiVersion: apps/v1\nkind: Deployment\n"
SPEC = HEAD + "spec:\n  template:\n    spec:\n      containers:\n"


def labels(text: str) -> list[str]:
    """The labels at the ``|`` in a text."""
    line = text[: text.index("|")].count("\n") + 1
    return [option.label for option in complete(text.replace("|", ""), line)]


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        (HEAD + "|", "spec", "kind"),
        (HEAD + "spec:\n  replicas: 3\n  |", "strategy", "replicas"),
        (HEAD + "spec:\n  |\n  replicas: 3\n", "strategy", "replicas"),
        (SPEC + "        - |", "image", "replicas"),
        (SPEC + "        - name: a\n          im|", "image", "name"),
        (SPEC + "      - name: a\n        |", "readinessProbe", "containers"),
        (SPEC + "        - name: a\n        - name: b\n          |", "image", "name"),
        (SPEC + "      - readinessProbe:\n          httpGet:\n            |", "path", "image"),
        (SPEC + "        - ports:\n          - name: a\n            |", "containerPort", "name"),
        (SPEC + "        - name: a\n      |", "volumes", "image"),
        ("kind: Pod\n---\n" + HEAD + "spec:\n  |", "strategy", "containers"),
    ],
)
def test_the_fields_at_the_cursor_that_are_not_there_yet(text, there, absent):
    """TE-046."""
    found = labels(text)
    assert there in found
    assert absent not in found


def test_values_where_they_are_known():
    """TE-046: kinds, API versions, booleans."""
    assert "Deployment" in labels("kind: |")
    assert "apps/v1" in labels("apiVersion: |")
    assert labels(HEAD + "spec:\n  paused: |") == ["true", "false"]
    assert labels(HEAD + "spec:\n  replicas: |") == []


@pytest.mark.parametrize(
    "text",
    ["|", "# |", "kind: Nothing\n|", HEAD + "metadata:\n  labels:\n    |", "- - -\n-|", ":|"],
)
def test_nothing_where_nothing_is_known(text):
    """No error either, whatever stands there."""
    assert labels(text) == []


def test_a_field_says_what_it_is_for():
    """TE-046."""
    (found,) = [it for it in complete(HEAD + "spec:\n  ", 4) if it.label == "replicas"]
    assert found.form == "int32"
    assert "desired pods" in found.about
