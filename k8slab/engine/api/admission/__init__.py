"""Admission plugins, in the order in which the API server runs them. One file a plugin.

Quota, limit ranges and the rest come here, mutating ones before those that only refuse.
"""

from __future__ import annotations

from .base import Plugin
from .default_toleration_seconds import DefaultTolerationSeconds
from .namespace_lifecycle import NamespaceLifecycle, check_namespace_deletion
from .pod_limit import PodLimit
from .priority import Priority
from .service_account import ServiceAccount
from .storage_in_use import StorageObjectInUseProtection

PLUGINS: tuple[Plugin, ...] = (
    NamespaceLifecycle(),
    ServiceAccount(),
    DefaultTolerationSeconds(),
    Priority(),
    StorageObjectInUseProtection(),
    PodLimit(),
)

__all__ = ["PLUGINS", "Plugin", "check_namespace_deletion"]
