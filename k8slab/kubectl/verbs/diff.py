"""kubectl diff: what applying a file would change, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.times import rfc3339

from ..command import Verb
from ..errors import Failure, failure, server_text
from ..flags import Flag, Parsed
from ..manifests import Manifest, stored
from ..printers.yaml_text import to_yaml
from ..resources import Found
from ..session import Session, shown
from . import options
from .apply import MANAGER, patch_for, send_patch
from .apply_prune import FLAGS as PRUNE_FLAGS
from .apply_prune import kinds_to_prune, left_over
from .create import create

_HIDDEN, _BEFORE, _AFTER = "***", "*** (before)", "*** (after)"


def run(session: Session, parsed: Parsed) -> int:
    """Exit code 0: no difference; 1: differences; 2: something went wrong, and nothing is shown."""
    if parsed.arguments:
        raise Failure(options.unexpected("kubectl diff", parsed.arguments).text, 2)
    if not options.names_files(parsed):
        raise failure("must specify one of -f and -k", 2)
    if parsed.options["force-conflicts"] and not parsed.options["server-side"]:
        raise failure("--force-conflicts only works with --server-side", 2)
    try:
        told = dict(_differences(session, parsed))
    except ApiError as error:
        raise Failure(server_text(error), 2) from None
    except Failure as refused:
        raise Failure(refused.text, 2) from None
    for name in sorted(told):
        session.write(told[name])
    return int(any(told.values()))


def _differences(session: Session, parsed: Parsed) -> Iterator[tuple[str, str]]:
    """The name of each object's file, and how it differs; ApiError and Failure."""
    kinds = kinds_to_prune(session, parsed)
    manifests = []
    for manifest in options.read_manifests(session, parsed):
        if isinstance(manifest, Failure):
            raise manifest
        manifests.append(manifest)
        live, merged = preview(session, parsed, manifest)
        if not parsed.options["show-managed-fields"]:
            live, merged = live and shown(live), shown(merged)
        if manifest.kind.kind == "Secret":
            live, merged = masked(live, merged)
        yield difference(session, Found(manifest.kind, merged), live, merged)
    for found in left_over(session, parsed, manifests, kinds):
        yield difference(session, found, found.obj, None)


def preview(session: Session, parsed: Parsed, manifest: Manifest) -> tuple[Obj | None, Obj]:
    """The live object (None: there is none) and what a server's dry run of apply makes of it."""
    on_server = parsed.options["server-side"]
    asked: Obj = options.request_options(parsed, "kubectl" if on_server else MANAGER)
    asked |= {"dry_run": True, "field_validation": "Warn"}
    live = stored(session, manifest)
    if on_server:
        asked["force"] = parsed.options["force-conflicts"]
        place, body = (manifest.kind, manifest.namespace, manifest.name), manifest.obj
        return live, session.request("patch", *place, body=body, patch_type="apply", options=asked)
    if live is None:
        return None, create(session, manifest, manifest.obj, asked)
    patch = patch_for(manifest, live, annotate=False)
    return live, send_patch(session, manifest, patch, asked) if patch else live


def masked(live: Obj | None, merged: Obj) -> tuple[Obj | None, Obj]:
    """Both sides of a Secret with its values hidden, but for which of them differ."""
    before, after = (live or {}).get("data") or {}, merged.get("data") or {}
    changes = {name for name in before if name in after and before[name] != after[name]}
    old = {name: _BEFORE if name in changes else _HIDDEN for name in before}
    new = {name: _AFTER if name in changes else _HIDDEN for name in after}
    return live and {**live, "data": old}, {**merged, "data": new}


def difference(
    session: Session, found: Found, live: Obj | None, merged: Obj | None
) -> tuple[str, str]:
    """The name of the object's file, and ``diff -u -N`` of both as YAML ("" for equal ones)."""
    before = to_yaml(live) if live is not None else ""
    after = to_yaml(merged) if merged is not None else ""
    kind = found.kind
    group = f"{kind.group}." if kind.group else ""
    name = f"{group}{kind.version}.{kind.kind}.{found.namespace}.{found.name}"
    if before == after:
        return name, ""
    time = rfc3339(session.now_unix_ms).replace("T", " ").replace("Z", " +0000")
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"LIVE/{name}",
        f"MERGED/{name}",
        time,
        time,
    )
    return name, f"diff -u -N LIVE/{name} MERGED/{name}\n" + "".join(lines)


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
        Flag("show-managed-fields", "bool", default=False, hint="Keep managedFields"),
        *PRUNE_FLAGS,
    ),
)
