"""Admission plugins, in the order in which the API server runs them. One file a plugin.

PLUGINS may change an object before it is validated; CHECKS see it when it is valid.
"""

from __future__ import annotations

from .base import Check, Plugin
from .claim_resize import PersistentVolumeClaimResize
from .default_ingress_class import DefaultIngressClass
from .default_storage_class import DefaultStorageClass
from .default_toleration_seconds import DefaultTolerationSeconds
from .limit_ranger import LimitRanger
from .mutating_policy import MutatingAdmissionPolicy
from .namespace_lifecycle import NamespaceLifecycle, check_namespace_deletion
from .pod_limit import PodLimit
from .pod_security import PodSecurity
from .pod_topology_labels import PodTopologyLabels, in_zone
from .policy_match import Write
from .priority import Priority
from .resource_quota import ResourceQuota
from .runtime_class import RuntimeClass
from .service_account import ServiceAccount
from .storage_in_use import StorageObjectInUseProtection
from .validating_policy import ValidatingAdmissionPolicy, judge

PLUGINS: tuple[Plugin, ...] = (
    NamespaceLifecycle(),
    LimitRanger(),
    ServiceAccount(),
    DefaultTolerationSeconds(),
    Priority(),
    DefaultStorageClass(),
    StorageObjectInUseProtection(),
    RuntimeClass(),
    DefaultIngressClass(),
    PodLimit(),
    PodTopologyLabels(),
    MutatingAdmissionPolicy(),
)
CHECKS: tuple[Check, ...] = (
    LimitRanger(),
    PodSecurity(),
    PersistentVolumeClaimResize(),
    ValidatingAdmissionPolicy(),
    ResourceQuota(),
)

__all__ = [
    "CHECKS",
    "PLUGINS",
    "Check",
    "Plugin",
    "Write",
    "check_namespace_deletion",
    "in_zone",
    "judge",
]
