"""What the editor advises of a manifest that is right, but unwise."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from k8slab.engine.base.objects import get_in
from k8slab.kubectl.yaml_reader import YamlError, read_documents

BARE_POD = gettext_noop(
    "A bare Pod has no controller: if it is deleted or its node dies, nobody makes another. "
    "A Deployment, StatefulSet, DaemonSet or Job would."
)


def advice(text: str) -> list[dict[str, Any]]:
    """``[{"line", "column", "message"}]``, lines from 1; nothing for a text that does not parse."""
    try:
        documents = read_documents(text)
    except YamlError:
        return []
    lines = text.split("\n")
    return [
        {"line": _line_of_kind(lines, document.line), "column": 1, "message": gettext(BARE_POD)}
        for document in documents
        if _is_bare_pod(document.value)
    ]


def _is_bare_pod(value: Any) -> bool:
    is_pod = isinstance(value, dict) and value.get("kind") == "Pod"
    return is_pod and not get_in(value, "metadata", "ownerReferences")


def _line_of_kind(lines: list[str], first: int) -> int:
    """Where a document that starts at a line (from 1) says its kind."""
    for number in range(first, len(lines) + 1):
        if lines[number - 1].startswith("kind:"):
            return number
    return first
