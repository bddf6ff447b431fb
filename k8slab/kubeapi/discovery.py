"""What the API server serves: groups, versions and resources, one by one and aggregated (1.36)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from k8slab.engine import metrics
from k8slab.engine.api import subresources
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, Objs
from k8slab.engine.cluster import Cluster

from .routes import served

ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
VERBS = {
    "attach": ["create", "get"],
    "approval": ["get", "patch", "update"],
    "binding": ["create"],
    "ephemeralcontainers": ["get", "patch", "update"],
    "eviction": ["create"],
    "exec": ["create", "get"],
    "finalize": ["update"],
    "log": ["get"],
    "portforward": ["create", "get"],
    "proxy": ["create", "delete", "get", "patch", "update"],
    "resize": ["get", "patch", "update"],
    "scale": ["get", "patch", "update"],
    "status": ["get", "patch", "update"],
    "token": ["create"],
}
KIND_OF = {
    "binding": ("", "", "Binding"),
    "eviction": ("policy", "v1", "Eviction"),
    "scale": ("autoscaling", "v1", "Scale"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "attach": ("", "", "PodAttachOptions"),
    "exec": ("", "", "PodExecOptions"),
    "portforward": ("", "", "PodPortForwardOptions"),
}
_FIRST = ("apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io",
          "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
          "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
          "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
          "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io",
          "flowcontrol.apiserver.k8s.io")  # fmt: skip
V2 = "apidiscovery.k8s.io/v2"


def groups(cluster: Cluster) -> dict[str, list[str]]:
    """The versions of each named group, in the order of discovery."""
    found: dict[str, list[str]] = {}
    for group, version in sorted(served(cluster)):
        found.setdefault(group, []).append(version)
    found.pop("", None)
    rank = {name: place for place, name in enumerate(_FIRST)}
    order = sorted(found, key=lambda name: (rank.get(name, len(rank)), name))
    return {name: sorted(found[name], key=_stability) for name in order}


def _stability(version: str) -> tuple[int, str]:
    """v2 before v1 before v1beta1."""
    return (1 if "beta" in version else 2 if "alpha" in version else 0, _reversed(version))


def _reversed(text: str) -> str:
    return "".join(chr(0x10FFF - ord(character)) for character in text)


def api_versions() -> Obj:
    """``GET /api``."""
    address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "192.168.50.1:6443"}
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}


def group_list(cluster: Cluster) -> Obj:
    """``GET /apis``."""
    items = [_group(name, versions) for name, versions in groups(cluster).items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": items}


def group(cluster: Cluster, name: str) -> Obj | None:
    """``GET /apis/GROUP``; None where there is no such group."""
    versions = groups(cluster).get(name)
    if versions is None:
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)}


def _group(name: str, versions: list[str]) -> Obj:
    each = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": each, "preferredVersion": each[0]}


def resource_list(cluster: Cluster, group: str, version: str) -> Obj | None:
    """``GET /apis/GROUP/VERSION``; None where that is not served."""
    kinds = served(cluster).get((group, version))
    if kinds is None:
        return None
    head: Obj = {"kind": "APIResourceList"}
    if group:
        head["apiVersion"] = "v1"
    place = f"{group}/{version}" if group else version
    resources = [row for plural in sorted(kinds) for row in _resources(kinds[plural])]
    return {**head, "groupVersion": place, "resources": resources}


def _resources(kind: Kind) -> Iterator[Obj]:
    row: Obj = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": verbs_of(kind),
    }
    if kind.short_names:
        row["shortNames"] = list(kind.short_names)
    if kind.categories:
        row["categories"] = list(kind.categories)
    if not kind.virtual and kind.kind != "ComponentStatus" and kind.group != metrics.GROUP:
        row["storageVersionHash"] = _stored_as(kind)
    yield row
    for name in sorted(subresources.of_kind(kind)):
        row = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        response = _response(kind, name)
        if response["group"]:
            row |= {"group": response["group"], "version": response["version"]}
        yield {**row, "kind": response["kind"], "verbs": VERBS[name]}


def _stored_as(kind: Kind) -> str:
    """A mark of the version that a kind is stored as."""
    place = f"{kind.group}/{kind.version}/{kind.kind}"
    return b64encode(sha256(place.encode()).digest()[:8]).decode()


def verbs_of(kind: Kind) -> list[str]:
    """What can be done with the objects of a kind."""
    if kind.group == metrics.GROUP or kind.kind == "ComponentStatus":
        return ["get", "list"]
    if kind.virtual and kind.group != "events.k8s.io":
        return ["create"]
    if kind.kind == "Namespace":
        return [verb for verb in ALL_VERBS if verb != "deletecollection"]
    return ALL_VERBS


def aggregated(cluster: Cluster, *, named: bool) -> Obj:
    """APIGroupDiscoveryList: of the core group, or of all the ``named`` ones."""
    items: Objs = []
    versions = groups(cluster) if named else {"": ["v1"]}
    for name, its in versions.items():
        metadata = {"name": name} if name else {}
        items.append(
            {"metadata": metadata, "versions": [_version(cluster, name, each) for each in its]}
        )
    return {"kind": "APIGroupDiscoveryList", "apiVersion": V2, "metadata": {}, "items": items}


def _version(cluster: Cluster, group: str, version: str) -> Obj:
    kinds = served(cluster)[(group, version)]
    resources = [_discovered(kinds[plural]) for plural in sorted(kinds)]
    return {"version": version, "resources": resources, "freshness": "Current"}


def _discovered(kind: Kind) -> Obj:
    found: Obj = {
        "resource": kind.plural,
        "responseKind": _response(kind),
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": verbs_of(kind),
    }
    if kind.short_names:
        found["shortNames"] = list(kind.short_names)
    if kind.categories:
        found["categories"] = list(kind.categories)
    below = [
        {
            "subresource": name,
            "responseKind": _response(kind, name),
            "verbs": VERBS[name],
        }
        for name in sorted(subresources.of_kind(kind))
    ]
    return {**found, "subresources": below} if below else found


def _response(kind: Kind, subresource: str = "") -> Obj:
    """The kind of the answers; group and version only where they are not the resource's own."""
    if subresource == "proxy":
        return {"group": "", "version": "", "kind": f"{kind.kind}ProxyOptions"}
    group, version, its = KIND_OF.get(subresource, ("", "", kind.kind))
    return {"group": group, "version": version, "kind": its}
