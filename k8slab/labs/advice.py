"""What the editor advises of a manifest that is right, but unwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext, gettext_noop

from k8slab.engine.api.discovery import BUILT_IN
from k8slab.engine.base.objects import get_in
from k8slab.kubectl.yaml_reader import YamlError, read_documents

BARE_POD = gettext_noop(
    "A bare Pod has no controller: if it is deleted or its node dies, nobody makes another. "
    "A Deployment, StatefulSet, DaemonSet or Job would."
)
STATUS = gettext_noop(
    "Controllers write the status. What a manifest says of it is left out when it is applied."
)


def advice(text: str) -> list[dict[str, Any]]:
    """``[{"line", "column", "message"}]``, lines from 1; nothing for a text that does not parse."""
    try:
        documents = read_documents(text)
    except YamlError:
        return []
    lines = text.split("\n")
    return [
        {"line": _line_of(lines, document.line, field), "column": 1, "message": gettext(message)}
        for document in documents
        for field, message in _unwise(document.value)
    ]


def _unwise(value: Any) -> Iterator[tuple[str, str]]:
    """The top-level fields that give a reason for advice, and the advice."""
    if not isinstance(value, dict):
        return
    if value.get("kind") == "Pod" and not get_in(value, "metadata", "ownerReferences"):
        yield "kind", BARE_POD
    served = BUILT_IN.served(str(value.get("apiVersion")), str(value.get("kind")))
    if value.get("status") and served is not None:
        yield "status", STATUS


def _line_of(lines: list[str], first: int, field: str) -> int:
    """Where a document that starts at a line (from 1) says a field."""
    for number in range(first, len(lines) + 1):
        if lines[number - 1].startswith(f"{field}:"):
            return number
    return first
