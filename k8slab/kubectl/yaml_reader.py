"""YAML and JSON text to JSON values, read as kubectl reads them and safe against hostile text.

kubectl cuts a stream at ``---`` lines and reads each document with a YAML 1.1 reader whose
scalars follow Go (goyaml.v2): ``y`` and ``on`` are booleans, ``010`` is 8, ``12:30:45`` and dates
stay strings. Values are built from libyaml's events, so depth, aliases and merge keys are counted
before anything grows.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from .yaml_scalars import MERGE, key_text, resolve

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 200_000
MAX_DOCUMENTS = 500
_STANDARD = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(
    _STANDARD + name
    for name in (
        "str",
        "int",
        "float",
        "bool",
        "null",
        "map",
        "seq",
        "binary",
        "timestamp",
        "merge",
    )
)


class YamlError(Exception):
    """A text that can't be read. ``str()`` is goyaml's text; line and column count from 1."""

    def __init__(
        self, message: str, line: int, column: int, *, said_line: int | None = None
    ) -> None:
        prefix = "" if said_line is None else f"line {said_line}: "
        super().__init__(f"yaml: {prefix}{message}")
        self.message = message
        self.line = line
        self.column = column


class JsonError(YamlError):
    """A text that looks like JSON and is none."""

    def __init__(self, message: str, line: int, column: int, offset: int) -> None:
        super().__init__(message, line, column)
        self.args = (f"json: offset {offset}: {message}",)


class SeparatorError(JsonError):
    """A line that begins like the end of a document, and is none."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(f"invalid Yaml document separator: {text}", line, 1, 0)
        self.args = (self.message,)


class JsonSyntaxError(JsonError):
    """A text that is no JSON, but may be YAML."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a stream: its value, and the line (from 1) where it starts."""

    value: Any
    line: int


def read_documents(text: str) -> list[Document]:
    """The documents of a stream that hold anything. YamlError for the first that is wrong."""
    return list(stream(text))


def stream(text: str) -> Iterator[Document]:
    """The documents one after another, until the first that is wrong: YamlError."""
    _check_size(text)
    count = 0
    for source, first_line in split_documents(text):
        for value in _read(source, first_line):
            count += 1
            if count > MAX_DOCUMENTS:
                raise YamlError(f"more than {MAX_DOCUMENTS} documents", first_line, 1)
            yield Document(value, first_line)


def problems(text: str) -> list[dict[str, Any]]:
    """What is wrong with a text, for an editor: ``[{"line", "column", "message"}]``, from 1.

    A key that is there twice is told of, too; kubectl takes the last.
    """
    try:
        _check_size(text)
    except YamlError as error:
        return [_problem(error)]
    found = []
    try:
        for source, first_line in split_documents(text):
            try:
                list(_read(source, first_line, strict=True))
            except YamlError as error:
                found.append(_problem(error))
    except SeparatorError as error:
        found.append(_problem(error))
    return found[:MAX_DOCUMENTS]


def _problem(error: YamlError) -> dict[str, Any]:
    return {"line": error.line, "column": error.column, "message": error.message}


def _check_size(text: str) -> None:
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise YamlError(f"the text is too large: {size} bytes, of at most {MAX_BYTES}", 1, 1)


def split_documents(text: str) -> Iterator[tuple[str, int]]:
    """Documents and their first lines: kubectl cuts before YAML is looked at."""
    lines = text.removeprefix("\ufeff").split("\n")
    start = 0
    for number, line in enumerate(lines):
        if number and line.startswith("---"):
            more = line[3:].strip()
            if more and not more.startswith("#"):
                raise SeparatorError(more, number + 1)
            yield "\n".join(lines[start:number]), start + 1
            start = number + 1
    yield "\n".join(lines[start:]), start + 1


def _read(source: str, first_line: int, *, strict: bool = False) -> Iterator[Any]:
    """The values of a document that hold anything: of JSON there may be several in a row.

    kubectl tries JSON where a brace comes first, then YAML, and reports the JSON's fault.
    """
    values: Iterable[Any]
    if not source.lstrip().startswith("{"):
        values = [_Builder(source, first_line, strict).build()]
    else:
        try:
            values = list(_json_values(source, first_line, strict))
        except JsonSyntaxError as wrong:
            try:
                values = [_Builder(source, first_line, strict).build()]
            except YamlError:
                if wrong.message == _CUT_OFF:
                    wrong.args = ("unexpected EOF",)
                raise wrong from None
    yield from (value for value in values if value is not None)


_CUT_OFF = "unexpected end of JSON input"
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def read_json(source: str, first_line: int = 1) -> Any:
    """The value of a JSON text; JsonError in Go's words. Of a key that is there twice the last
    counts."""
    *_, value = _json_values(source, first_line, strict=False, several=False)
    return value


def _json_values(
    source: str, first_line: int, strict: bool, *, several: bool = True
) -> Iterator[Any]:
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", _JSON_STRING.sub("", source)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise JsonError("exceeded max depth", first_line, 1, 0)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(items)
        if strict and len(value) < len(items):
            names = [name for name, _ in items]
            twice = next(name for i, name in enumerate(names) if name in names[:i])
            raise JsonError(f'duplicate field "{twice}"', first_line, 1, 0)
        return value

    try:
        decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=_no_constant)
        place = len(source) - len(source.lstrip())
        while True:
            value, end = decoder.raw_decode(source, place)
            yield value
            place = len(source) - len(source[end:].lstrip())
            if place == len(source):
                return
            if not several or source[place] != "{":
                raise json.JSONDecodeError("Extra data", source, place)
    except json.JSONDecodeError as error:
        message = _json_message(error, source)
        raise JsonSyntaxError(
            message, first_line + error.lineno - 1, error.colno, error.pos + 1
        ) from None
    except ValueError:
        raise JsonError("number out of range", first_line, 1, 0) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_JSON_WHERE = {
    "Expecting ',' delimiter": "after object key:value pair",
    "Expecting ':' delimiter": "after object key",
    "Expecting property name enclosed in double quotes": (
        "looking for beginning of object key string"
    ),
    "Expecting value": "looking for beginning of value",
    "Extra data": "after top-level value",
}


def _json_message(error: json.JSONDecodeError, source: str) -> str:
    if error.pos >= len(source.rstrip()):
        return _CUT_OFF
    where = _JSON_WHERE.get(error.msg, "in string literal")
    if error.msg == "Expecting ',' delimiter" and _in_list(source[: error.pos]):
        where = "after array element"
    found = source[error.pos]
    quoted = "'\\''" if found == "'" else repr(found)
    return f"invalid character {quoted} {where}"


def _in_list(text: str) -> bool:
    """Whether what follows ``text`` is within a list, and not an object."""
    open_ = [" "]
    for bracket in re.findall(r"[\[\]{}]", _JSON_STRING.sub("", text)):
        if bracket in "[{":
            open_.append(bracket)
        elif len(open_) > 1:
            open_.pop()
    return open_[-1] == "["


class _Builder:
    """Builds the value of one document from libyaml's events."""

    def __init__(self, source: str, first_line: int, strict: bool) -> None:
        self.source = source
        self.strict = strict
        self.first_line = first_line
        self.nodes = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open_anchors: set[str] = set()
        self.events: Iterator[Any] = iter(())

    def build(self) -> Any:
        text = self.source.encode("utf-8", "replace")
        self.events = yaml.parse(text, Loader=yaml.CSafeLoader)
        try:
            for event in self.events:
                if isinstance(event, yaml.DocumentStartEvent):
                    value = self.node(next(self.events), 0)
                    self.expect_end()
                    return value
        except yaml.reader.ReaderError:
            raise YamlError("control characters are not allowed", self.first_line, 1) from None
        except yaml.MarkedYAMLError as error:
            raise self.marked(error) from None
        return None

    def expect_end(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise self.error("expected a single document", event)

    def marked(self, error: yaml.MarkedYAMLError) -> YamlError:
        """The line that goyaml says: the problem's, one less unless the scanner found it."""
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        said = line + isinstance(error, yaml.scanner.ScannerError) if line else None
        message = error.problem or "unknown problem parsing YAML content"
        return YamlError(message, self.first_line + line, column + 1, said_line=said)

    def error(self, message: str, event: Any) -> YamlError:
        mark = event.start_mark
        return YamlError(
            message, self.first_line + mark.line, mark.column + 1, said_line=mark.line + 1
        )

    def count(self, event: Any, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self.error("document contains excessive aliasing", event)

    def node(self, event: Any, depth: int) -> Any:
        self.count(event)
        if depth > MAX_DEPTH:
            raise self.error(f"exceeded max depth of {MAX_DEPTH}", event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        before = self.nodes - 1
        if event.anchor:
            self.open_anchors.add(event.anchor)
        self.check_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(depth)
        else:
            value = self.mapping(depth)
        if event.anchor:
            self.open_anchors.discard(event.anchor)
            self.anchors[event.anchor] = (value, self.nodes - before)
        return value

    def alias(self, event: Any) -> Any:
        if event.anchor in self.open_anchors:
            raise self.error(f"anchor '{event.anchor}' value contains itself", event)
        if event.anchor not in self.anchors:
            mark = event.start_mark
            why = f"unknown anchor '{event.anchor}' referenced"
            raise YamlError(why, self.first_line + mark.line, mark.column + 1)
        value, nodes = self.anchors[event.anchor]
        self.count(event, nodes)
        return value

    def check_tag(self, event: Any) -> None:
        tag = event.tag or ""
        if tag.startswith(_STANDARD) and tag not in _KNOWN_TAGS:
            raise self.error(f"unknown tag !!{tag.removeprefix(_STANDARD)}", event)

    def scalar(self, event: Any) -> Any:
        tag = (event.tag or "").removeprefix(_STANDARD)
        plain = event.style is None or event.style == ""
        if tag == "binary":
            try:
                return base64.b64decode(event.value, validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                raise self.error("!!binary value contains invalid base64 data", event) from None
        if tag in ("str", "!") or (not plain and not tag) or event.tag in ("!",):
            return event.value
        if tag and tag not in ("int", "float", "bool", "null"):
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            raise self.error(str(error), event) from None

    def sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(_plain(self.node(event, depth + 1)))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            child = self.node(next(self.events), depth + 1)
            if key is MERGE:
                self.merge(merged, child, event)
                continue
            name = key_text(key)
            if name is None:
                raise self.error("invalid map key: only scalars can be keys", event)
            if name in value and self.strict:
                raise self.duplicate(name, event)
            value[name] = _plain(child)
        return {**merged, **value} if merged else value

    def duplicate(self, name: str, event: Any) -> YamlError:
        line = event.start_mark.line + 1
        error = self.error(f'key "{name}" already set in map', event)
        error.args = (f'yaml: unmarshal errors:\n  line {line}: key "{name}" already set in map',)
        return error

    def merge(self, merged: dict[str, Any], child: Any, event: Any) -> None:
        """``<<``: the keys of a mapping, or of several, earlier ones winning."""
        for mapping in child if isinstance(child, list) else [child]:
            if not isinstance(mapping, dict):
                raise self.error("map merge requires map or sequence of maps as the value", event)
            self.count(event, len(mapping))
            for name, value in mapping.items():
                merged.setdefault(name, value)


def _plain(value: Any) -> Any:
    return "<<" if value is MERGE else value
