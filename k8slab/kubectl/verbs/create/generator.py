"""What the subcommands of kubectl create share: a name, flags, the object that they make."""

from __future__ import annotations

import json
from collections.abc import Callable

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, set_in

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...manifests import Manifest
from ...session import Session
from .. import options
from .files import FILE_FLAGS, FLAGS, LAST_APPLIED, store

Make = Callable[[Session, Parsed, str], Obj]
ANSWERED_AS_IT_IS = ("Namespace", "Role", "ClusterRole")
"""Kinds whose refusals are the server's alone; others say what they failed to create."""


def generator(
    kind: str,
    make: Make,
    *flags: Flag,
    name: str = "",
    aliases: tuple[str, ...] = (),
    what: str = "",
    example: str = "",
    path: str = "",
    needs: tuple[str, ...] = (),
) -> Verb:
    """The subcommand that creates one object of ``kind`` (its name: the kind's in lower case).

    ``make(session, parsed, name)`` gives the object without apiVersion and kind; its metadata adds
    to the name. ``what`` is how a refusal calls it ("ClusterIP service"), ``needs`` are the flags
    that must be given.
    """
    called = name or kind.lower()
    said = what or called
    full = f"kubectl create {path or called}"

    def run(session: Session, parsed: Parsed) -> int | None:
        missing = [f'"{flag}"' for flag in needs if not parsed.options[flag]]
        if missing:
            raise failure(f"required flag(s) {', '.join(missing)} not set")
        names = parsed.arguments[: parsed.dash]
        if len(names) != 1:
            raise failure(
                f"exactly one NAME is required, got {len(names)}\n"
                f"See '{full} -h' for help and examples"
            )
        create(session, parsed, kind, names[0], make(session, parsed, names[0]), said)
        return None

    shared = (flag for flag in FLAGS if flag.name not in FILE_FLAGS)
    return Verb(
        name=called,
        summary=f"Create a {kind}",
        run=run,
        flags=(*shared, *flags),
        usage="NAME",
        example=example,
        aliases=aliases,
    )


def create(
    session: Session, parsed: Parsed, kind_name: str, name: str, made: Obj, said: str
) -> None:
    """Create what was made; Failure in kubectl's words where it is refused."""
    kind = session.discovery.resolve(kind_name.lower())
    assert kind is not None
    metadata = {"name": name}
    printed_only = options.dry_run(parsed) == "client" and "namespace" not in parsed.given
    if kind.namespaced and not printed_only:
        metadata["namespace"] = session.namespace
    metadata |= made.get("metadata") or {}
    obj = {"kind": kind.kind, "apiVersion": kind.api_version, **made, "metadata": metadata}
    obj = {key: obj[key] for key in ("kind", "apiVersion", "metadata", *made) if key in obj}
    if parsed.options["save-config"]:
        text = json.dumps(obj, separators=(",", ":"), ensure_ascii=False) + "\n"
        obj = set_in(obj, ("metadata", "annotations", LAST_APPLIED), text)
    try:
        store(session, parsed, Manifest(kind, obj, ""), obj, made=True)
    except ApiError as error:
        if kind.kind in ANSWERED_AS_IT_IS:
            raise
        colon = "" if kind.kind == "Secret" else ":"
        raise failure(f"failed to create {said}{colon} {error.message}") from None


def required(parsed: Parsed, *names: str) -> None:
    """Failure where a flag that must be given is not."""
    for name in names:
        if not parsed.options[name]:
            raise failure(f'required flag(s) "{name}" not set')
