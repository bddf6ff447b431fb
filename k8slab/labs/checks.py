"""The lesson's checks, by the function that settings.LAB_CHECKS names.

Labs know no lessons: ``checks(lesson, cluster)`` comes from above and gives
{id: {"ok": true|false|null, "expects": text, "observes": text, "task": name}}.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj


def checks_of(lesson: str, cluster: Cluster) -> Obj:
    """State.checks of a lab (empty where its lesson has none)."""
    if not lesson or not settings.LAB_CHECKS:
        return {}
    checks: Obj = _function(settings.LAB_CHECKS)(lesson, cluster)
    return checks


def tasks_passed(checks: Obj) -> set[str]:
    """The tasks all of whose checks hold."""
    open_ = {it["task"] for it in checks.values() if it["ok"] is not True}
    return {it["task"] for it in checks.values()} - open_ - {""}


@lru_cache(maxsize=4)
def _function(path: str) -> Any:
    return import_string(path)
