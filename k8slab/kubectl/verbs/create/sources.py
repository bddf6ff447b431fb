"""Keys and values of ConfigMaps and Secrets, from literals, files and files of variables."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re

from k8slab.engine.base.objects import Obj

from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session

FLAGS = (
    Flag("from-literal", "array", default=(), hint="key=value"),
    Flag("from-file", "strings", default=(), hint="A file, key=file, or a folder"),
    Flag("from-env-file", "strings", default=(), hint="A file of key=value lines"),
    Flag("append-hash", "bool", default=False, hint="End the name with a hash of the contents"),
)
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_VARIABLE_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', "
    "or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or "
    "'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
_HASH_LETTERS = str.maketrans("013ae", "ghkmt")


def read(session: Session, parsed: Parsed, kind: str, name: str) -> dict[str, str]:
    """What the flags say, in their order; Failure for a key that is wrong or there twice."""
    options = parsed.options
    if options["from-env-file"] and (options["from-file"] or options["from-literal"]):
        raise failure("from-env-file cannot be combined with from-file or from-literal")
    data: dict[str, str] = {}
    for key, value in (*_files(session, parsed), *_literals(parsed), *_variables(session, parsed)):
        if key in data:
            raise failure(
                f'cannot add key "{key}", another key by that name already exists in Data for '
                f'{kind} "{name}"'
            )
        data[key] = value
    return data


def _literals(parsed: Parsed) -> list[tuple[str, str]]:
    found = []
    for literal in parsed.options["from-literal"]:
        key, equals, value = literal.partition("=")
        if not equals or not key:
            raise failure(f"invalid literal source {literal}, expected key=value")
        found.append((_checked(key), value))
    return found


def _files(session: Session, parsed: Parsed) -> list[tuple[str, str]]:
    found = []
    for source in parsed.options["from-file"]:
        key, equals, path = source.partition("=")
        if "=" in path:
            raise failure("key names or file paths cannot contain '='")
        if equals and not key:
            raise failure(f"key name for file path {path} missing")
        if equals and not path:
            raise failure(f"file path for key name {key} missing")
        if not equals:
            path = key
        inside = _inside(session, path)
        if inside and equals:
            raise failure("cannot give a key name for a directory path")
        if inside:
            found += [(_checked(posixpath.basename(each)), session.files[each]) for each in inside]
        else:
            named = key if equals else posixpath.basename(path)
            found.append((_checked(named), contents(session, path)))
    return found


def _inside(session: Session, path: str) -> list[str]:
    folder = posixpath.normpath(path)
    prefix = "" if folder == "." else folder + "/"
    return sorted(
        name
        for name in session.files
        if name.startswith(prefix)
        and "/" not in name[len(prefix) :]
        and folder not in session.files
    )


def _variables(session: Session, parsed: Parsed) -> list[tuple[str, str]]:
    found = []
    for path in parsed.options["from-env-file"]:
        for line in contents(session, path).splitlines():
            text = line.lstrip()
            if not text or text.startswith("#"):
                continue
            key, _, value = text.partition("=")
            if not _VARIABLE.fullmatch(key):
                raise failure(f'"{key}" is not a valid key name: {_VARIABLE_RULE}')
            found.append((key, value))
    return found


def contents(session: Session, path: str) -> str:
    """The text of one of the learner's files."""
    text = session.files.get(posixpath.normpath(path))
    if text is None:
        raise failure(f"error reading {path}: no such file or directory")
    return text


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise failure(f'"{key}" is not a valid key name for a ConfigMap: {_KEY_RULE}')
    return key


def suffix(value: Obj) -> str:
    """``-`` and ten letters that depend on the contents (kubectl util/hash)."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return "-" + hashlib.sha256(text.encode()).hexdigest().translate(_HASH_LETTERS)[:10]
