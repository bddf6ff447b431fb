"""kubectl patch."""

from __future__ import annotations

import json
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
from ..yaml_reader import JsonError, YamlError, read_documents, read_json
from . import options

_TYPES = ("json", "merge", "strategic")


def run(session: Session, parsed: Parsed) -> int | None:
    """Change fields of an object by a patch, JSON or YAML. What it prints tells of no dry run."""
    type_ = parsed.options["type"].lower() or "strategic"
    body = _body(session, parsed, type_)
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


def _body(session: Session, parsed: Parsed, type_: str) -> Any:
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
    if type_ not in _TYPES:
        raise failure(f'--type must be one of [{" ".join(_TYPES)}], not "{parsed.options["type"]}"')
    if name:
        if name not in session.files:
            raise failure(f"unable to read patch file: open {name}: no such file or directory")
        text = session.files[name]
    if text.lstrip().startswith("{"):
        return _read_json(text, type_)
    try:
        documents = read_documents(text)
    except YamlError as error:
        raise failure(f"unable to parse {json.dumps(text)}: {error}") from None
    return documents[0].value if documents else {}


def _read_json(text: str, type_: str) -> Any:
    """What looks like JSON goes to the server as it is: the server says what is wrong with it."""
    try:
        return read_json(text)
    except JsonError as error:
        why = "error decoding patch: " if type_ in ("json", "merge") else ""
        raise ApiError(400, "BadRequest", why + error.message) from None


def _change_files(session: Session, parsed: Parsed, type_: str, body: Any) -> None:
    """``--local``: patch the files' objects, and ask no server."""
    for manifest in options.manifests(session, parsed):
        kind, obj = manifest.kind, manifest.obj
        patched = apply_patch(type_, obj, body, type_of_kind(kind))
        done = "patched" if patched != obj else "patched (no change)"
        print_one(session, parsed.options["output"], Found(kind, patched), done, apart=True)


def _patch(session: Session, parsed: Parsed, item: Found, type_: str, body: Any) -> None:
    subresource = parsed.options["subresource"]
    place = item.kind, item.namespace, item.name
    before = session.request("get", *place, subresource=subresource) if subresource else item.obj
    if options.dry_run(parsed) == "client":
        after = apply_patch(type_, before, body, type_of_kind(item.kind))
    else:
        after = session.request(
            "patch",
            *place,
            subresource=subresource,
            body=body,
            patch_type=type_,
            options=options.request_options(parsed, "kubectl-patch"),
        )
    done = "patched" if after != before else "patched (no change)"
    if subresource == "scale" and not parsed.options["output"]:
        session.print(f"scale.autoscaling/{item.name} {done}")
    else:
        print_one(session, parsed.options["output"], Found(item.kind, after), done, apart=True)


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
        options.RECORD,
        Flag("patch", short="p", hint="The patch, JSON or YAML"),
        Flag("patch-file", hint="A file with the patch"),
        Flag("type", default="strategic", hint="json, merge or strategic"),
        Flag("subresource", hint="status or scale"),
    ),
)
