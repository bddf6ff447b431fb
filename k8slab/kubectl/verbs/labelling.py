"""kubectl label and annotate: one way of reading and writing pairs of names and values."""

from __future__ import annotations

from dataclasses import dataclass

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base import names
from k8slab.engine.base.objects import Obj, set_in

from ..command import Run, Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found
from ..session import CHANGE_CAUSE, Session
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
        resources, pairs = _split(field, parsed.arguments)
        changes = _changes(field, pairs)
        _check(parsed, field, resources, pairs)
        found = _found(session, parsed, resources)
        single = len(found) == 1 and (
            options.names_files(parsed) or len(resources) == 2 or "/" in resources[0]
        )
        if parsed.options["resource-version"] and not single:
            raise failure("--resource-version may only be used with a single resource")
        for item in found:
            try:
                _apply(session, parsed, field, item, changes, single=single)
            except ApiError as error:
                session.fail(error)
        return None

    return run


def _split(field: Field, words: list[str]) -> tuple[list[str], list[str]]:
    """Resources, and the pairs that must come after them."""
    first = next((place for place, word in enumerate(words) if _is_pair(word)), len(words))
    for word in words[first:]:
        if not _is_pair(word):
            raise failure(f"all resources must be specified before {field.word} changes: {word}")
    return words[:first], words[first:]


def _check(parsed: Parsed, field: Field, resources: list[str], pairs: list[str]) -> None:
    flags, named = parsed.options, bool(resources) or options.names_files(parsed)
    example = "pod" if field is LABELS else "rsrc"
    if flags["list"] and flags["output"]:
        raise failure("--list and --output may not be specified together")
    for selector in ("selector", "field-selector"):
        if flags["all"] and flags[selector]:
            raise failure(f"cannot set --all and --{selector} at the same time")
    if flags["local"] and options.dry_run(parsed) == "server":
        raise failure(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
        )
    if flags["local"] and resources:
        raise failure(
            f"can only use local files by -f {example}.yaml or --filename={example}.json "
            "when --local=true is set"
        )
    if flags["local"] and not named:
        raise failure(
            f"one or more files must be specified as -f {example}.yaml or --filename={example}.json"
        )
    if not named:
        raise failure(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>"
        )
    if not pairs and not flags["list"]:
        raise failure(f"at least one {field.word} update is required")


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
    if parsed.options["local"]:
        return [Found(item.kind, item.obj) for item in options.manifests(session, parsed)]
    return options.meant(session, parsed, resources, selecting=True)


def _apply(
    session: Session, parsed: Parsed, field: Field, item: Found, changes: Changes, *, single: bool
) -> None:
    flags, (wanted, removed) = parsed.options, changes
    have: dict[str, str] = item.obj["metadata"].get(field.name) or {}
    if not flags["overwrite"] and not _may_set(session, field, wanted, have):
        return
    values = {name: value for name, value in {**have, **wanted}.items() if name not in removed}
    changed = Found(item.kind, set_in(item.obj, ("metadata", field.name), values))
    if flags["resource-version"]:
        version = ("metadata", "resourceVersion")
        changed = Found(item.kind, set_in(changed.obj, version, flags["resource-version"]))
    if flags["list"]:
        _list(session, field, changed, values, single=single)
        return
    strategy = options.dry_run(parsed)
    if strategy != "client" and not flags["local"]:
        for name in removed if field is LABELS else ():
            if name not in have:
                session.print(f'label "{name}" not found.')
        stored = _patched(session, parsed, field, item, changes)
        changed = changed if field is LABELS else stored
    done = _done(field, have, values)
    said, apart = options.done(done, strategy), field is LABELS
    print_one(session, flags["output"], changed, said, apart=apart)


def _may_set(session: Session, field: Field, wanted: dict[str, str], have: dict[str, str]) -> bool:
    """Whether nothing that is there would be changed; else what would is told of."""
    taken = [
        f"'{name}' already has a value ({have[name]})"
        for name, value in wanted.items()
        if have.get(name, value) != value and name != CHANGE_CAUSE
    ]
    if taken and field is ANNOTATIONS:
        why = "--overwrite is false but found the following declared annotation(s): "
        session.fail(failure(why + "; ".join(taken)))
    elif taken:
        for text in taken:
            session.fail(failure(f"{text}, and --overwrite is false"))
    return not taken


def _done(field: Field, have: dict[str, str], values: dict[str, str]) -> str:
    """``labeled``, ``unlabeled``, ``modified`` (both) or ``not labeled``; annotate says one
    word."""
    if field is ANNOTATIONS:
        return "annotated"
    added, dropped = bool(values.items() - have.items()), bool(have.keys() - values.keys())
    if added and dropped:
        return "modified"
    return "labeled" if added else "unlabeled" if dropped else "not labeled"


def _patched(
    session: Session, parsed: Parsed, field: Field, item: Found, changes: Changes
) -> Found:
    wanted, removed = changes
    metadata: Obj = {field.name: {**wanted, **dict.fromkeys(removed)}}
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


def _list(
    session: Session, field: Field, item: Found, values: dict[str, str], *, single: bool
) -> None:
    """All of them, sorted; of several objects each under its name."""
    if not single:
        name = f"{item.kind.kind}.{item.kind.group}/{item.name}"
        session.print(f"Listing {field.name} for {name}:")
    for name in sorted(values):
        session.print(f"{'' if single else ' '}{name}={values[name]}")


_FLAGS = (
    options.FILENAME,
    options.KUSTOMIZE,
    options.RECURSIVE,
    options.LOCAL,
    options.FIELD_MANAGER,
    options.SELECTOR,
    options.FIELD_SELECTOR,
    options.ALL,
    options.ALL_NAMESPACES,
    options.OUTPUT,
    options.DRY_RUN,
    options.RECORD,
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
