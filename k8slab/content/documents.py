"""YAML files whose every value knows its line, and readers that ask for what they need."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import yaml

from .errors import ContentError

Steps = tuple[str | int, ...]


class Document:
    """A YAML text: ``value``, and the line of each value in its file (from 1)."""

    def __init__(self, file: Path, text: str, first_line: int = 1) -> None:
        self.file = file
        self._lines: dict[Steps, int] = {(): first_line}
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.value: Any = None if node is None else yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = first_line + (mark.line if mark else 0)
            problem = f"not YAML: {error.problem or error.context}"
            raise ContentError(file, line, problem, "check the indentation and quotes") from error
        if node is not None:
            self._note(node, (), first_line)

    @classmethod
    def read(cls, file: Path) -> Document:
        """The file's document; ContentError where the file is missing or no YAML."""
        try:
            return cls(file, file.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ContentError(file, 1, "the file is missing", f"create {file.name}") from error

    def line(self, path: Steps) -> int:
        """The line of the value at ``path``, or of the nearest value around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def fields(self) -> Fields:
        """The document as a mapping."""
        return Fields(self, (), self.value)

    def entries(self) -> list[Fields]:
        """The document as a list of mappings."""
        return entries(self, (), self.value)

    def refuse(self, path: Steps, problem: str, mend: str) -> NoReturn:
        """Raise a ContentError at ``path``."""
        raise ContentError(self.file, self.line(path), problem, mend)

    def _note(self, node: yaml.Node, path: Steps, first_line: int) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                inner = (*path, key.value)
                self._lines[inner] = first_line + key.start_mark.line
                self._note(child, inner, first_line)
        elif isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                inner = (*path, index)
                self._lines[inner] = first_line + child.start_mark.line
                self._note(child, inner, first_line)


class Fields:
    """A mapping in a document. Each reader names the field, its type, and refuses the rest."""

    def __init__(self, document: Document, path: Steps, value: Any) -> None:
        if not isinstance(value, dict):
            document.refuse(path, f"expected fields, found {_kind(value)}", "write `name: value`")
        self.document = document
        self.path = path
        self.value: dict[str, Any] = value

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def __iter__(self) -> Iterator[str]:
        return iter(self.value)

    def only(self, *names: str) -> Fields:
        """These fields, after refusing any whose name is not in ``names``."""
        for name in self.value:
            if name not in names:
                near = get_close_matches(str(name), names, n=1)
                mend = f"did you mean `{near[0]}`?" if near else f"use one of: {', '.join(names)}"
                self.refuse(name, f"unknown field `{name}`", mend.rstrip("?"))
        return self

    def refuse(self, name: str, problem: str, mend: str) -> NoReturn:
        """Raise a ContentError at the field ``name`` (or at the mapping, where it is missing)."""
        self.document.refuse((*self.path, name), problem, mend)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._get(name, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.refuse(name, f"`{name}` must be a text, not {_kind(value)}", "put it in quotes")
        return value.strip()

    def number(self, name: str, default: float | None = None) -> float:
        """A number."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, f"`{name}` must be a number, not {_kind(value)}", "write digits only")
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self.number(name, default)
        if not isinstance(value, int):
            self.refuse(name, f"`{name}` must be a whole number", "drop the fraction")
        return value

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of ``options``."""
        value = self.text(name, default)
        if value not in options:
            self.refuse(name, f"unknown {name} `{value}`", f"use one of: {', '.join(options)}")
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(name, default)
        if not isinstance(value, list | tuple) or not all(isinstance(it, str) for it in value):
            self.refuse(name, f"`{name}` must be a list of texts", "write `- text` on each line")
        return tuple(value)

    def mapping(self, name: str) -> Fields:
        """The fields inside the field ``name`` (none where it is absent)."""
        return Fields(self.document, (*self.path, name), self.value.get(name, {}))

    def entries(self, name: str) -> list[Fields]:
        """The list of mappings in the field ``name`` (none where it is absent)."""
        return entries(self.document, (*self.path, name), self.value.get(name, []))

    def _get(self, name: str, default: Any) -> Any:
        if name not in self.value and default is None:
            self.refuse(name, f"`{name}` is missing", f"add `{name}: ...`")
        return self.value.get(name, default)


def entries(document: Document, path: Steps, value: Any) -> list[Fields]:
    """A list of mappings; ContentError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        problem = f"expected a list, found {_kind(value)}"
        document.refuse(path, problem, "begin each entry with `- `")
    return [Fields(document, (*path, index), entry) for index, entry in enumerate(value)]


_KINDS = {
    dict: "fields",
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "nothing",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a number")
