"""kubectl apply view-last-applied and set-last-applied."""

from __future__ import annotations

import json

from k8slab.engine.base.objects import Obj, Objs, annotations_of

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..printers.json_text import to_json
from ..printers.output import print_one
from ..printers.yaml_text import to_yaml
from ..resources import NO_RESOURCES, Found, need_resources, select
from ..session import Session
from . import editing, options
from .create import LAST_APPLIED, with_last_applied

_NONE = "no last-applied-configuration annotation found on resource"


def view(session: Session, parsed: Parsed) -> int | None:
    """Show what the object was last applied as."""
    form = parsed.options["output"] or "yaml"
    found = _found(session, parsed)
    if session.refusals:
        del session.refusals[1:]
        return None
    texts = [annotations_of(item.obj).get(LAST_APPLIED) or "" for item in found]
    texts = list(filter(None, texts))
    if form not in ("yaml", "json"):
        raise failure(
            f"Unexpected -o output mode: {form}, the flag 'output' must be one of yaml|json\n"
            "See 'kubectl apply view-last-applied -h' for help and examples"
        )
    for text in texts:
        value = json.loads(text)
        if form == "json":
            session.print(to_json(value))
        else:
            session.write(to_yaml(value))
    return None


def _found(session: Session, parsed: Parsed) -> list[Found]:
    if options.names_files(parsed):
        return options.stored(session, parsed)
    need_resources(parsed.arguments)
    flags = parsed.options
    return select(session, parsed.arguments, labels=flags["selector"], everything=flags["all"])


def keep(session: Session, parsed: Parsed) -> int | None:
    """Make the annotation what a file says, without changing the object itself."""
    if not options.names_files(parsed):
        raise failure(NO_RESOURCES.removeprefix("error: "))
    strategy = options.dry_run(parsed)
    for manifest in options.read_manifests(session, parsed):
        if isinstance(manifest, Failure):
            raise manifest
        live = session.get(manifest.kind, manifest.namespace, manifest.name)
        wanted = annotations_of(with_last_applied(manifest.obj))[LAST_APPLIED]
        has = annotations_of(live).get(LAST_APPLIED)
        if has is None and not parsed.options["create-annotation"]:
            raise failure(
                f"{_NONE}: {manifest.name}, to create the annotation, run the command with "
                "--create-annotation"
            )
        if has == wanted:
            session.print(f"set-last-applied {manifest.name}: no changes required.")
            continue
        found = Found(manifest.kind, live)
        if strategy != "client":
            found = _annotate(session, parsed, found, wanted)
        print_one(session, parsed.options["output"], found, options.done("configured", strategy))
    return None


def edit(session: Session, parsed: Parsed) -> int | None:
    """Open the annotation as a file, for set-last-applied to take it from there."""
    if not options.names_files(parsed):
        need_resources(parsed.arguments)
        found = select(session, parsed.arguments, implied=True)
    else:
        found = options.stored(session, parsed)
    if session.desk is None:
        raise failure("there is no editor here")
    if session.failed:
        return None
    for item in found:
        text = annotations_of(item.obj).get(LAST_APPLIED)
        if text is None:
            raise failure(
                f"{_NONE}s, to create the annotation, use command `kubectl apply set-last-applied "
                "--create-annotation`"
            )
        if editing.editor(session):
            _edit(session, parsed, item, json.loads(text))
            continue
        name = f"{item.kind.kind.lower()}-{item.name}-last-applied.yaml"
        if wrong := session.desk.write(name, to_yaml(json.loads(text))):
            raise failure(wrong.removeprefix("sh: "))
        keep_it = f"kubectl apply set-last-applied -f {name}"
        session.print(f"{item} is open in the editor as {name}: change it, then {keep_it}")
    return None


def _edit(session: Session, parsed: Parsed, item: Found, applied: Obj) -> None:
    def change(objects: Objs) -> list[str]:
        for obj in objects:
            if refused := editing.refuse_renamed(applied, obj):
                raise refused
            wanted = annotations_of(with_last_applied(obj))[LAST_APPLIED]
            print_one(
                session,
                parsed.options["output"],
                _annotate(session, parsed, item, wanted),
                "edited",
            )
        return []

    editing.edit(session, applied, change, "'last-applied-configuration' annotations")


def _annotate(session: Session, parsed: Parsed, item: Found, text: str) -> Found:
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body={"metadata": {"annotations": {LAST_APPLIED: text}}},
        patch_type="merge",
        options=options.request_options(parsed, "kubectl-client-side-apply"),
    )
    return Found(item.kind, obj)


VIEW = Verb(
    name="view-last-applied",
    summary="View the latest last-applied-configuration annotations of a resource/object",
    run=view,
    usage="(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    example="kubectl apply view-last-applied deployment/web",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.SELECTOR,
        options.ALL,
        options.PLAIN_OUTPUT,
    ),
)
EDIT = Verb(
    name="edit-last-applied",
    summary="Edit latest last-applied-configuration annotations of a resource/object",
    run=edit,
    usage="(RESOURCE/NAME | -f FILENAME)",
    example="kubectl apply edit-last-applied deployment/web",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.OUTPUT,
        options.FIELD_MANAGER,
        options.VALIDATE,
        Flag("windows-line-endings", "bool", default=False, hint="Ignored: lines end as here"),
    ),
)
KEEP = Verb(
    name="set-last-applied",
    summary="Set the last-applied-configuration annotation on a live object to match a file",
    run=keep,
    usage="-f FILENAME",
    example="kubectl apply set-last-applied -f web.yaml",
    flags=(
        options.FILENAME,
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        options.FIELD_MANAGER,
        Flag("create-annotation", "bool", default=False, hint="Where there is none, too"),
    ),
)
CHILDREN = {verb.name: verb for verb in (EDIT, KEEP, VIEW)}
