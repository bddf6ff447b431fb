"""The objects of a fresh cluster, as recorded, against ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj

from . import scenes, traces
from .lines import Line

FILE = "24-bootstrap-objects"
FORK = "openshift|service-ca-cert-publisher"
_NOT_OURS = ("uid", "creationTimestamp", "resourceVersion", "managedFields", "generation")
_NEVER_ALIKE = ("apiVersion", "kind", "lastTransitionTime", "lastHeartbeatTime")


def lines() -> Iterator[Line]:
    """A line for each recorded object."""
    cluster = scenes.new_cluster(scenes.Scene(), 0)
    cluster.advance(5)
    truth = json.loads((traces.FOLDER / "api" / "bootstrap.json").read_text())
    for field, (kind, form) in _FORMS.items():
        for recorded in truth[field]:
            namespace, name = _name_of(recorded)
            mine = cluster.get(kind, namespace, name)
            yield _line(kind, namespace, name, recorded, mine and form(mine))
    for field, kind in _NAMES.items():
        for namespace, names in truth[field].items():
            for name in names:
                found = cluster.get(kind, namespace, name)
                yield _line(kind, namespace, name, name, found and name)
    node = truth["node"]
    yield _line("Node", "", "node-1", node, _object(_get(cluster, "Node", "node-1")))


def _get(cluster: Cluster, kind: str, name: str) -> Obj:
    found = cluster.get(kind, "", name)
    assert found is not None
    return found


def _line(kind: str, namespace: str, name: str, recorded: Any, mine: Any) -> Line:
    what = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    absent = "of the recorder's distribution" if re.search(FORK, what) else ""
    return Line(FILE, what, _tidy(recorded), _tidy(mine), absent)


def _name_of(recorded: Any) -> tuple[str, str]:
    if isinstance(recorded, str):
        return "", recorded
    metadata = recorded.get("metadata", recorded)
    return metadata.get("ns") or metadata.get("namespace", ""), metadata["name"]


def _tidy(value: Any) -> Any:
    """Without times, empty fields and what is the fork's."""
    if isinstance(value, dict):
        tidy = {name: _tidy(it) for name, it in value.items() if name not in _NEVER_ALIKE}
        return {name: it for name, it in tidy.items() if it not in (None, {}, "")}
    if isinstance(value, list):
        return [_tidy(it) for it in value if not re.search(FORK, json.dumps(it))]
    return value


def _object(obj: Obj) -> Obj:
    metadata = {name: it for name, it in obj["metadata"].items() if name not in _NOT_OURS}
    return {**obj, "metadata": metadata}


def _role(obj: Obj) -> Obj:
    labels = {
        name: value
        for name, value in obj["metadata"].get("labels", {}).items()
        if name != "kubernetes.io/bootstrapping"
    }
    return {**_named(obj), "labels": labels, "rules": obj["rules"],
            "aggregationRule": obj.get("aggregationRule")}  # fmt: skip


def _binding(obj: Obj) -> Obj:
    subjects = [[it["kind"], it.get("namespace"), it["name"]] for it in obj["subjects"]]
    role = obj["roleRef"]
    spaced = "namespace" in obj["metadata"]
    return {**_named(obj), "role": [role["kind"], role["name"]] if spaced else role["name"],
            "subjects": subjects}  # fmt: skip


def _named(obj: Obj) -> Obj:
    return {"ns": obj["metadata"].get("namespace"), "name": obj["metadata"]["name"]}


def _spec(obj: Obj) -> Obj:
    return {**_named(obj), "spec": obj["spec"]}


def _name(obj: Obj) -> str:
    return str(obj["metadata"]["name"])


_FORMS: dict[str, tuple[str, Callable[[Obj], Any]]] = {
    "namespaces": ("Namespace", _object),
    "clusterroles": ("ClusterRole", _role),
    "clusterrolebindings": ("ClusterRoleBinding", _binding),
    "roles": ("Role", lambda obj: {**_named(obj), "rules": obj["rules"]}),
    "rolebindings": ("RoleBinding", _binding),
    "priorityclasses": ("PriorityClass", _object),
    "flowschemas": ("FlowSchema", _spec),
    "prioritylevels": ("PriorityLevelConfiguration", _spec),
    "apiservices": ("APIService", _name),
    "services_default": ("Service", _object),
    "servicecidrs": ("ServiceCIDR", _object),
    "ipaddresses": ("IPAddress", _object),
}
_NAMES = {"configmaps": "ConfigMap", "serviceaccounts": "ServiceAccount", "leases": "Lease"}
