"""A running container as the host of a script (``engine.apps.sh.host.Host``)."""

from __future__ import annotations

from functools import partial
from typing import Any

from k8slab.engine.apps import execute
from k8slab.engine.apps.catalogue import split_reference
from k8slab.engine.apps.sh.builtins import SHELLS
from k8slab.engine.apps.sh.filetools import FILE_TOOLS
from k8slab.engine.apps.sh.host import Call, Program, Result, is_directory
from k8slab.engine.apps.sh.tools import TOOLS
from k8slab.engine.base.objects import Key, key_of
from k8slab.engine.cluster import Cluster
from k8slab.engine.nodes.inside import Inside, NotRunning, look

from .network import NETWORK
from .system import SYSTEM

BIN = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin")
DEBIAN_LACKS = frozenset({"ifconfig", "ip", "nc", "nslookup", "ping", "ps", "top", "wget"})
BUSYBOX_LACKS = frozenset({"bash", "curl", "getent"})


class Box:
    """The container of a pod. Raises ``inside.NotRunning`` where it has no process."""

    def __init__(self, cluster: Cluster, namespace: str, pod: str, container: str) -> None:
        self.cluster = cluster
        self.inside: Inside = look(cluster.world, namespace, pod, container)
        self.container = container
        self._files = self.inside.files()

    @property
    def key(self) -> Key:
        """The pod's key."""
        return key_of(self.inside.pod)

    @property
    def start(self) -> tuple[str, int]:
        """The pod and which start of the container this is: another is another container."""
        return self.inside.pod["metadata"]["uid"], self.inside.record["number"]

    def again(self, cluster: Cluster) -> Box | None:
        """This start of the container as it is now; None where it has ended."""
        try:
            now = Box(cluster, *self.key[1:], self.container)
        except NotRunning:
            return None
        return now if now.start == self.start else None

    def is_gone(self) -> bool:
        """Whether this start of the container has ended."""
        try:
            now = look(self.cluster.world, *self.key[1:], self.container)
        except NotRunning:
            return True
        return (now.pod["metadata"]["uid"], now.record["number"]) != self.start

    @property
    def user(self) -> str:
        return self.inside.user

    @property
    def hostname(self) -> str:
        return self.inside.hostname

    @property
    def now_unix_ms(self) -> int:
        return self.cluster.world.settings.start_unix_ms + self.cluster.now_ms

    def program(self, name: str) -> Program | None:
        folder, _, short = name.rpartition("/")
        if folder and folder not in BIN:
            return None
        own = {words.split()[0] for words in self.inside.image.exec}
        if short in own:
            return self._own_program
        if not self.inside.shells or short in self._lacks:
            return None
        ours = NETWORK.get(short) or SYSTEM.get(short)
        if ours is not None:
            return partial(ours, self)
        return TOOLS.get(short) or FILE_TOOLS.get(short)

    @property
    def _lacks(self) -> frozenset[str]:
        """What this image does not have; those of the course itself have all."""
        if "bash" in self.inside.shells:
            return DEBIAN_LACKS
        repository = split_reference(self.inside.container["image"])[0]
        return BUSYBOX_LACKS if "/" not in repository else frozenset({"bash"})

    def _own_program(self, call: Call) -> Result:
        """A program that the image describes itself; to other hosts it goes over the network."""
        short = call.name.rpartition("/")[2]
        if "-h" in call.arguments and short in NETWORK:
            return NETWORK[short](self, call)
        done = execute(self.inside.run, (short, *call.arguments))
        return Result(f"{done.output}\n" if done.output else "", code=done.code)

    def is_executable(self, name: str) -> bool:
        """Whether the runtime can start it: a program or a shell, not what a shell knows itself."""
        folder, _, short = name.rpartition("/")
        if name in SHELLS or short in SHELLS:
            return short in self.inside.shells and (not folder or folder in BIN)
        if short in _APPLETS and self.inside.shells:
            return not folder or folder in BIN
        return self.program(name) is not None

    def read(self, path: str) -> str | None:
        found = self._files.get(path)
        return None if found is None else found.text

    def write(self, path: str, text: str | None) -> None:
        command: dict[str, Any] = {
            "do": "write",
            "namespace": self.key.namespace,
            "pod": self.key.name,
            "container": self.container,
            "path": path,
            "text": text,
        }
        try:
            self.cluster.execute(command)
        except ValueError as error:
            raise OSError(str(error)) from None
        self._files = self.inside.files()

    def has_folder(self, path: str) -> bool:
        return is_directory(self, path)

    def names(self) -> list[str]:
        return [*self._files, *(f"{folder}/" for folder in BIN)]


_APPLETS = frozenset({"env", "sleep", "timeout", "true", "false", "pwd", "nohup", "xargs"})
