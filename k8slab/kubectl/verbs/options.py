"""Flags that several verbs share, and their reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import labels_of
from k8slab.engine.base.selectors import parse_selector

from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..manifests import Manifest, Misplaced, load_built, read
from ..resources import Found, need_resources, select
from ..session import Session

FILENAME = Flag("filename", "strings", short="f", default=(), hint="File or folder, or - for stdin")
KUSTOMIZE = Flag("kustomize", short="k", hint="A folder with a kustomization")
RECURSIVE = Flag("recursive", "bool", short="R", default=False, hint="Folders within folders too")
SELECTOR = Flag("selector", short="l", hint="Label selector: a=b, a!=b, a in (b,c), a, !a")
FIELD_SELECTOR = Flag("field-selector", hint="Field selector, such as status.phase=Running")
ALL = Flag("all", "bool", default=False, hint="All objects of the kind in the namespace")
ALL_NAMESPACES = Flag(
    "all-namespaces", "bool", short="A", default=False, hint="Every namespace, not only one"
)
OUTPUT = Flag("output", "format", short="o", hint="Output format")
TABLE_OUTPUT = Flag("output", "table", short="o", hint="Output format")
PLAIN_OUTPUT = Flag("output", short="o", hint="Output format")
DRY_RUN = Flag("dry-run", default="none", bare="unchanged", hint='"none", "server" or "client"')
FIELD_MANAGER = Flag("field-manager", default="kubectl", hint="Name of the manager of the fields")
RECORD = Flag("record", "bool", default=False, hint="Note the line as the cause of the change")
LOCAL = Flag("local", "bool", default=False, hint="Change the file's object, and ask no server")
CASCADE = Flag(
    "cascade", default="background", bare="background", hint="What becomes of dependents"
)
VALIDATE = Flag("validate", default="strict", bare="strict", hint='"strict", "warn" or "ignore"')

_DRY_RUN_SUFFIX = {"none": "", "client": " (dry run)", "server": " (server dry run)"}
_CASCADES = {
    "background": "Background",
    "true": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
    "false": "Orphan",
}
_VALIDATION = {
    "strict": "Strict",
    "true": "Strict",
    "warn": "Warn",
    "ignore": "Ignore",
    "false": "Ignore",
}


def dry_run(parsed: Parsed) -> str:
    """``none``, ``client`` or ``server``; Failure for anything else."""
    value = str(parsed.options["dry-run"])
    if value not in _DRY_RUN_SUFFIX:
        raise failure(f'Invalid dry-run value ({value}). Must be "none", "server", or "client".')
    return value


def done(verb: str, strategy: str) -> str:
    """``created (dry run)``: what happened, and under which dry run."""
    return verb + _DRY_RUN_SUFFIX[strategy]


def request_options(parsed: Parsed, manager: str = "kubectl") -> dict[str, Any]:
    """The options of a changing API request that the flags ask for."""
    named = parsed.options["field-manager"] if "field-manager" in parsed.given else manager
    options: dict[str, Any] = {"field_manager": named}
    if "dry-run" in parsed.options and dry_run(parsed) == "server":
        options["dry_run"] = True
    if "validate" in parsed.options:
        options["field_validation"] = validation(parsed)
    return options


def validation(parsed: Parsed) -> str:
    """``Strict``, ``Warn`` or ``Ignore``."""
    value = str(parsed.options["validate"])
    if value not in _VALIDATION:
        raise failure(
            f'invalid - validate option "{value}"; must be one of: strict (or true), warn, '
            "ignore (or false)"
        )
    return _VALIDATION[value]


def propagation(parsed: Parsed) -> str:
    """What ``--cascade`` says of dependents: Background, Foreground or Orphan."""
    value = str(parsed.options["cascade"])
    if value not in _CASCADES:
        raise failure(
            f'invalid cascade value ({value}). Must be "background", "foreground", or "orphan"'
        )
    return _CASCADES[value]


def names_files(parsed: Parsed) -> bool:
    """Whether ``-f`` or ``-k`` was given."""
    return bool(parsed.options["filename"] or parsed.options.get("kustomize"))


def manifests(session: Session, parsed: Parsed) -> list[Manifest]:
    """The objects of ``-f``, or those that the kustomization of ``-k`` makes; with ``--local``
    as they are in the file. What cannot be read is told of at the end of the line."""
    found = []
    for item in read_manifests(session, parsed):
        if isinstance(item, Failure):
            session.unreadable.append(item)
        else:
            found.append(item)
    session.unreadable.sort(key=lambda refused: not isinstance(refused, Misplaced))
    return found


def read_manifests(session: Session, parsed: Parsed) -> Iterator[Manifest | Failure]:
    """The same one by one, with what could not be read in its place."""
    flags, given = parsed.options, "namespace" in parsed.given
    if flags.get("kustomize") and flags["filename"]:
        raise failure("only one of -f or -k can be specified")
    if flags.get("kustomize") and flags.get("recursive"):
        raise failure("the -k flag can't be used with -f or -R")
    found: Iterable[Manifest | Failure]
    if flags.get("kustomize"):
        found = load_built(session, flags["kustomize"], namespace_given=given)
    else:
        found = read(
            session,
            flags["filename"],
            recursive=flags.get("recursive", False),
            namespace_given=given,
            local=flags.get("local", False),
            validates="validate" in flags and validation(parsed) != "Ignore",
        )
    for item in found:
        if isinstance(item, Failure) or _selected(flags.get("selector", ""), item):
            yield item


def _selected(selector: str, item: Manifest) -> bool:
    try:
        return not selector or parse_selector(selector)(labels_of(item.obj))
    except ValueError as error:
        raise failure(f'the provided selector "{selector}" is not valid: {error}') from None


def beside_files(arguments: list[str]) -> None:
    """Failure for resources that are named beside files (the builder's visitByPaths)."""
    if any("/" in word for word in arguments):
        raise failure("resource/name arguments cannot be provided when a path is specified")
    if arguments:
        raise failure(
            "when paths, URLs, or stdin is provided as input, you may not specify resource "
            "arguments as well"
        )


def stored(session: Session, parsed: Parsed, *, missing_ok: bool = False) -> list[Found]:
    """The objects of ``-f`` as they are stored. What is refused is reported and left out."""
    found = []
    for item in manifests(session, parsed):
        try:
            found.append(Found(item.kind, session.get(item.kind, item.namespace, item.name)))
        except ApiError as error:
            if not missing_ok or error.code != 404:
                session.fail(error)
    return found


def meant(
    session: Session, parsed: Parsed, resources: list[str], *, selecting: bool = False
) -> list[Found]:
    """The stored objects that a line means: those of its files, else those that it names.

    ``selecting``: the verb's own ``--selector``, ``--field-selector``, ``--all`` and
    ``--all-namespaces`` choose among them (those of ``expose`` describe its Service instead).
    """
    if names_files(parsed):
        beside_files(resources)
        return stored(session, parsed)
    need_resources(resources)
    if not selecting:
        return select(session, resources)
    return select(
        session,
        resources,
        labels=parsed.options["selector"],
        fields=parsed.options["field-selector"],
        everything=parsed.options["all"],
        all_namespaces=parsed.options["all-namespaces"],
    )


def unexpected(path: str, arguments: list[str]) -> Failure:
    """Positional arguments where there may be none."""
    return failure(
        f"Unexpected args: [{' '.join(arguments)}]\nSee '{path} -h' for help and examples"
    )
