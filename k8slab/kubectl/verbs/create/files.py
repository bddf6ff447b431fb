"""kubectl create -f: objects from files; what its subcommands share."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs, set_in

from ...errors import failure, with_source
from ...flags import Flag, Parsed
from ...manifests import Manifest
from ...printers.json_text import to_compact_json
from ...printers.output import print_one, print_typed
from ...resources import Found
from ...session import Session
from .. import editing, options
from ..raw import send_raw

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def run(session: Session, parsed: Parsed) -> int | None:
    """Create what the files name."""
    if parsed.arguments:
        raise options.unexpected("kubectl create", parsed.arguments)
    if not options.names_files(parsed):
        raise failure("must specify one of -f and -k")
    if parsed.options["raw"]:
        send_raw(session, parsed, "create")
        return None
    manifests = options.manifests(session, parsed)
    if not manifests and not session.unreadable:
        raise failure("no objects passed to create")
    if parsed.options["edit"]:
        _edited(session, parsed, manifests)
        return None
    for manifest in manifests:
        obj = manifest.obj
        if parsed.options["save-config"]:
            obj = with_last_applied(obj)
        try:
            store(session, parsed, manifest, obj)
        except ApiError as error:
            session.fail(with_source("creating", manifest.source, error))
    return None


def _edited(session: Session, parsed: Parsed, manifests: list[Manifest]) -> None:
    """``--edit``: create what an editor makes of the files' objects."""
    if session.desk is None or not editing.editor(session):
        raise failure("no editor is named: KUBE_EDITOR='sed -i ...' kubectl create --edit")
    kinds = {(it.kind.api_version, it.kind.kind): it for it in manifests}

    def change(objects: Objs) -> list[str]:
        for obj in objects:
            first = kinds.get((str(obj.get("apiVersion")), str(obj.get("kind"))))
            if first is None:
                raise failure("At least one of apiVersion, kind and name was changed")
            store(session, parsed, Manifest(first.kind, obj, first.source), obj)
        return []

    values = [manifest.obj for manifest in manifests]
    listed: Obj = {"apiVersion": "v1", "items": values, "kind": "List", "metadata": {}}
    editing.edit(session, values[0] if len(values) == 1 else listed, change)


def store(
    session: Session,
    parsed: Parsed,
    manifest: Manifest,
    obj: Obj,
    verb: str = "created",
    *,
    apart: bool = False,
    made: bool = False,
) -> None:
    """Create an object, or only show it under a dry run, and say so.

    ``made``: kubectl made it itself, with its fields in the order of Go's struct.
    """
    strategy = options.dry_run(parsed)
    if strategy == "client" and made and parsed.options["output"] == "json":
        print_typed(session, "json", obj)
        return
    if strategy != "client":
        obj = create(session, manifest, obj, options.request_options(parsed, "kubectl-create"))
    done = options.done(verb, strategy)
    print_one(session, parsed.options["output"], Found(manifest.kind, obj), done, apart=apart)


def create(session: Session, manifest: Manifest, obj: Obj, request_options: Obj) -> Obj:
    """The object as the server stored it."""
    return session.request(
        "create",
        manifest.kind,
        manifest.namespace,
        manifest.name,
        body=obj,
        options=request_options,
    )


def with_last_applied(obj: Obj) -> Obj:
    """The object with the annotation that three-way apply compares with."""
    metadata = obj["metadata"]
    annotations = {
        name: value
        for name, value in (metadata.get("annotations") or {}).items()
        if name != LAST_APPLIED
    }
    bare = set_in(obj, ("metadata", "annotations"), annotations)
    bare = {name: value for name, value in bare.items() if name != "status" or value}
    annotations = {**annotations, LAST_APPLIED: to_compact_json(bare) + "\n"}
    return set_in(obj, ("metadata", "annotations"), annotations)


FILE_FLAGS = ("filename", "kustomize", "recursive", "selector", "raw", "windows-line-endings",
              "record", "edit")  # fmt: skip
"""Flags that the subcommands do not have."""
FLAGS = (
    options.FILENAME,
    options.KUSTOMIZE,
    options.RECURSIVE,
    options.SELECTOR,
    options.OUTPUT,
    options.DRY_RUN,
    options.RECORD,
    options.VALIDATE,
    options.FIELD_MANAGER,
    Flag("raw", hint="POST the file to this path of the server"),
    Flag("windows-line-endings", "bool", default=False, hint="Only with --edit"),
    Flag("edit", "bool", default=False, hint="Change the files' objects in an editor first"),
    Flag("save-config", "bool", default=False, hint="Remember the object for a later apply"),
)
