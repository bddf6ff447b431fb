"""kubectl patch."""

from __future__ import annotations

from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.patch import apply_patch
from k8slab.engine.api.schema import type_of_kind

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found
from ..session import Session
from ..yaml_reader import YamlError, read_documents
from . import options

_TYPES = ("json", "merge", "strategic")


def run(session: Session, parsed: Parsed) -> int | None:
    """Change fields of an object by a patch, JSON or YAML."""
    type_ = parsed.options["type"]
    if type_ not in _TYPES:
        raise failure(f'--type must be one of [{" ".join(_TYPES)}], not "{type_}"')
    body = _body(session, parsed)
    if parsed.options["local"]:
        _change_files(session, parsed, type_, body)
        return None
    for item in options.meant(session, parsed, parsed.arguments):
        try:
            _patch(session, parsed, item, type_, body)
        except ApiError as error:
            if error.code == 415:
                kind = f"{item.kind.api_version}, Kind={item.kind.kind}"
                media = "application/strategic-merge-patch+json is not supported by"
                raise failure(f"{media} {kind}: {error.message}") from None
            session.fail(error)
    return None


def _body(session: Session, parsed: Parsed) -> Any:
    text, name = parsed.options["patch"], parsed.options["patch-file"]
    if text and name:
        raise failure("cannot specify --patch and --patch-file together")
    if parsed.options["local"] and parsed.arguments:
        raise failure("cannot specify --local and server resources")
    if parsed.options["local"] and options.dry_run(parsed) == "server":
        raise failure(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
        )
    if not text and not name:
        raise failure("must specify --patch or --patch-file containing the contents of the patch")
    if name:
        if name not in session.files:
            raise failure(f"unable to read patch file: open {name}: no such file or directory")
        text = session.files[name]
    try:
        documents = read_documents(text)
    except YamlError as error:
        raise failure(f'unable to parse "{text}": {error}') from None
    return documents[0].value if documents else {}


def _change_files(session: Session, parsed: Parsed, type_: str, body: Any) -> None:
    """``--local``: patch the files' objects, and ask no server."""
    for manifest in options.manifests(session, parsed):
        kind, obj = manifest.kind, manifest.obj
        patched = apply_patch(type_, obj, body, type_of_kind(kind))
        done = "patched" if patched != obj else "patched (no change)"
        print_one(session, parsed.options["output"], Found(kind, patched), done, apart=True)


def _patch(session: Session, parsed: Parsed, item: Found, type_: str, body: Any) -> None:
    strategy, subresource = options.dry_run(parsed), parsed.options["subresource"]
    if subresource not in ("", "status", "scale", "resize"):
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    request_options = options.request_options(parsed, "kubectl-patch")
    if strategy == "client":
        request_options = {**request_options, "dry_run": True}
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        subresource=subresource,
        body=body,
        patch_type=type_,
        options=request_options,
    )
    done = options.done("patched", strategy)
    if obj == item.obj:
        done += " (no change)"
    if subresource == "scale" and not parsed.options["output"]:
        session.print(f"scale.autoscaling/{item.name} {done}")
    else:
        print_one(session, parsed.options["output"], Found(item.kind, obj), done, apart=True)


VERB = Verb(
    name="patch",
    summary="Update fields of a resource",
    run=run,
    section="Advanced Commands",
    usage="TYPE NAME --patch PATCH",
    example="""\
kubectl patch deployment web -p '{"spec":{"replicas":3}}'
kubectl patch pod web-1 --type=merge -p 'metadata: {labels: {tier: front}}'""",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.LOCAL,
        options.FIELD_MANAGER,
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        Flag("patch", short="p", hint="The patch, JSON or YAML"),
        Flag("patch-file", hint="A file with the patch"),
        Flag("type", default="strategic", hint="json, merge or strategic"),
        Flag("subresource", hint="status or scale"),
    ),
)
