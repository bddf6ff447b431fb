"""kubectl diff: what applying a file would change, as a unified diff."""

from __future__ import annotations

import difflib

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.times import rfc3339

from ..command import Verb
from ..errors import Failure, failure, server_text
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.yaml_text import to_yaml
from ..session import Session, shown
from . import options
from .apply import MANAGER, patch_for, send_patch
from .create import create


def run(session: Session, parsed: Parsed) -> int:
    """Exit code 0: no difference; 1: differences; 2: something went wrong."""
    if parsed.arguments:
        raise Failure(options.unexpected("kubectl diff", parsed.arguments).text, 2)
    if not options.names_files(parsed):
        raise failure("must specify one of -f and -k", 2)
    try:
        manifests = options.manifests(session, parsed)
    except Failure as refused:
        raise Failure(refused.text, 2) from None
    differs = False
    for manifest in manifests:
        try:
            live, merged = preview(session, parsed, manifest)
        except ApiError as error:
            session.warn(server_text(error))
            return 2
        text = difference(session, manifest, live, merged)
        differs = differs or bool(text)
        session.write(text)
    return int(differs)


def preview(session: Session, parsed: Parsed, manifest: Manifest) -> tuple[Obj | None, Obj]:
    """The live object (None: there is none) and what a server's dry run of apply makes of it."""
    asked = {"dry_run": True, "field_manager": MANAGER, "field_validation": "Strict"}
    live = session.find(manifest.kind, manifest.namespace, manifest.name)
    if live is None:
        return None, create(session, manifest, manifest.obj, asked)
    if parsed.options["server-side"]:
        named = parsed.options["field-manager"]
        asked |= {"field_manager": named, "force": parsed.options["force-conflicts"]}
        place = manifest.kind, manifest.namespace, manifest.name
        body = manifest.obj
        applied = session.request("patch", *place, body=body, patch_type="apply", options=asked)
        return live, applied
    patch = patch_for(manifest, live, annotate=False)
    return live, send_patch(session, manifest, patch, asked) if patch else live


def difference(session: Session, manifest: Manifest, live: Obj | None, merged: Obj) -> str:
    """``diff -u -N`` of the two as YAML, or "" where they are equal."""
    before = to_yaml(shown(live)) if live is not None else ""
    after = to_yaml(shown(merged))
    if before == after:
        return ""
    kind = manifest.kind
    group = f"{kind.group}." if kind.group else ""
    name = f"{group}{kind.version}.{kind.kind}.{manifest.namespace}.{manifest.name}"
    time = rfc3339(session.now_unix_ms).replace("T", " ").replace("Z", " +0000")
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"LIVE/{name}",
        f"MERGED/{name}",
        time,
        time,
    )
    return f"diff -u -N LIVE/{name} MERGED/{name}\n" + "".join(lines)


VERB = Verb(
    name="diff",
    summary="Diff the live version against a would-be applied version",
    run=run,
    section="Advanced Commands",
    usage="-f FILENAME",
    example="kubectl diff -f web.yaml",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.SELECTOR,
        options.FIELD_MANAGER,
        Flag("server-side", "bool", default=False, hint="What a server-side apply would change"),
        Flag("force-conflicts", "bool", default=False, hint="Take fields from other managers"),
        Flag("concurrency", "int", default=1, hint="Ignored: one after another"),
    ),
)
