"""kubectl patch."""

from __future__ import annotations

from typing import Any

from k8slab.engine.api.errors import ApiError

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found, need_resources, select
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
    for item in _found(session, parsed):
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


def _found(session: Session, parsed: Parsed) -> list[Found]:
    if parsed.options["filename"]:
        return [
            Found(item.kind, session.get(item.kind, item.namespace, item.name))
            for item in options.manifests(session, parsed)
        ]
    need_resources(parsed.arguments)
    return select(session, parsed.arguments)


def _patch(session: Session, parsed: Parsed, item: Found, type_: str, body: Any) -> None:
    strategy = options.dry_run(parsed)
    request_options = options.request_options(parsed, "kubectl-patch")
    if strategy == "client":
        request_options = {**request_options, "dry_run": True}
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        subresource=parsed.options["subresource"],
        body=body,
        patch_type=type_,
        options=request_options,
    )
    done = options.done("patched", strategy)
    if obj == item.obj:
        done += " (no change)"
    print_one(session, parsed.options["output"], Found(item.kind, obj), done)


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
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        Flag("patch", short="p", hint="The patch, JSON or YAML"),
        Flag("patch-file", hint="A file with the patch"),
        Flag("type", default="strategic", hint="json, merge or strategic"),
        Flag("subresource", hint="status or scale"),
    ),
)
