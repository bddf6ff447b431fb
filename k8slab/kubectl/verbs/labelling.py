"""kubectl label and annotate: one way of reading and writing pairs of names and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base import names
from k8slab.engine.base.objects import Obj

from ..command import Run, Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found, need_resources, select
from ..session import Session
from . import options

Changes = tuple[dict[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """What is changed: ``metadata.labels`` or ``metadata.annotations``, and the words for it."""

    name: str
    word: str


LABELS = Field("labels", "label")
ANNOTATIONS = Field("annotations", "annotation")


def _run(field: Field) -> Run:
    def run(session: Session, parsed: Parsed) -> int | None:
        pairs = [word for word in parsed.arguments if _is_pair(word)]
        resources = [word for word in parsed.arguments if word not in pairs]
        changes = _changes(field, pairs)
        if not parsed.arguments and not options.names_files(parsed):
            raise failure(
                "one or more resources must be specified as <resource> <name> or <resource>/<name>"
            )
        if not pairs and not parsed.options["list"]:
            raise failure(f"at least one {field.word} update is required")
        for item in _found(session, parsed, resources):
            try:
                _apply(session, parsed, field, item, changes)
            except ApiError as error:
                session.fail(error)
        return None

    return run


def _is_pair(word: str) -> bool:
    return "=" in word.lstrip("=") or (word.endswith("-") and len(word) > 1)


def _changes(field: Field, pairs: list[str]) -> Changes:
    """What to set and what to remove; Failure for a pair that contradicts another."""
    wanted: dict[str, str] = {}
    removed: list[str] = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            removed.append(pair[:-1])
            continue
        if field is LABELS and (wrong := names.label_value(value)):
            raise failure(f'invalid label value: "{pair}": {"; ".join(wrong)}')
        wanted[name] = value
    both = [name for name in removed if name in wanted]
    if both and field is LABELS:
        raise failure("can not both modify and remove a label in the same command")
    if both:
        raise failure(
            "can not both modify and remove the following annotation(s) in the same command: "
            + ", ".join(both)
        )
    return wanted, removed


def _found(session: Session, parsed: Parsed, resources: list[str]) -> list[Found]:
    if parsed.options["filename"]:
        return [
            Found(item.kind, session.get(item.kind, item.namespace, item.name))
            for item in options.manifests(session, parsed)
        ]
    need_resources(resources)
    return select(
        session,
        resources,
        labels=parsed.options["selector"],
        fields=parsed.options["field-selector"],
        everything=parsed.options["all"],
        all_namespaces=parsed.options["all-namespaces"],
    )


def _apply(session: Session, parsed: Parsed, field: Field, item: Found, changes: Changes) -> None:
    wanted, removed = changes
    have: dict[str, str] = item.obj["metadata"].get(field.name) or {}
    if not parsed.options["overwrite"]:
        _refuse_overwriting(field, wanted, have)
    done = _done(session, field, changes, have)
    strategy = options.dry_run(parsed)
    if strategy != "client" and (wanted or removed):
        item = _patched(session, parsed, field, item, changes)
    if parsed.options["list"]:
        _list(session, item.obj["metadata"].get(field.name) or {})
        return
    print_one(session, parsed.options["output"], item, options.done(done, strategy))


def _refuse_overwriting(field: Field, wanted: dict[str, str], have: dict[str, str]) -> None:
    taken = [
        f"'{name}' already has a value ({have[name]})"
        for name, value in wanted.items()
        if have.get(name, value) != value
    ]
    if not taken:
        return
    if field is ANNOTATIONS:
        why = "--overwrite is false but found the following declared annotation(s): "
        raise failure(why + "; ".join(taken))
    texts = [f"{text}, and --overwrite is false" for text in taken]
    raise failure(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")


def _done(session: Session, field: Field, changes: Changes, have: dict[str, str]) -> str:
    """``labeled``, ``unlabeled``, ``modified`` or ``not labeled``; annotate says one word."""
    if field is ANNOTATIONS:
        return "annotated"
    wanted, removed = changes
    for name in removed:
        if name not in have:
            session.print(f'label "{name}" not found.')
    added = any(have.get(name) != value for name, value in wanted.items())
    dropped = any(name in have for name in removed)
    if added and removed:
        return "modified"
    return "labeled" if added else "unlabeled" if dropped else "not labeled"


def _patched(
    session: Session, parsed: Parsed, field: Field, item: Found, changes: Changes
) -> Found:
    wanted, removed = changes
    values: dict[str, Any] = {**wanted, **dict.fromkeys(removed)}
    metadata: Obj = {field.name: values}
    if parsed.options["resource-version"]:
        metadata["resourceVersion"] = parsed.options["resource-version"]
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body={"metadata": metadata},
        patch_type="merge",
        options=options.request_options(parsed, f"kubectl-{field.word}"),
    )
    return Found(item.kind, obj)


def _list(session: Session, have: dict[str, str]) -> None:
    for name in sorted(have):
        session.print(f"{name}={have[name]}")


_FLAGS = (
    options.FILENAME,
    options.RECURSIVE,
    options.SELECTOR,
    options.FIELD_SELECTOR,
    options.ALL,
    options.ALL_NAMESPACES,
    options.OUTPUT,
    options.DRY_RUN,
    Flag("overwrite", "bool", default=False, hint="Let a value that is there be changed"),
    Flag("list", "bool", default=False, hint="Show them all"),
    Flag("resource-version", hint="Only if this is the object's version"),
)

LABEL = Verb(
    name="label",
    summary="Update the labels on a resource",
    run=_run(LABELS),
    section="Settings Commands",
    usage="TYPE NAME KEY=VALUE ... KEY- ...",
    example="kubectl label pod web-1 tier=front\nkubectl label node node-1 disk-",
    flags=_FLAGS,
)

ANNOTATE = Verb(
    name="annotate",
    summary="Update the annotations on a resource",
    run=_run(ANNOTATIONS),
    section="Settings Commands",
    usage="TYPE NAME KEY=VALUE ... KEY- ...",
    example="kubectl annotate deployment web kubernetes.io/change-cause='image 2'",
    flags=_FLAGS,
)
