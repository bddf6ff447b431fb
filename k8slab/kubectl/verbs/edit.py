"""kubectl edit: an object's YAML in an editor, and back as a patch.

Without an editor that is waited for, the file is opened in the one beside the terminal, to be
applied there.
"""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.schema import type_of_kind
from k8slab.engine.base.objects import Obj, Objs

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.json_text import to_compact_json
from ..printers.output import print_one
from ..printers.yaml_text import to_yaml
from ..resources import NO_RESOURCES, Found, kinds_of, qualified_plural, select
from ..session import Session, shown
from ..threeway import three_way_patch
from . import editing, options


def run(session: Session, parsed: Parsed) -> int | None:
    """Edit the objects, or open each as a file."""
    found = _found(session, parsed)
    if session.desk is None:
        raise failure("there is no editor here")
    if session.failed:
        return None
    if editing.editor(session):
        _edit(session, parsed, found)
        return None
    for item in found:
        name = f"{item.kind.kind.lower()}-{item.name}.yaml"
        if wrong := session.desk.write(name, to_yaml(shown(item.obj))):
            raise failure(wrong.removeprefix("sh: "))
        session.print(f"{item} is open in the editor as {name}: change it, and apply it there")
    return None


def _found(session: Session, parsed: Parsed) -> list[Found]:
    if parsed.options["filename"]:
        return options.stored(session, parsed)
    if not parsed.arguments:
        raise failure(NO_RESOURCES)
    if len(parsed.arguments) == 1 and "/" not in parsed.arguments[0]:
        kinds_of(parsed.arguments[0], session.discovery)
    return select(session, parsed.arguments, everything=len(parsed.arguments) == 1)


def _edit(session: Session, parsed: Parsed, found: list[Found]) -> None:
    by_uid = {item.obj["metadata"]["uid"]: item for item in found}

    def change(objects: Objs) -> list[str]:
        reasons = []
        for obj in objects:
            item = by_uid.get((obj.get("metadata") or {}).get("uid"))
            if item is None:
                raise failure("At least one of apiVersion, kind and name was changed")
            if wrong := _save(session, parsed, item, obj):
                reasons.append(wrong)
        return reasons

    values = [shown(item.obj) for item in found]
    listed: Obj = {"apiVersion": "v1", "items": values, "kind": "List", "metadata": {}}
    editing.edit(session, values[0] if len(values) == 1 else listed, change)


def _save(session: Session, parsed: Parsed, item: Found, new: Obj) -> str:
    """Patch one object, and say so; why it has to be edited again, or ""."""
    old, form = shown(item.obj), parsed.options["output"]
    if new == old:
        print_one(session, form, item, "skipped")
        return ""
    if refused := editing.refuse_renamed(old, new):
        raise refused
    patch = three_way_patch(old, new, old, type_of_kind(item.kind))
    if parsed.options["output-patch"]:
        session.print(f"Patch: {to_compact_json(patch)}")
    try:
        stored = session.request(
            "patch",
            item.kind,
            item.namespace,
            item.name,
            body=patch,
            patch_type="strategic" if item.kind.type is None else "merge",
            options=options.request_options(parsed, "kubectl-edit"),
        )
    except ApiError as error:
        return _refused(session, item, error)
    print_one(session, form, Found(item.kind, stored), "edited")
    return ""


def _refused(session: Session, item: Found, error: ApiError) -> str:
    """Tell of a refusal; only what is invalid can be mended by editing again."""
    named = f'{qualified_plural(item.kind)} "{item.name}"'
    if error.reason == "Invalid":
        session.warn(f"error: {named} is invalid")
        return f"{named} was not valid:"
    session.failed = True
    if error.code == 404:
        session.warn(f"error: {named} could not be found on the server")
    else:
        session.warn(f"error: {named} could not be patched: {error.message}")
    return ""


VERB = Verb(
    name="edit",
    summary="Edit a resource on the server",
    run=run,
    section="Basic Commands (Intermediate)",
    usage="TYPE NAME | TYPE/NAME | -f FILENAME",
    example="""\
kubectl edit deployment web
KUBE_EDITOR='sed -i s/1.27/1.28/' kubectl edit deployment web""",
    flags=(
        options.FILENAME,
        options.RECURSIVE,
        options.OUTPUT,
        options.FIELD_MANAGER,
        options.VALIDATE,
        options.RECORD,
        Flag("output-patch", "bool", default=False, hint="Print the patch, too"),
        Flag("save-config", "bool", default=False, hint="Ignored: apply does it"),
    ),
)
