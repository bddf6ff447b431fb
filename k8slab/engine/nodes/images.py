"""Images on a node: what is cached, and pulls that run one after another.

The note ("images", Node) is {"ready": {reference: ms at which it is on the node}, "busy_ms": when
the running pull ends}; kubelets pull serially by default (serializeImagePulls).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..apps.catalogue import canonical, split_reference
from ..base.objects import Key, Obj
from ..control import World

RESOLVE_MS = 400  # the registry's answer to one manifest request
EMPTY: dict[str, Any] = {"ready": {}, "busy_ms": 0}


class Pull(NamedTuple):
    """A pull that was asked for: when it begins and ends, and why it fails ("" if it does not)."""

    begins_ms: int
    ends_ms: int
    size_bytes: int
    failure: str


def present(world: World, node: str, image: str) -> bool:
    """Whether ``image`` is on the node."""
    ready_ms = world.note("images", Key("Node", "", node), EMPTY)["ready"].get(canonical(image))
    return ready_ms is not None and ready_ms <= world.now_ms


def policy(container: Obj) -> str:
    """imagePullPolicy with its default: Always for the tag ``latest``, else IfNotPresent."""
    default = "Always" if split_reference(container["image"])[1] == "latest" else "IfNotPresent"
    return str(container.get("imagePullPolicy") or default)


def pull(world: World, node: str, image: str) -> Pull:
    """Ask for a pull; it begins when those before it are done."""
    key, name = Key("Node", "", node), canonical(image)
    note = world.note("images", key, EMPTY)
    begins_ms = max(world.now_ms, note["busy_ms"])
    found = world.images.get(image)
    if found is None:
        return Pull(begins_ms, begins_ms + RESOLVE_MS, 0, _no_such_image(image))
    cached = note["ready"].get(name, begins_ms + 1) <= begins_ms
    download_ms = 0 if cached else round(found.size_mb / found.pull_mb_s * 1000)
    ends_ms = begins_ms + RESOLVE_MS + download_ms
    ready = note["ready"] if cached else {**note["ready"], name: ends_ms}
    world.set_note("images", key, {"ready": ready, "busy_ms": ends_ms})
    return Pull(begins_ms, ends_ms, round(found.size_mb * 1_000_000), "")


def _no_such_image(image: str) -> str:
    """What containerd says of a repository or tag that the registry does not have."""
    name = canonical(image)
    if not name.startswith("docker.io/"):
        return (
            f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
            f"{name}: not found"
        )
    return (
        f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
        "pull access denied, repository does not exist or may require authorization: "
        "server message: insufficient_scope: authorization failed"
    )
