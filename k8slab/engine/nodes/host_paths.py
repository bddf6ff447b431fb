"""Whether a path of a node is what a hostPath volume says it is (host_path.go checkType, 1.36).

Of a node's files those are known that its system brings, those that containers wrote, and the
folders that earlier pods had made. An empty type asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from ..base.objects import Key, Obj, get_in
from ..base.pods import node_of
from ..control import World
from .files import OWNER as FILES

_WHAT = {
    "Directory": "a directory",
    "File": "a file",
    "Socket": "a socket file",
    "CharDevice": "a character device",
    "BlockDevice": "a block device",
}
_MADE = ("", "DirectoryOrCreate")
_SYSTEM = ("etc", "dev", "proc", "sys", "usr", "lib", "bin", "sbin", "run", "boot")
_VAR = ("lib", "log", "run", "cache", "spool", "tmp")
_TOP = frozenset(("var", "home", "root", "opt", "srv", "mnt", "media", "tmp"))
_FILES = frozenset(
    f"/etc/{name}"
    for name in ("hosts", "hostname", "localtime", "resolv.conf", "passwd", "group", "os-release")
)
_SOCKETS = frozenset(f"{run}/containerd/containerd.sock" for run in ("/run", "/var/run"))
_DEVICES = frozenset(f"/dev/{name}" for name in ("null", "zero", "random", "urandom", "kmsg"))


def type_failure(world: World, pod: Obj, volume: Obj) -> str:
    """Why a hostPath volume cannot be used, in the kubelet's words; "" if it can."""
    source = volume["hostPath"]
    asked, path = source.get("type") or "", source["path"].rstrip("/") or "/"
    if asked not in _WHAT:
        return ""
    there: dict[str, Callable[[], bool]] = {
        "Directory": lambda: _is_folder(world, pod, path),
        "File": lambda: path in _FILES or _is_written(world, pod, path),
        "Socket": lambda: path in _SOCKETS,
        "CharDevice": lambda: path in _DEVICES,
        "BlockDevice": lambda: False,
    }
    if there[asked]():
        return ""
    return f"hostPath type check failed: {source['path']} is not {_WHAT[asked]}"


def _is_folder(world: World, pod: Obj, path: str) -> bool:
    if path in _FILES | _SOCKETS | _DEVICES:
        return False
    parts = path.strip("/").split("/")
    if parts[0] in ("", *_SYSTEM) or (parts[0] in _TOP and len(parts) == 1):
        return True
    if parts[0] == "var" and parts[1] in _VAR:
        return True
    return _is_made(world, pod, path)


def _is_made(world: World, pod: Obj, path: str) -> bool:
    """Whether a pod of the node had the folder, or one below it, made before."""
    for other in world.store.by("Pod", "node", node_of(pod)):
        if other is pod or not get_in(other, "status", "podIP"):
            continue
        for volume in other["spec"].get("volumes") or ():
            had = get_in(volume, "hostPath", "path", default="")
            made = get_in(volume, "hostPath", "type", default="") or ""
            if had and made in _MADE and f"{had.rstrip('/')}/".startswith(f"{path}/"):
                return True
    written = world.note(FILES, Key("Node", "", node_of(pod)), {})
    return any(f"{place.rstrip('/')}/".startswith(f"{path}/") for place in written)


def _is_written(world: World, pod: Obj, path: str) -> bool:
    """Whether a container wrote the file, through a hostPath volume of its folder."""
    written = world.note(FILES, Key("Node", "", node_of(pod)), {})
    return any(
        path == f"{place.rstrip('/')}/{name}" and text is not None
        for place, changes in written.items()
        for name, text in changes.items()
    )
