"""The cluster that a lesson starts with, from its ``cluster.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8slab.content.documents import Document, Fields
from k8slab.engine import Cluster
from k8slab.shell import Shell

WATCHED_S = 10  # each load has run so long, on a settled cluster, when the learner arrives


@dataclass(frozen=True, slots=True)
class Load:
    """A steady client; ``source`` is where it sits (``Cluster.load``)."""

    name: str
    url: str
    rps: float
    source: str


@dataclass(frozen=True, slots=True)
class Setup:
    """Nodes, seed and settings; the editor's files, and which of them are applied, in that order;
    how long it settles."""

    nodes: int
    seed: int
    settings: dict[str, Any]
    images: dict[str, Any]
    files: dict[str, str]
    applied: tuple[str, ...]
    loads: tuple[Load, ...]
    settle_s: int

    def genesis(self) -> dict[str, Any]:
        """The arguments of ``Cluster``."""
        return {
            "nodes": self.nodes,
            "seed": self.seed,
            "settings": self.settings,
            "images": self.images,
        }

    def build(self) -> tuple[Cluster, Shell]:
        """A cluster as the learner finds it, and a terminal on it."""
        cluster = Cluster(**self.genesis())
        shell = Shell(cluster, files=dict(self.files))
        for name in self.applied:
            shell.run(f"kubectl apply -f {name}")
        cluster.advance(self.settle_s)
        for load in self.loads:
            cluster.load(load.name, url=load.url, rps=load.rps, source=load.source)
            cluster.advance(WATCHED_S)
        return cluster, shell


def read_setup(folder: Path) -> Setup:
    """The set-up of the lesson in ``folder``; the files of ``start/`` are the editor's."""
    fields = Document.read(folder / "cluster.yaml").fields()
    fields.only("nodes", "seed", "settings", "images", "start", "files", "loads", "settle_s")
    return Setup(
        nodes=fields.whole("nodes"),
        seed=fields.whole("seed"),
        settings=fields.mapping("settings").value,
        images=fields.mapping("images").value,
        files={
            name: _file(folder, fields, field, name)
            for field in ("start", "files")
            for name in fields.texts(field, ())
        },
        applied=fields.texts("start"),
        loads=read_loads(fields),
        settle_s=fields.whole("settle_s"),
    )


def read_loads(fields: Fields) -> tuple[Load, ...]:
    """The steady clients in the field ``loads``."""
    return tuple(_load(it) for it in fields.entries("loads"))


def _file(folder: Path, fields: Fields, field: str, name: str) -> str:
    file = folder / "start" / name
    if not file.is_file():
        fields.refuse(field, f"there is no file start/{name}", "create it or drop the line")
    return file.read_text(encoding="utf-8")


def _load(fields: Fields) -> Load:
    fields.only("name", "url", "rps", "source")
    return Load(
        name=fields.text("name"),
        url=fields.text("url"),
        rps=fields.number("rps"),
        source=fields.text("source", "client"),
    )
