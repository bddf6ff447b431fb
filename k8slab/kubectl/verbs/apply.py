"""kubectl apply: three-way merge of the file, the last applied file and the live object."""

from __future__ import annotations

import json
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import type_of_kind
from k8slab.engine.base.objects import Obj, annotations_of, set_in

from ..command import Verb
from ..errors import failure, with_source
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.json_text import to_compact_json
from ..printers.output import print_found, print_one, print_value
from ..resources import Found
from ..session import CHANGE_CAUSE, Session, shown
from ..threeway import three_way_patch
from . import last_applied, options
from .apply_prune import prune, recreate
from .apply_server_side import CLIENT_SIDE, apply_on_server
from .create import LAST_APPLIED, create, with_last_applied

MANAGER = CLIENT_SIDE
_MISSING = (
    "Warning: resource {resource}/{name} is missing the {annotation} annotation which is required "
    "by kubectl apply. kubectl apply should only be used on resources created declaratively by "
    "either kubectl create --save-config or kubectl apply. The missing annotation will be patched "
    "automatically."
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Make the cluster what the files say."""
    if not options.names_files(parsed):
        if parsed.arguments:
            raise options.unexpected("kubectl apply", parsed.arguments)
        raise failure("must specify one of -f and -k")
    if parsed.arguments:
        raise options.unexpected("kubectl apply", parsed.arguments)
    _check_flags(parsed)
    manifests = options.manifests(session, parsed)
    if not manifests:
        raise failure("no objects passed to apply")
    if session.cause:
        manifests = [_recorded(session, manifest) for manifest in manifests]
        session.cause = ""
    one = apply_on_server if parsed.options["server-side"] else _apply
    form, together = parsed.options["output"], []
    for manifest in manifests:
        applied = one(session, parsed, manifest)
        if applied and form in ("", "name"):
            print_one(session, form, *applied)
        elif applied:
            together.append(applied[0])
    if len(together) == 1:
        print_found(session, form, together, single=True)
    elif together:
        items = [item.obj if session.with_managers else shown(item.obj) for item in together]
        listed = {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {}}
        print_value(session, form, listed)
    if parsed.options["prune"]:
        prune(session, parsed, manifests)
    return None


def _recorded(session: Session, manifest: Manifest) -> Manifest:
    """``--record``: the line as the cause of the change."""
    path = ("metadata", "annotations")
    noted = {**annotations_of(manifest.obj), CHANGE_CAUSE: session.cause}
    return Manifest(manifest.kind, set_in(manifest.obj, path, noted), manifest.source)


def _check_flags(parsed: Parsed) -> None:
    flags = parsed.options
    if flags["prune"] and not (flags["all"] or flags["selector"]):
        raise failure(
            "all resources selected for prune without explicitly passing --all. To prune all "
            "resources, pass the --all flag. If you did not mean to prune all resources, specify "
            "a label selector"
        )
    if flags["prune"] and flags["all"] and flags["selector"]:
        raise failure("cannot set --all and --selector at the same time")
    if flags["force-conflicts"] and not flags["server-side"]:
        raise failure("--force-conflicts only works with --server-side")
    if flags["force"] and flags["server-side"]:
        raise failure("--force cannot be used with --server-side")
    if flags["subresource"] and not flags["server-side"]:
        raise failure("--subresource can only be specified for --server-side")
    options.propagation(parsed)
    if flags["server-side"] and options.dry_run(parsed) == "client":
        raise failure(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server "
            "instead?)"
        )


def _apply(session: Session, parsed: Parsed, manifest: Manifest) -> tuple[Found, str] | None:
    """The object and what happened to it; None where it was refused, which is told of."""
    strategy = options.dry_run(parsed)
    asked = options.request_options(parsed, MANAGER)
    try:
        live = _live(session, manifest)
    except ApiError as error:
        session.fail(error)
        return None
    if live is None:
        obj = with_last_applied(manifest.obj)
        if strategy != "client":
            try:
                obj = create(session, manifest, obj, asked)
            except ApiError as error:
                session.fail(with_source("creating", manifest.source, error))
                return None
        return Found(manifest.kind, obj), options.done("created", strategy)
    if LAST_APPLIED not in annotations_of(live):
        session.warn(
            _MISSING.format(
                resource=manifest.kind.plural, name=manifest.name, annotation=LAST_APPLIED
            )
        )
    patch = patch_for(manifest, live)
    result = live
    if patch and strategy != "client":
        try:
            result = send_patch(session, manifest, patch, asked)
        except ApiError as error:
            if not (parsed.options["force"] and error.code in (409, 422)):
                session.fail(_patching(manifest, patch, error))
                return None
            result = recreate(session, manifest, asked)
    done = options.done("configured" if patch else "unchanged", strategy)
    return Found(manifest.kind, result), done


def _live(session: Session, manifest: Manifest) -> Obj | None:
    generate = manifest.obj["metadata"].get("generateName")
    if not manifest.name and generate:
        raise failure(f"from {generate}: cannot use generate name with apply")
    if not manifest.name:
        raise failure(
            f"error when retrieving current configuration of:\n{_described(manifest)}\n"
            f'from server for: "{manifest.source}": resource name may not be empty'
        )
    try:
        return session.find(manifest.kind, manifest.namespace, manifest.name)
    except ApiError as error:
        message = (
            f"error when retrieving current configuration of:\n{_described(manifest)}\n"
            f'from server for: "{manifest.source}": {error.message}'
        )
        raise ApiError(error.code, error.reason, message, error.details) from None


def patch_for(manifest: Manifest, live: Obj, *, annotate: bool = True) -> Obj:
    """The merge patch (strategic, of a built-in kind) that makes ``live`` what ``manifest`` says.

    ``annotate`` False leaves last-applied-configuration as it is, as kubectl diff does.
    """
    kind = manifest.kind
    modified = with_last_applied(_without_nulls(manifest.obj))
    if not annotate:
        kept = {it: text for it, text in annotations_of(modified).items() if it != LAST_APPLIED}
        modified = set_in(modified, ("metadata", "annotations"), kept)
    original = _last_applied(live)
    return three_way_patch(original, modified, live, type_of_kind(kind))


def _last_applied(live: Obj) -> Obj:
    try:
        original: Any = json.loads(annotations_of(live).get(LAST_APPLIED, "{}"))
    except ValueError:
        raise failure("the last-applied-configuration annotation holds no JSON") from None
    return original if isinstance(original, dict) else {}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(child) for name, child in value.items() if child is not None}
    return [_without_nulls(child) for child in value] if isinstance(value, list) else value


def send_patch(session: Session, manifest: Manifest, patch: Obj, asked: Obj) -> Obj:
    """The object after the patch."""
    return session.request(
        "patch",
        manifest.kind,
        manifest.namespace,
        manifest.name,
        body=patch,
        patch_type="strategic" if manifest.kind.type is None else "merge",
        options=asked,
    )


def _described(manifest: Manifest) -> str:
    kind = manifest.kind
    version = group_version(kind)
    return (
        f'Resource: "{version}, Resource={kind.plural}", GroupVersionKind: "{version}, '
        f'Kind={kind.kind}"\nName: "{manifest.name}", Namespace: "{manifest.namespace}"'
    )


def group_version(kind: Kind) -> str:
    """``apps/v1``, or ``/v1`` for the core group: Go's GroupVersionKind text."""
    return f"{kind.group}/{kind.version}"


def _patching(manifest: Manifest, patch: Obj, error: ApiError) -> ApiError:
    message = (
        f"error when applying patch:\n{to_compact_json(patch)}\nto:\n{_described(manifest)}\n"
        f'for: "{manifest.source}": error when patching "{manifest.source}": {error.message}'
    )
    return ApiError(error.code, error.reason, message, error.details)


VERB = Verb(
    name="apply",
    summary="Apply a configuration to a resource by file name or stdin",
    run=run,
    section="Advanced Commands",
    usage="-f FILENAME",
    example="""\
kubectl apply -f web.yaml
kubectl apply -f ./k8s/
cat web.yaml | kubectl apply -f -""",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.SELECTOR,
        options.OUTPUT,
        Flag("prune", "bool", default=False, hint="Delete what was applied and is no more in them"),
        Flag("prune-allowlist", "array", default=(), hint="Prune only this GROUP/VERSION/KIND"),
        Flag("all", "bool", default=False, hint="Prune whatever its labels are"),
        Flag("force", "bool", default=False, hint="Delete and create what cannot be changed"),
        Flag("grace-period", "int", default=-1, hint="Seconds to end in, for --force"),
        Flag("overwrite", "bool", default=True, hint="Undo by the file what others have changed"),
        options.RECORD,
        options.DRY_RUN,
        options.VALIDATE,
        options.FIELD_MANAGER,
        Flag("server-side", "bool", default=False, hint="Let the server merge, by field managers"),
        Flag("force-conflicts", "bool", default=False, hint="Take fields from other managers"),
        Flag("force", "bool", default=False, hint="Ignored: nothing is replaced by force"),
        Flag("grace-period", "int", default=-1, hint="Ignored, as --force is"),
        options.CASCADE,
        Flag("timeout", "duration", default=0, hint="Ignored: --force waits until it is gone"),
        Flag("openapi-patch", "bool", default=True, hint="Ignored: patches follow the schema"),
        Flag("subresource", hint="With --server-side: apply a part of its own, such as status"),
        Flag("wait", "bool", default=False, hint="Ignored: nothing is pruned"),
    ),
    children=last_applied.CHILDREN,
)

__all__ = ["VERB", "group_version", "patch_for", "send_patch"]
