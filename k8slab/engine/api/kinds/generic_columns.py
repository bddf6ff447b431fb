"""The columns of the tables of kinds that have no file of their own (printers/internalversion)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...base.objects import Obj, annotations_of, get_in
from .base import Column
from .columns import AGE, CONTAINERS, CREATED_AT, IMAGES, NAME, SELECTOR, number, text
from .event import EVENT_COLUMNS
from .horizontalpodautoscaler_columns import HPA_COLUMNS


def _names(obj: Obj, kind: str) -> str:
    """Subjects of a binding, of one kind; accounts with their namespace."""
    subjects = [it for it in obj.get("subjects") or () if it.get("kind") == kind]
    accounts = kind == "ServiceAccount"
    return ", ".join(f"{it['namespace']}/{it['name']}" if accounts else it["name"]
                     for it in subjects)  # fmt: skip


def _subjects(title: str, kind: str) -> Column:
    return Column(title, lambda obj, _: _names(obj, kind), wide=True)


def _endpoints(obj: Obj, now_unix_ms: int) -> str:
    """The first three addresses, and how many more there are."""
    found = [
        f"{address['ip']}:{port['port']}" if port else str(address["ip"])
        for subset in obj.get("subsets") or ()
        for port in subset.get("ports") or [{}]
        for address in subset.get("addresses") or ()
    ]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more if found else "<none>"


def _hosts(obj: Obj, now_unix_ms: int) -> str:
    found = [rule["host"] for rule in get_in(obj, "spec", "rules", default=[]) if rule.get("host")]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return (",".join(found[:3]) if found else "*") + more


def _ingress_address(obj: Obj, now_unix_ms: int) -> str:
    found = get_in(obj, "status", "loadBalancer", "ingress", default=[])
    return ",".join(it.get("ip") or it.get("hostname", "") for it in found)


def _length(title: str, *path: str) -> Column:
    return Column(title, lambda obj, _: len(get_in(obj, *path, default=())), "integer")


def _either(title: str, *path: str, yes: str = "true", no: str = "false") -> Column:
    return Column(title, lambda obj, _: yes if get_in(obj, *path) else no)


def _reference(title: str, *path: str) -> Column:
    """``Kind/name`` of the reference at ``path``."""

    def value(obj: Obj, now_unix_ms: int) -> str:
        found = get_in(obj, *path)
        return f"{found.get('kind', '')}/{found['name']}" if found else "<none>"

    return Column(title, value)


def _optional(title: str, *path: str) -> Column:
    """A number, or <none> where there is none."""
    return Column(title, lambda obj, _: str(get_in(obj, *path, default="<none>")))


def _health(title: str, said: Callable[[Obj], str]) -> Column:
    """What a component's condition says."""
    return Column(title, lambda obj, _: said(obj["conditions"][0]))


def _class_name(obj: Obj, now_unix_ms: int) -> str:
    default = annotations_of(obj).get("ingressclass.kubernetes.io/is-default-class") == "true"
    return f"{obj['metadata']['name']} (default)" if default else str(obj["metadata"]["name"])


def _pod_selector(obj: Obj, now_unix_ms: int) -> Any:
    return SELECTOR.value({"spec": {"selector": get_in(obj, "spec", "podSelector")}}, now_unix_ms)


def _service_of(obj: Obj, now_unix_ms: int) -> str:
    service = get_in(obj, "spec", "service")
    return f"{service['namespace']}/{service['name']}" if service else "Local"


_LIMITED = ("spec", "limited", "limitResponse", "queuing")
_WEBHOOKS = (NAME, _length("Webhooks", "webhooks"), AGE)
_POLICY_BINDING = (
    NAME,
    text("PolicyName", "spec", "policyName"),
    text("ParamRef", "spec", "paramRef", "name", missing="<unset>"),
    AGE,
)
_CREATED = (NAME, CREATED_AT)
_ROLE = _reference("Role", "roleRef")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "APIService": (
        NAME,
        Column("Service", _service_of),
        Column("Available", lambda obj, _: "True"),
        AGE,
    ),
    "CSIDriver": (
        NAME,
        _either("AttachRequired", "spec", "attachRequired"),
        _either("PodInfoOnMount", "spec", "podInfoOnMount"),
        _either("StorageCapacity", "spec", "storageCapacity"),
        AGE,
    ),
    "CSINode": (NAME, _length("Drivers", "spec", "drivers"), AGE),
    "ClusterRole": _CREATED,
    "ClusterRoleBinding": (
        NAME,
        _ROLE,
        AGE,
        _subjects("Users", "User"),
        _subjects("Groups", "Group"),
        _subjects("ServiceAccounts", "ServiceAccount"),
    ),
    "ComponentStatus": (
        NAME,
        _health("Status", lambda it: "Healthy" if it["status"] == "True" else "Unhealthy"),
        _health("Message", lambda it: it.get("message", "")),
        _health("Error", lambda it: it.get("error", "")),
    ),
    "CustomResourceDefinition": _CREATED,
    "Endpoints": (NAME, Column("Endpoints", _endpoints), AGE),
    "Event": EVENT_COLUMNS,
    "FlowSchema": (
        NAME,
        text("PriorityLevel", "spec", "priorityLevelConfiguration", "name"),
        number("MatchingPrecedence", "spec", "matchingPrecedence"),
        text("DistinguisherMethod", "spec", "distinguisherMethod", "type"),
        AGE,
        Column("MissingPL", lambda obj, _: "False"),
    ),
    "HorizontalPodAutoscaler": HPA_COLUMNS,
    "Ingress": (
        NAME,
        text("Class", "spec", "ingressClassName"),
        Column("Hosts", _hosts),
        Column("Address", _ingress_address),
        Column("Ports", lambda obj, _: "80, 443" if get_in(obj, "spec", "tls") else "80"),
        AGE,
    ),
    "IngressClass": (
        Column("Name", _class_name, format="name"),
        text("Controller", "spec", "controller"),
        _reference("Parameters", "spec", "parameters"),
        AGE,
    ),
    "LimitRange": _CREATED,
    "MutatingAdmissionPolicyBinding": _POLICY_BINDING,
    "MutatingWebhookConfiguration": _WEBHOOKS,
    "NetworkPolicy": (
        NAME,
        Column("Pod-Selector", _pod_selector),
        AGE,
    ),
    "PodTemplate": (NAME, CONTAINERS, IMAGES, AGE),
    "PriorityClass": (
        NAME,
        number("Value", "value"),
        _either("Global-Default", "globalDefault"),
        AGE,
        text("PreemptionPolicy", "preemptionPolicy"),
    ),
    "PriorityLevelConfiguration": (
        NAME,
        text("Type", "spec", "type"),
        _optional("NominalConcurrencyShares", "spec", "limited", "nominalConcurrencyShares"),
        _optional("Queues", *_LIMITED, "queues"),
        _optional("HandSize", *_LIMITED, "handSize"),
        _optional("QueueLengthLimit", *_LIMITED, "queueLengthLimit"),
        AGE,
    ),
    "ReplicationController": (
        NAME,
        number("Desired", "spec", "replicas"),
        number("Current", "status", "replicas"),
        number("Ready", "status", "readyReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    "Role": _CREATED,
    "RoleBinding": (
        NAME,
        _ROLE,
        AGE,
        _subjects("Users", "User"),
        _subjects("Groups", "Group"),
        _subjects("ServiceAccounts", "ServiceAccount"),
    ),
    "RuntimeClass": (NAME, text("Handler", "handler"), AGE),
    "ServiceCIDR": (
        NAME,
        Column("CIDRs", lambda obj, _: ",".join(get_in(obj, "spec", "cidrs", default=[]))),
        AGE,
    ),
    "ValidatingAdmissionPolicy": (
        NAME,
        _length("Validations", "spec", "validations"),
        text("ParamKind", "spec", "paramKind", "kind", missing="<unset>"),
        AGE,
    ),
    "ValidatingAdmissionPolicyBinding": _POLICY_BINDING,
    "ValidatingWebhookConfiguration": _WEBHOOKS,
    "VolumeAttachment": (
        NAME,
        text("Attacher", "spec", "attacher"),
        text("PV", "spec", "source", "persistentVolumeName", missing=""),
        text("Node", "spec", "nodeName"),
        _either("Attached", "status", "attached"),
        AGE,
    ),
}
