"""Pod addresses: each node hands out those of its podCIDR in turn, as host-local does."""

from __future__ import annotations

from ipaddress import ip_network

from ..base.objects import Key, get_in
from ..control import World


def node_address(world: World, node: str) -> str:
    """The node's InternalIP ("" where it has none)."""
    found = world.store.get(Key("Node", "", node)) or {}
    for address in get_in(found, "status", "addresses", default=[]):
        if address["type"] == "InternalIP":
            return str(address["address"])
    return ""


def take(world: World, node: str, pod: Key) -> str:
    """A free address for ``pod``. The note is {"last": offset, "used": {address: [ns, name]}}."""
    key = Key("Node", "", node)
    found = world.store.get(key) or {}
    network = ip_network(get_in(found, "spec", "podCIDR", default="10.244.0.0/24"))
    note = world.note("addresses", key) or {"last": 1, "used": {}}
    offset, size = note["last"], network.num_addresses
    for _ in range(size):
        offset = offset + 1 if offset < size - 2 else 2
        address = str(network[offset])
        if address not in note["used"]:
            break
    used = {**note["used"], address: [pod.namespace, pod.name]}
    world.set_note("addresses", key, {"last": offset, "used": used})
    return address


def release(world: World, node: str, address: str) -> None:
    """Give an address back."""
    key = Key("Node", "", node)
    note = world.note("addresses", key)
    if note is not None and address in note["used"]:
        used = {each: pod for each, pod in note["used"].items() if each != address}
        world.set_note("addresses", key, {**note, "used": used})


def holder(world: World, address: str) -> Key | None:
    """The pod that holds an address, or None."""
    for node in world.store.list("Node"):
        note = world.note("addresses", Key("Node", "", node["metadata"]["name"]))
        if note is not None and address in note["used"]:
            return Key("Pod", *note["used"][address])
    return None
