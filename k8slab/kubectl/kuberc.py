"""The user's own preferences: aliases and default flags of ``~/.kube/kuberc`` (1.36)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from k8slab.engine.base.objects import Obj, Objs

from .yaml_reader import YamlError, read_documents

PATH = ".kube/kuberc"
_OFF = "off"


def path(given: str, environment: Mapping[str, str]) -> str:
    """The file of ``--kuberc`` or KUBERC, else that of the home; "" where it is switched off."""
    named = given or environment.get("KUBERC") or PATH
    return "" if named == _OFF else named


def load(files: Mapping[str, str], name: str) -> Obj | None:
    """The preferences, or None where there is no such file. YamlError where it can't be read."""
    text = files.get(name.removeprefix("~/"))
    if text is None:
        return None
    documents = read_documents(text)
    value = documents[0].value if documents else {}
    return value if isinstance(value, dict) else {}


def rewritten(
    words: list[str],
    files: Mapping[str, str],
    environment: Mapping[str, str],
    verbs: Collection[str],
) -> list[str]:
    """The line as the preferences have it: an alias in its place, default flags before the rest.

    What the line itself says comes later, and so counts. No alias hides a verb.
    """
    try:
        found = load(files, path("", environment)) if path("", environment) else None
    except YamlError:
        return words
    if not found or not words:
        return words
    for alias in _entries(found, "aliases"):
        command = str(alias.get("command") or "").split()
        if command and alias.get("name") == words[0] and words[0] not in verbs:
            before, after = _texts(alias, "prependArgs"), _texts(alias, "appendArgs")
            words = [*command, *before, *_flags(alias), *words[1:], *after]
            break
    for entry in _entries(found, "defaults"):
        command = str(entry.get("command") or "").split()
        if command and words[: len(command)] == command:
            return [*command, *_flags(entry), *words[len(command) :]]
    return words


def _entries(found: Obj, field: str) -> Objs:
    entries: Any = found.get(field)
    return [it for it in entries if isinstance(it, dict)] if isinstance(entries, list) else []


def _texts(entry: Obj, field: str) -> list[str]:
    return [str(it) for it in entry[field]] if isinstance(entry.get(field), list) else []


def _flags(entry: Obj) -> list[str]:
    return [f"--{it.get('name')}={it.get('default', '')}" for it in _entries(entry, "options")]
