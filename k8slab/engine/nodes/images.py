"""Images on a node: what is cached, and pulls that run one after another.

The note ("images", Node) is {"ready": {reference: ms at which it is on the node}, "used":
{reference: ms at which a container last began with it}, "busy_ms": when the running pull ends};
kubelets pull serially by default (serializeImagePulls). The registries that are away are in the
note ("registries", OUTAGES).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from ..apps.catalogue import canonical, split_reference
from ..base.objects import Key, Obj
from ..control import World

OWNER = "images"
_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(f"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
RESOLVE_MS = 400  # the registry's answer to one manifest request
EMPTY: dict[str, Any] = {"ready": {}, "used": {}, "busy_ms": 0}
DIAL_MS = 30_000  # until a registry that does not answer is given up
OUTAGES = Key("Fault", "", "registries")
GC_AGE_MS = 120_000
"""imageMinimumGCAge."""


class Pull(NamedTuple):
    """A pull that was asked for: when it begins and ends, and why it fails ("" if it does not).

    ``code`` is the runtime's gRPC code for the failure.
    """

    begins_ms: int
    ends_ms: int
    size_bytes: int
    failure: str
    code: str = "NotFound"


def present(world: World, node: str, image: str) -> bool:
    """Whether ``image`` is on the node."""
    ready_ms = world.note(OWNER, Key("Node", "", node), EMPTY)["ready"].get(canonical(image))
    return ready_ms is not None and ready_ms <= world.now_ms


def policy(container: Obj) -> str:
    """imagePullPolicy with its default: Always for the tag ``latest``, else IfNotPresent."""
    default = "Always" if split_reference(container["image"])[1] == "latest" else "IfNotPresent"
    return str(container.get("imagePullPolicy") or default)


def pull(world: World, node: str, image: str) -> Pull:
    """Ask for a pull; it begins when those before it are done."""
    key, name = Key("Node", "", node), canonical(image)
    note = world.note(OWNER, key, EMPTY)
    begins_ms = max(world.now_ms, note["busy_ms"])
    if registry_of(image) in world.note("registries", OUTAGES, ()):
        ends_ms = begins_ms + DIAL_MS
        world.set_note(OWNER, key, {**note, "busy_ms": ends_ms})
        return Pull(begins_ms, ends_ms, 0, _no_answer(image), "DeadlineExceeded")
    found = world.images.get(image)
    if found is None:
        return Pull(begins_ms, begins_ms + RESOLVE_MS, 0, _no_such_image(image))
    cached = note["ready"].get(name, begins_ms + 1) <= begins_ms
    speed = min(found.pull_mb_s, world.settings.node_bandwidth_mb_s)
    download_ms = 0 if cached else round(found.size_mb / speed * 1000)
    ends_ms = begins_ms + RESOLVE_MS + download_ms
    ready = note["ready"] if cached else {**note["ready"], name: ends_ms}
    world.set_note(OWNER, key, {**note, "ready": ready, "busy_ms": ends_ms})
    return Pull(begins_ms, ends_ms, round(found.size_mb * 1_000_000), "")


def use(world: World, node: str, image: str) -> None:
    """Note that a container begins with ``image`` now."""
    key = Key("Node", "", node)
    note = world.note(OWNER, key, EMPTY)
    used = {**note["used"], canonical(image): world.now_ms}
    world.set_note(OWNER, key, {**note, "used": used})


def size_of(world: World, image: str) -> int:
    """The bytes of an image."""
    found = world.images.get(image)
    return round(found.size_mb * 1_000_000) if found is not None else 0


def stored_bytes(world: World, node: str) -> int:
    """The bytes that images take on the node's disk."""
    ready = world.note(OWNER, Key("Node", "", node), EMPTY)["ready"]
    return sum(size_of(world, name) for name, at_ms in ready.items() if at_ms <= world.now_ms)


def unused(world: World, node: str) -> list[str]:
    """The images that no container of the node's pods is of, the least recently used first.

    Images that came within the last two minutes are left alone.
    """
    note = world.note(OWNER, Key("Node", "", node), EMPTY)
    pods = world.store.by("Pod", "node", node)
    in_use = {canonical(each["image"]) for pod in pods for each in _containers(pod)}
    young_ms = world.now_ms - GC_AGE_MS
    idle = [name for name, at in note["ready"].items() if at <= young_ms and name not in in_use]
    return sorted(idle, key=lambda name: (note["used"].get(name, 0), note["ready"][name], name))


def _containers(pod: Obj) -> list[Obj]:
    spec = pod["spec"]
    return [*(spec.get("initContainers") or ()), *spec["containers"]]


def delete(world: World, node: str, names: list[str]) -> int:
    """Remove images from a node; the bytes that this frees."""
    key = Key("Node", "", node)
    note = world.note(OWNER, key, EMPTY)
    ready = {name: at for name, at in note["ready"].items() if name not in names}
    used = {name: at for name, at in note["used"].items() if name not in names}
    world.set_note(OWNER, key, {**note, "ready": ready, "used": used})
    return sum(size_of(world, name) for name in names)


def registry_of(image: str) -> str:
    """The registry of a reference: ``docker.io``, ``registry.k8s.io``, ..."""
    return canonical(image).split("/")[0]


@lru_cache(maxsize=1024)
def misnamed(image: str) -> str:
    """What the kubelet says of a reference that is none; "" where it is one."""
    domain, slash, rest = image.partition("/")
    is_host = domain == "localhost" or any(it in domain for it in ".:") or domain != domain.lower()
    bare = (rest if slash and is_host else image).partition("@")[0]
    name, colon, tag = bare.partition(":")
    shown = f"library/{name}" if not slash else name
    why = "invalid reference format"
    if name != name.lower():
        why += f": repository name ({shown}) must be lowercase"
    elif _PATH.fullmatch(name) and (not colon or _TAG.fullmatch(tag)):
        return ""
    said = f'couldn\'t parse image name "{image}": {why}'
    return f'Failed to apply default image tag "{image}": {said}'


def _no_answer(image: str) -> str:
    """What containerd says when the registry does not answer."""
    name = canonical(image)
    repository, _, tag = name.partition("/")[2].rpartition(":")
    host = registry_of(image)
    host = "registry-1.docker.io" if host == "docker.io" else host
    return (
        f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": failed '
        f'to do request: Head "https://{host}/v2/{repository}/manifests/{tag}": dial tcp: '
        f"lookup {host}: i/o timeout"
    )


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
