"""kubectl apply: three-way merge of the file, the last applied file and the live object."""

from __future__ import annotations

import json
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import type_of_kind
from k8slab.engine.base.objects import Obj, annotations_of, set_in

from ..command import Verb
from ..errors import Failure, failure, with_source
from ..flags import Flag, Parsed
from ..manifests import Manifest, stored
from ..printers.json_text import to_compact_json
from ..printers.output import print_found, print_one, print_value
from ..resources import Found
from ..session import CHANGE_CAUSE, Session, shown
from ..threeway import three_way_patch
from . import last_applied, options
from .apply_prune import FLAGS as PRUNE_FLAGS
from .apply_prune import kinds_to_prune, prune, recreate
from .apply_server_side import CLIENT_SIDE, apply_on_server, check_name
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
    pruned = kinds_to_prune(session, parsed)
    session.reads_first = True
    manifests = options.manifests(session, parsed)
    if not manifests and not session.unreadable:
        raise failure("no objects passed to apply")
    if session.cause:
        manifests = [_recorded(session, manifest) for manifest in manifests]
        session.cause = ""
    one = apply_on_server if parsed.options["server-side"] else _apply
    form, together = parsed.options["output"], []
    for manifest in manifests:
        try:
            item, done = one(session, parsed, manifest)
        except (ApiError, Failure) as refused:
            session.fail(refused)
            continue
        if form in ("", "name"):
            print_one(session, form, item, done)
        else:
            together.append(item)
    if session.failed:
        return None
    _print_together(session, form, together)
    if parsed.options["prune"]:
        prune(session, parsed, manifests, pruned)
    return None


def _print_together(session: Session, form: str, applied: list[Found]) -> None:
    """Under ``-o``: one object as it is, several as a List."""
    if len(applied) == 1:
        print_found(session, form, applied, single=True)
    elif applied:
        items = [item.obj if session.with_managers else shown(item.obj) for item in applied]
        listed = {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {}}
        print_value(session, form, listed)


def _recorded(session: Session, manifest: Manifest) -> Manifest:
    """``--record``: the line as the cause of the change."""
    path = ("metadata", "annotations")
    noted = {**annotations_of(manifest.obj), CHANGE_CAUSE: session.cause}
    return Manifest(manifest.kind, set_in(manifest.obj, path, noted), manifest.source)


def _check_flags(parsed: Parsed) -> None:
    """Failure for flags that contradict each other (cmd/apply Validate)."""
    flags, strategy = parsed.options, options.dry_run(parsed)
    options.propagation(parsed)
    if flags["force-conflicts"] and not flags["server-side"]:
        raise failure("--force-conflicts only works with --server-side")
    if flags["server-side"] and strategy == "client":
        raise failure(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server "
            "instead?)"
        )
    if flags["force"] and flags["server-side"]:
        raise failure("--force cannot be used with --server-side")
    if flags["force"] and strategy == "server":
        raise failure("--dry-run=server cannot be used with --force")
    if flags["all"] and flags["selector"]:
        raise failure("cannot set --all and --selector at the same time")
    if flags["prune"]:
        _check_prune(parsed)
    if flags["subresource"] and not flags["server-side"]:
        raise failure("--subresource can only be specified for --server-side")


def _check_prune(parsed: Parsed) -> None:
    flags = parsed.options
    if flags["force"]:
        raise failure("--force cannot be used with --prune")
    if not (flags["all"] or flags["selector"]):
        raise failure(
            "all resources selected for prune without explicitly passing --all. To prune all "
            "resources, pass the --all flag. If you did not mean to prune all resources, specify "
            "a label selector"
        )
    if flags["server-side"]:
        raise failure(
            "--prune is in alpha and doesn't currently work on objects created by server-side apply"
        )


def _apply(session: Session, parsed: Parsed, manifest: Manifest) -> tuple[Found, str]:
    """The object and what happened to it; ApiError and Failure where it was refused."""
    strategy = options.dry_run(parsed)
    asked = options.request_options(parsed, MANAGER)
    check_name(manifest)
    live = _live(session, manifest)
    if live is None:
        obj = with_last_applied(manifest.obj)
        if strategy != "client":
            try:
                obj = create(session, manifest, obj, asked)
            except ApiError as error:
                raise with_source("creating", manifest.source, error) from None
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
                raise _patching(manifest, patch, error) from None
            result = recreate(session, manifest, asked)
    done = options.done("configured" if patch else "unchanged", strategy)
    return Found(manifest.kind, result), done


def _live(session: Session, manifest: Manifest) -> Obj | None:
    try:
        return stored(session, manifest)
    except (ApiError, Failure) as refused:
        what = refused.message if isinstance(refused, ApiError) else refused.plain
        message = (
            f"error when retrieving current configuration of:\n{_described(manifest)}\n"
            f'from server for: "{manifest.source}": {what}'
        )
        if isinstance(refused, Failure):
            raise failure(message) from None
        raise ApiError(refused.code, refused.reason, message, refused.details) from None


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
        *PRUNE_FLAGS,
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
        options.CASCADE,
        Flag("timeout", "duration", default=0, hint="Ignored: --force waits until it is gone"),
        Flag("openapi-patch", "bool", default=True, hint="Ignored: patches follow the schema"),
        Flag("subresource", hint="With --server-side: apply a part of its own, such as status"),
        Flag("wait", "bool", default=False, hint="Ignored: nothing is pruned"),
    ),
    children=last_applied.CHILDREN,
)

__all__ = ["VERB", "group_version", "patch_for", "send_patch"]
