"""A cluster with the fixtures that the library's manifests need, and a terminal to it."""

from __future__ import annotations

from pathlib import Path

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.shell import Shell

LIBRARY = Path(__file__).parents[2] / "lessons" / "library"
FIXTURES = ("namespaces.yaml", "storageclasses.yaml", "postgres-password.yaml")
# Volumes that are there, and classes that bind at once: no claim waits for provisioning.
_VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec:
  capacity: {storage: %s}
  accessModes: [ReadWriteOnce]
  storageClassName: %s
  hostPath: {path: /disks/%s}
"""
_VOLUMES = (("disk-1", "20Gi", "fast-ssd", "disk-1"), ("disk-2", "10Gi", "standard", "disk-2"))


class Lab:
    """A cluster and the library's files beside it."""

    def __init__(self, images: dict[str, Obj] | None = None) -> None:
        self.cluster = Cluster(nodes=3, seed=1, settings={"frozen": True}, images=images)
        files = {path.name: path.read_text() for path in manifests()}
        classes = files["storageclasses.yaml"]
        files["storageclasses.yaml"] = classes.replace("WaitForFirstConsumer", "Immediate")
        files["volumes.yaml"] = "---".join(_VOLUME % volume for volume in _VOLUMES)
        self.shell = Shell(self.cluster, files)
        for name in (*FIXTURES, "volumes.yaml"):
            assert "created" in self.apply(name)
        self.cluster.advance(1)

    def apply(self, name: str) -> str:
        """What ``kubectl apply`` says on stdout; AssertionError where it fails."""
        said = self.shell.run(f"kubectl apply -f {name}")
        assert said.exit_code == 0, said.stderr
        return said.stdout

    def refused(self, line: str) -> str:
        """What a kubectl line says that fails."""
        said = self.shell.run(f"kubectl {line}")
        assert said.exit_code == 1, said.stdout
        return said.stderr

    def kubectl(self, line: str) -> str:
        """What a kubectl line says; AssertionError where it fails."""
        said = self.shell.run(f"kubectl {line}")
        assert said.exit_code == 0, said.stderr
        return said.stdout


def manifests() -> list[Path]:
    """The library's files."""
    return sorted(LIBRARY.glob("*.yaml"))
