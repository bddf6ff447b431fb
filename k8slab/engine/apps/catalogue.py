"""The images that can be pulled: ``apps/images/*.yaml``, and what a cluster adds to them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from . import resources


@dataclass(frozen=True, slots=True)
class Image:
    """What an image does once it runs; ``docs/images.md`` explains each parameter.

    Times are in seconds unless a name says otherwise. ``boot`` is a list of [phase, seconds].
    """

    size_mb: float = 30
    pull_mb_s: float = 40
    ports: tuple[int, ...] = (8080,)
    boot: tuple[tuple[str, float], ...] = ()
    cold: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, Any] = field(default_factory=dict)
    latency_ms: float = 10
    latency_per_rps_ms: float = 0
    needs: tuple[str, ...] = ()
    exits: dict[str, Any] = field(default_factory=dict)
    hangs: float | None = None
    exec: dict[str, Any] = field(default_factory=dict)
    term: dict[str, Any] = field(default_factory=dict)
    logs: dict[str, Any] = field(default_factory=dict)
    cpu: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    disk: dict[str, Any] = field(default_factory=dict)
    process: str = ""
    user: str = "root"
    workdir: str = "/"
    shells: tuple[str, ...] = ("sh",)
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    keeps: dict[str, str] = field(default_factory=dict)
    reads: dict[str, Any] = field(default_factory=dict)
    resolves: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    tag: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """The image's own environment."""
        return {name: text.replace("{tag}", self.tag) for name, text in self.env.items()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Image:
        """An image from its parameters; ValueError for one that does not exist."""
        known = {each.name for each in fields(cls)}
        if unknown := sorted(set(value) - known):
            raise ValueError(f"unknown image parameters: {', '.join(unknown)}")
        tuples: dict[str, Any] = {
            name: tuple(value[name]) for name in ("ports", "needs", "shells") if name in value
        }
        if "boot" in value:
            tuples["boot"] = tuple((str(name), float(seconds)) for name, seconds in value["boot"])
        return cls(**{**value, **tuples})


@lru_cache(maxsize=1)
def _built_in() -> dict[str, dict[str, Any]]:
    """Parameters by ``repository:tag``; the tag ``*`` stands for every tag."""
    images: dict[str, dict[str, Any]] = {}
    folder = files(__package__) / "images"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        entry = yaml.safe_load(file.read_text(encoding="utf-8"))
        for tag, parameters in entry["tags"].items():
            images[f"{entry['repository']}:{tag}"] = {**entry["defaults"], **parameters}
    return images


def split_reference(reference: str) -> tuple[str, str]:
    """Repository and tag of an image reference, without Docker Hub's own prefixes."""
    name = reference.split("@", maxsplit=1)[0]
    for prefix in ("docker.io/library/", "docker.io/"):
        name = name.removeprefix(prefix)
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return name, "latest"
    return repository, tag


def canonical(reference: str) -> str:
    """The reference as containerd prints it: ``docker.io/library/nginx:latest``."""
    repository, tag = split_reference(reference)
    first = repository.split("/")[0]
    if "/" not in repository:
        return f"docker.io/library/{repository}:{tag}"
    if "." in first or ":" in first:
        return f"{repository}:{tag}"
    return f"docker.io/{repository}:{tag}"


class Catalogue:
    """The images that can be pulled. ``extra`` adds to or replaces the built-in ones.

    An entry of ``extra`` may start from another: ``{"like": "shop/api:1.1", "boot": [...]}``.
    """

    def __init__(self, extra: dict[str, Any]) -> None:
        self._parameters = dict(_built_in())
        for reference, parameters in extra.items():
            name = ":".join(split_reference(reference))
            own = {key: value for key, value in parameters.items() if key != "like"}
            like = self._find(parameters["like"]) if "like" in parameters else {}
            if like is None:
                raise ValueError(f"{reference}: there is no image {parameters['like']}")
            self._parameters[name] = {**like, **own}
        self._images: dict[str, Image | None] = {}
        self._needs: dict[str, resources.Needs] = {}

    def get(self, reference: str) -> Image | None:
        """The image, or None where the registry has none of that name."""
        if reference not in self._images:
            parameters = self._find(reference)
            tag = split_reference(reference)[1]
            image = None if parameters is None else Image.from_json({**parameters, "tag": tag})
            self._images[reference] = image
        return self._images[reference]

    def needs(self, reference: str) -> resources.Needs:
        """The most that a process of an image takes; nothing where there is no such image."""
        if reference not in self._needs:
            image = self.get(reference)
            nothing = resources.Needs(0, 0, grows=False, by_load=False)
            self._needs[reference] = nothing if image is None else resources.needs(image)
        return self._needs[reference]

    def _find(self, reference: str) -> dict[str, Any] | None:
        repository, tag = split_reference(reference)
        exact = self._parameters.get(f"{repository}:{tag}")
        return exact if exact is not None else self._parameters.get(f"{repository}:*")
