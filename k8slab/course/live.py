"""What a running lab asks of its lesson (``settings.LAB_CHECKS``)."""

from __future__ import annotations

from typing import Any

from k8slab.engine import Cluster

from .checks import evaluate
from .lessons import find_lesson


def checks(cluster: Cluster, lab: Any) -> dict[str, dict[str, Any]]:
    """``State.checks`` of docs/protocol.md for a lab, by its ``lesson``."""
    lesson = find_lesson(lab.lesson)
    return evaluate(lesson.checks, cluster) if lesson else {}
