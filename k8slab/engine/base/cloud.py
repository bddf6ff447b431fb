"""What the simulated cloud knows of its machines: one region with three zones."""

from __future__ import annotations

import re

from .objects import Obj

REGION = "sim-1"
ZONES = ("sim-1a", "sim-1b", "sim-1c")
INSTANCE_TYPE = "sim.large"
UNINITIALIZED: Obj = {
    "key": "node.cloudprovider.kubernetes.io/uninitialized",
    "value": "true",
    "effect": "NoSchedule",
}


def zone_of(node: str) -> str:
    """The zone of a machine: they take turns, by the number at the end of the name."""
    number = re.search(r"\d+$", node)
    return ZONES[(int(number.group()) - 1) % len(ZONES) if number else 0]


def provider_id(node: str) -> str:
    """spec.providerID: the instance behind a Node."""
    return f"sim://{zone_of(node)}/{node}"


def labels_for(node: str) -> dict[str, str]:
    """The labels that the cloud controller gives a Node (cloud-provider node controller, 1.36)."""
    zone = zone_of(node)
    return {
        "beta.kubernetes.io/instance-type": INSTANCE_TYPE,
        "node.kubernetes.io/instance-type": INSTANCE_TYPE,
        "failure-domain.beta.kubernetes.io/region": REGION,
        "failure-domain.beta.kubernetes.io/zone": zone,
        "topology.kubernetes.io/region": REGION,
        "topology.kubernetes.io/zone": zone,
    }


def with_metadata(node: Obj) -> Obj:
    """A Node as the cloud controller leaves it: provider id, labels, not uninitialized any more."""
    name = node["metadata"]["name"]
    labels = {**(node["metadata"].get("labels") or {}), **labels_for(name)}
    taints = [each for each in node["spec"].get("taints") or () if not is_uninitialized(each)]
    spec = {key: value for key, value in node["spec"].items() if key != "taints"}
    spec |= {"providerID": provider_id(name), **({"taints": taints} if taints else {})}
    return {**node, "metadata": {**node["metadata"], "labels": labels}, "spec": spec}


def is_uninitialized(taint: Obj) -> bool:
    """Whether a taint says that the cloud controller has not seen the Node yet."""
    return bool(taint["key"] == UNINITIALIZED["key"])
