"""What a container finds when it starts, and what it leaves in its volumes."""

from __future__ import annotations

from typing import Any

from ..apps import Exits, fate, fill
from ..apps.sh.applets import APPLETS, FOLDERS
from ..apps.sh.builtins import BUILTINS, SHELLS
from ..apps.sh.filetools import FILE_TOOLS
from ..apps.sh.tools import TOOLS
from ..base.objects import Obj
from ..control import World
from . import files
from .config import MissingConfig
from .env import command_of, environment, is_fixed, service_variables
from .lifecycle import ALIVE, Record
from .runs import containers_with_kind, image_of, run_of

FIELDS = ("env", "clash", "keeps", "hook_ms", "hook_told")
_RUNTIME = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: "
    "runc create failed: unable to start container process: error during container init: exec: "
)


def surroundings(world: World, pod: Obj, container: Obj, memory: dict[str, Any]) -> dict[str, Any]:
    """Those of a record's FIELDS that this start needs. MissingConfig where it must not start."""
    found: dict[str, Any] = {}
    root = _as_root(world, pod, container)
    if root:
        raise MissingConfig(root)
    if not is_fixed(container):
        services = service_variables(world, pod, world.now_ms)
        found["env"] = environment(world, pod, container, memory["ip"], services)
    port = _taken_port(world, pod, container, memory)
    if port is not None:
        found["clash"] = port
    image = image_of(world, container)
    if image is not None and image.keeps:
        here = _kept_places(world, pod, container, image.keeps)
        if any(name in files.changes_at(world, pod, place) for place, name, _ in here):
            found["keeps"] = True
    return found


def _as_root(world: World, pod: Obj, container: Obj) -> str:
    """Why a container that must not run as root would (verifyRunAsNonRoot); "" if it would not."""
    of_pod, own = (it.get("securityContext") or {} for it in (pod["spec"], container))
    if not {**of_pod, **own}.get("runAsNonRoot"):
        return ""
    metadata = pod["metadata"]
    label = f"{metadata['name']}_{metadata.get('namespace')}({metadata['uid']})"
    where = f'(pod: "{label}", container: {container["name"]})'
    uid, image = {**of_pod, **own}.get("runAsUser"), image_of(world, container)
    if uid is not None:
        return f"container's runAsUser breaks non-root policy {where}" if uid == 0 else ""
    user = image.user if image is not None else "root"
    if user in ("root", "0", ""):
        return f"container has runAsNonRoot and image will run as root {where}"
    if user.isdigit():
        return ""
    why = f"image has non-numeric user ({user}), cannot verify user is non-root"
    return f"container has runAsNonRoot and {why} {where}"


def failure(world: World, pod: Obj, container: Obj, memory: dict[str, Any]) -> str:
    """Why the runtime cannot start the container's own command line; "" if it can.

    What an image brings is known of those alone that are a shell and its tools.
    """
    image = image_of(world, container)
    words = command_of(container, {})
    if image is None or not words or image.ports or image.process not in SHELLS:
        return ""
    name = words[0]
    folder, _, short = name.rpartition("/")
    if short in APPLETS or short in TOOLS or short in FILE_TOOLS or short in BUILTINS:
        if not folder or folder in FOLDERS:
            return ""
    elif "$(" in name:
        return ""
    if not folder:
        return f'{_RUNTIME}"{name}": executable file not found in $PATH'
    mounts = (each["mountPath"].rstrip("/") for each in container.get("volumeMounts") or ())
    if any(name.startswith(f"{path}/") for path in mounts):
        return ""
    return f'{_RUNTIME}"{name}": stat {name}: no such file or directory'


def _taken_port(world: World, pod: Obj, container: Obj, memory: dict[str, Any]) -> int | None:
    """A port of the image that another container of the pod listens on (they share the ports)."""
    image = image_of(world, container)
    if image is None or not image.ports:
        return None
    for _, other in containers_with_kind(pod):
        record = memory["containers"].get(other["name"])
        theirs = image_of(world, other)
        if other is container or theirs is None or record is None or record["state"] not in ALIVE:
            continue
        for port in image.ports:
            if port in theirs.ports and record.get("clash") is None:
                return port
    return None


def _kept_places(
    world: World, pod: Obj, container: Obj, keeps: dict[str, str]
) -> list[tuple[files.Place, str, str]]:
    """(place, name, text) of the files that the image keeps in volumes."""
    volumes = {each["name"]: each for each in pod["spec"].get("volumes") or ()}
    found = []
    for path, text in keeps.items():
        for mount in container.get("volumeMounts") or ():
            inner = path.removeprefix(mount["mountPath"].rstrip("/") + "/")
            place = files.volume_place(world, pod, volumes.get(mount["name"], {}))
            if inner != path and place is not None and not mount.get("readOnly"):
                parts = (mount.get("subPath", ""), inner)
                found.append((place, "/".join(part for part in parts if part), text))
    return found


def leave_files(world: World, pod: Obj, container: Obj, record: Record) -> None:
    """Write the files that the image keeps, unless the process will not come that far."""
    run = run_of(world, pod, container, record)
    if run is None or not run.image.keeps or isinstance(fate(run), Exits):
        return
    for place, name, text in _kept_places(world, pod, container, run.image.keeps):
        if name not in files.changes_at(world, pod, place):
            files.put(world, pod, place, {name: fill(run, text)})
