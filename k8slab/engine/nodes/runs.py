"""The process in a container, as the pure functions of ``apps`` want it."""

from __future__ import annotations

from typing import Any

from ..apps import Image, Run
from ..apps.sh.builtins import SHELLS
from ..base.objects import Key, Obj, key_of
from ..base.pods import node_of
from ..control import World
from .cgroups import cgroup, node_memory
from .cpu import granted_m
from .env import command_of, is_fixed
from .lifecycle import ALIVE, Record
from .load import rate_at
from .mounts import files_at

OWNER = "kubelet"


def memory(world: World, pod: Obj) -> dict[str, Any]:
    """What the kubelet knows of a pod: {"uid", "ip", "worker_ms", "containers": {name: Record}}."""
    note = world.note(OWNER, key_of(pod))
    return note if note is not None and note["uid"] == pod["metadata"]["uid"] else {}


def containers_with_kind(pod: Obj) -> list[tuple[str, Obj]]:
    """(kind, container) of every container of the pod: initContainers, containers, ephemeral."""
    kinds = ("initContainers", "containers", "ephemeralContainers")
    return [(kind, each) for kind in kinds for each in pod["spec"].get(kind) or ()]


def image_of(world: World, container: Obj) -> Image | None:
    """The image of a container, or None where the registries have none of its name."""
    return world.images.get(container["image"])


def environment(world: World, pod: Obj, container: Obj, record: Record) -> dict[str, str]:
    """The variables of a start as they were then: ``record["env"]`` where others gave them."""
    if is_fixed(container):
        return {each["name"]: each.get("value", "") for each in container.get("env") or ()}
    if "env" not in record:
        record = memory(world, pod).get("containers", {}).get(container["name"], {})
    return dict(record.get("env") or {})


def configuration(world: World, pod: Obj, container: Obj, image: Image, started_ms: int) -> str:
    """The file that the image reads: as it was at the start, or as it is for one that watches."""
    path, watches = image.reads.get("file", ""), image.reads.get("watches", False)
    for mount in container.get("volumeMounts") or ():
        where, sub_path = mount["mountPath"].rstrip("/"), mount.get("subPath", "")
        if path != where and not path.startswith(f"{where}/"):
            continue
        inner = sub_path or path[len(where) + 1 :]
        at_ms = world.now_ms if watches and not sub_path else started_ms
        return files_at(memory(world, pod), mount["name"], at_ms).get(inner, "")
    return ""


def term_ms(world: World, pod: Obj, container: Obj, record: Record) -> int | None:
    """When the process got SIGTERM: from the kubelet, or by ``kill`` within the container."""
    killed_ms = world.note("term", key_of(pod), {}).get(container["name"], -1)
    stopped_ms = (record.get("stop") or {}).get("term_ms")
    asked = [at for at in (killed_ms, stopped_ms) if at is not None and at >= record["started_ms"]]
    return min(asked, default=None)


def is_attended(container: Obj, image: Image) -> bool:
    """Whether the process waits for a client: a shell for what is typed (``stdin`` and ``tty``),
    and a command of ``kubectl run -i`` (``stdinOnce``) for the client that carries it out."""
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    if words and container.get("stdinOnce") and container.get("stdin") and image.shells:
        return True
    bare = words[0] in SHELLS and len(words) == 1 if words else not image.ports
    return bool(container.get("stdin") and container.get("tty") and image.shells) and bare


def run_of(
    world: World, pod: Obj, container: Obj, record: Record, at_ms: int | None = None
) -> Run | None:
    """The container's process at ``at_ms`` (now, if not said); None where there is none."""
    image = image_of(world, container)
    if record["state"] not in ALIVE or image is None:
        return None
    at_ms = world.now_ms if at_ms is None else at_ms
    hung = world.note("hang", key_of(pod), {}).get(container["name"])
    env = environment(world, pod, container, record)
    started_ms = record["started_ms"]
    return Run(
        image=image,
        started_ms=started_ms,
        now_ms=at_ms,
        command=command_of(container, env),
        env={**image.variables, **env},
        rps=rate_at(world, key_of(pod), at_ms),
        term_ms=term_ms(world, pod, container, record),
        clash=record.get("clash"),
        keeps=bool(record.get("keeps")),
        config=configuration(world, pod, container, image, started_ms) if image.reads else "",
        waits=is_attended(container, image),
        hung_ms=hung if hung is not None and hung >= record["started_ms"] else None,
        down=world.note("dependencies", Key("Fault", "", "down"), {}),
        cpu_m=granted_m(world, pod, container, at_ms) if image.cpu else None,
        memory_limit=cgroup(container).memory_limit,
        node_memory=node_memory(world, node_of(pod)) if "jvm" in image.memory else 0,
    )


def listening(world: World, pod: Obj, port: int) -> Run | None:
    """The process of the pod that has a port, whether it is declared or not; else any of them."""
    records = memory(world, pod).get("containers", {})
    found = None
    for _, container in containers_with_kind(pod):
        record = records.get(container["name"])
        run = run_of(world, pod, container, record) if record is not None else None
        if run is not None and port in run.image.ports and run.clash != port:
            return run
        found = found or run
    return found
