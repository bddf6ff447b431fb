"""What a running container looks like from inside: the one door for exec, lessons and pictures.

    box = look(world, "default", "web", "nginx")     # NotRunning where there is no process
    box.env                                          # {"PATH": ..., "HOSTNAME": "web", ...}
    box.files()["/etc/hosts"].text
    box.processes(), box.listeners(), box.user, box.workdir, box.shells, box.command

Nothing here changes anything, but ``write_file``, which the command ``{"do": "write", "namespace",
"pod", "container", "path", "text"}`` carries out (``text`` None removes the file).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from ..apps import Run
from ..apps.catalogue import Image
from ..base.objects import Key, Obj, get_in, key_of
from ..base.pods import node_of
from ..control import World
from . import files as stored
from . import mounts, scripts
from .env import command_of, service_variables
from .lifecycle import ALIVE, Record
from .resolv import hosts_file, resolv_conf
from .runs import OWNER as KUBELET
from .runs import containers_with_kind, environment, image_of, memory, run_of

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
DIRECTORIES = ("/root", "/tmp")
TOUCHED = "files-touched"
"""The note on a Pod of when people last wrote to its files."""
READ_ONLY = "Read-only file system"


class NotRunning(Exception):
    """There is no such pod or container, or it has no process now."""


class File(NamedTuple):
    """A file's text, and the volume that it is in ("": the container's own layer)."""

    text: str
    volume: str = ""
    read_only: bool = False


class Process(NamedTuple):
    """A line of ``ps``: ``container`` is the one it belongs to ("" for pause)."""

    pid: int
    user: str
    command: str
    container: str


class Listener(NamedTuple):
    """A port that a process of the pod listens on; all containers of a pod share the ports."""

    port: int
    container: str


class Mount(NamedTuple):
    """A volume where a container sees it; ``sub_path`` "" for the whole of it."""

    path: str
    volume: Obj
    read_only: bool
    sub_path: str


@dataclass(frozen=True)
class Inside:
    """A running container."""

    world: World
    pod: Obj
    container: Obj
    record: Record
    image: Image

    @property
    def run(self) -> Run:
        """Its process, for ``apps.answer`` and ``apps.execute``."""
        run = run_of(self.world, self.pod, self.container, self.record)
        if run is None:
            raise NotRunning(self.container["name"])
        return run

    @property
    def ip(self) -> str:
        """The pod's address."""
        return str(memory(self.world, self.pod).get("ip", ""))

    @property
    def hostname(self) -> str:
        """The pod's hostname, or the node's name in the node's network."""
        spec = self.pod["spec"]
        if spec.get("hostNetwork"):
            return node_of(self.pod)
        return str(spec.get("hostname") or self.pod["metadata"]["name"])

    @cached_property
    def env(self) -> dict[str, str]:
        """Its variables as ``env`` prints them: fixed when the container started."""
        asked = environment(self.world, self.pod, self.container, self.record)
        services = service_variables(self.world, self.pod, self.record["started_ms"])
        first = {"PATH": PATH, "HOSTNAME": self.hostname, **self.image.variables}
        home = {"HOME": "/root" if self.user == "root" else "/"}
        return {**first, **services, **home, **asked}

    @property
    def user(self) -> str:
        """The user's name, or number where securityContext or the image say one."""
        for spec in (self.container, self.pod["spec"]):
            number = get_in(spec, "securityContext", "runAsUser")
            if number is not None:
                return "root" if number == 0 else str(number)
        return self.image.user

    @property
    def workdir(self) -> str:
        """Where a command begins."""
        return str(self.container.get("workingDir") or self.image.workdir)

    @property
    def shells(self) -> tuple[str, ...]:
        """The shells of the image; none in a distroless one."""
        return self.image.shells

    @property
    def command(self) -> str:
        """The command line of process 1."""
        own = " ".join(command_of(self.container, self.env))
        return own or self.image.process or self.container["image"].rpartition("/")[2].split(":")[0]

    def processes(self) -> tuple[Process, ...]:
        """What ``ps`` lists: its own (and those of the container that it debugs), or all of the
        pod's with shareProcessNamespace."""
        if not self.pod["spec"].get("shareProcessNamespace"):
            own = Process(1, self.user, self.command, self.container["name"])
            target = self.container.get("targetContainerName")
            others = [it for it in siblings(self.world, self.pod) if it.container["name"] == target]
            if not others:
                return (own,)
            first = others[0]
            return (Process(1, first.user, first.command, str(target)), own._replace(pid=20))
        found = [Process(1, "65535", "/pause", "")]
        for each in siblings(self.world, self.pod):
            name = each.container["name"]
            found.append(Process(6 * len(found) + 1, each.user, each.command, name))
        return tuple(found)

    def listeners(self) -> tuple[Listener, ...]:
        """The ports that are open at this address, in any container of the pod."""
        return tuple(
            Listener(port, each.container["name"])
            for each in siblings(self.world, self.pod)
            for port in each.run.image.ports
            if port != each.record.get("clash")
        )

    def mounts(self) -> tuple[Mount, ...]:
        """Its volumes by path."""
        volumes = {each["name"]: each for each in self.pod["spec"].get("volumes") or ()}
        found = [
            Mount(
                each["mountPath"].rstrip("/") or "/",
                volumes[each["name"]],
                bool(each.get("readOnly")) or mounts.is_written(volumes[each["name"]]),
                each.get("subPath", ""),
            )
            for each in self.container.get("volumeMounts") or ()
            if each["name"] in volumes
        ]
        return tuple(sorted(found, key=lambda mount: mount.path))

    def files(self) -> dict[str, File]:
        """Every file by its absolute path, in order. A path that ends in ``/`` is a directory."""
        own = self.own_files()
        layer = stored.changes_at(self.world, self.pod, self._layer)
        for name, place, text in scripts.written(self.world, self.pod):
            if place.volume:
                self._overlay(own, place, text)
            elif name == self.container["name"] and place.path not in layer:
                _change(own, {place.path: text}, "", "", read_only=False)
        return dict(sorted(own.items()))

    def _overlay(self, own: dict[str, File], place: scripts.Mounted, text: str | None) -> None:
        """A file that a script of the pod has written to a volume, where this container sees it."""
        for mount in self.mounts():
            if mount.volume["name"] != place.volume:
                continue
            where = stored.volume_place(self.world, self.pod, mount.volume)
            if where is None or place.path in stored.changes_at(self.world, self.pod, where):
                continue
            inner = _below({place.path: text}, mount.sub_path)
            _change(own, inner, f"{mount.path}/", place.volume, mount.read_only)

    def own_files(self) -> dict[str, File]:
        """The files without what the pod's scripts wrote."""
        own = {path: File(text) for path, text in self._system().items()}
        layer = stored.changes_at(self.world, self.pod, self._layer)
        _change(own, layer, "", "", read_only=False)
        for mount in self.mounts():
            _hide(own, mount.path)
            name = mount.volume["name"]
            if not mount.sub_path:
                own[f"{mount.path}/"] = File("", name, mount.read_only)
            content = self._volume(mount)
            if mount.sub_path and mount.sub_path in content:
                own[mount.path] = File(content[mount.sub_path] or "", name, mount.read_only)
                continue
            inner = _below(content, mount.sub_path)
            _change(own, inner, f"{mount.path}/", name, mount.read_only)
        return dict(sorted(own.items()))

    def _system(self) -> dict[str, str]:
        tag = self.image.tag
        image = {path: text.replace("{tag}", tag) for path, text in self.image.files.items()}
        return {
            **image,
            "/etc/hostname": f"{self.hostname}\n",
            "/etc/hosts": hosts_file(self.pod, self.ip, self.hostname),
            "/etc/resolv.conf": resolv_conf(self.world, self.pod),
            "/proc/1/cmdline": self.command.replace(" ", "\0") + "\0",
            **{f"{path}/": "" for path in DIRECTORIES},
        }

    @property
    def _layer(self) -> stored.Place:
        return stored.layer_place(self.pod, self.container["name"], self.record["number"])

    def _volume(self, mount: Mount) -> stored.Changes:
        """What is in a volume. A subPath shows what was there when the container started."""
        volume, pod = mount.volume, self.pod
        place = stored.volume_place(self.world, pod, volume)
        if place is not None:
            own = _node_files(pod) if get_in(volume, "hostPath", "path") == "/" else {}
            return {**own, **stored.changes_at(self.world, pod, place)}
        if not mounts.is_written(volume):
            return {}
        if volume["name"].startswith(mounts.TOKEN_VOLUME):
            return dict(mounts.files_of(self.world, pod, volume, self.ip))
        at_ms = self.record["started_ms"] if mount.sub_path else self.world.now_ms
        return dict(mounts.files_at(memory(self.world, pod), volume["name"], at_ms))

    def place_of(self, path: str) -> tuple[stored.Place, str]:
        """Where a file at ``path`` is kept, and its name there. PermissionError: read-only."""
        best = None
        for mount in self.mounts():
            if path == mount.path or path.startswith(f"{mount.path}/"):
                best = mount
        if best is None:
            if get_in(self.container, "securityContext", "readOnlyRootFilesystem"):
                raise PermissionError(READ_ONLY)
            return self._layer, path
        place = stored.volume_place(self.world, self.pod, best.volume)
        if best.read_only or place is None:
            raise PermissionError(READ_ONLY)
        inner = path[len(best.path) + 1 :]
        return place, "/".join(part for part in (best.sub_path, inner) if part)


def look(world: World, namespace: str, pod: str, container: str = "") -> Inside:
    """The container of a pod, the first if none is named. NotRunning where it has no process."""
    found = world.store.get(Key("Pod", namespace, pod))
    if found is None:
        raise NotRunning(f'pods "{pod}" not found')
    name = container or found["spec"]["containers"][0]["name"]
    for each in siblings(world, found):
        if each.container["name"] == name:
            return each
    raise NotRunning(f"container {name} in pod {pod} is not running")


def siblings(world: World, pod: Obj) -> list[Inside]:
    """The running containers of a pod, in the order of its spec."""
    records = memory(world, pod).get("containers", {})
    found = []
    for _, container in containers_with_kind(pod):
        record = records.get(container["name"])
        image = image_of(world, container)
        if record is not None and record["state"] in ALIVE and image is not None:
            found.append(Inside(world, pod, container, record, image))
    return found


def with_files(world: World, pod: Obj, container: Obj, record: Record, run: Run) -> Run:
    """A process with the files that commands in its container find, and how long they stay."""
    box = Inside(world, pod, container, record, run.image)
    files = box.own_files()
    if not scripts.runs_script(run):
        return replace(run, files=_texts(files))
    by_script = scripts.written_by(world, pod, container, run)
    layer = stored.changes_at(world, pod, box._layer)
    changes = {path: text for path, text in by_script.files.items() if path not in layer}
    _change(files, changes, "", "", read_only=False)
    next_ms = None
    if by_script.next_s is not None:
        next_ms = run.started_ms + round(by_script.next_s * 1000)
    return replace(run, files=_texts(files), files_until_ms=next_ms)


def _texts(files: dict[str, File]) -> tuple[tuple[str, str], ...]:
    return tuple((path, each.text) for path, each in files.items())


def write_file(world: World, command: dict[str, Any]) -> None:
    """Carry out ``{"do": "write", ...}``: NotRunning, PermissionError, ValueError (no space)."""
    box = look(world, command.get("namespace") or "default", command["pod"], command["container"])
    path, text = command["path"], command.get("text")
    place, inner = box.place_of(path)
    stored.put(world, box.pod, place, {inner: text})
    world.set_note(TOUCHED, key_of(box.pod), world.now_ms)
    world.wake(KUBELET, key_of(box.pod))


def _node_files(pod: Obj) -> stored.Changes:
    """What a node's own disk has, as a pod sees it that mounts the whole of it."""
    return {
        "etc/hostname": f"{node_of(pod)}\n",
        "etc/kubernetes/kubelet.conf": "apiVersion: v1\nkind: Config\n",
        "var/lib/kubelet/": "",
        "var/log/pods/": "",
    }


def _change(
    own: dict[str, File], changes: stored.Changes, prefix: str, volume: str, read_only: bool
) -> None:
    for path, text in changes.items():
        if text is None:
            own.pop(prefix + path, None)
        else:
            own[prefix + path] = File(text, volume, read_only)


def _hide(own: dict[str, File], path: str) -> None:
    """A mount hides what the image has there."""
    for each in [it for it in own if it == path or it.startswith(f"{path}/")]:
        del own[each]


def _below(content: stored.Changes, sub_path: str) -> stored.Changes:
    if not sub_path:
        return content
    prefix = f"{sub_path}/"
    return {path[len(prefix) :]: text for path, text in content.items() if path.startswith(prefix)}
