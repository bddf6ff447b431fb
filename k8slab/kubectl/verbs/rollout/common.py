"""What the rollout verbs share: finding the objects of the command line."""

from __future__ import annotations

from k8slab.engine.api.kinds import Kind

from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, qualified_plural, select
from ...session import Session
from .. import options

FLAGS: tuple[Flag, ...] = (
    options.FILENAME,
    options.KUSTOMIZE,
    options.RECURSIVE,
    options.SELECTOR,
)
CHANGING = (*FLAGS, options.OUTPUT, options.FIELD_MANAGER)
"""Of the verbs that change the object."""


def found(session: Session, parsed: Parsed) -> list[Found]:
    """The objects of the command line; a bare type means all of it."""
    if options.names_files(parsed):
        options.beside_files(parsed.arguments)
        return options.stored(session, parsed)
    if not parsed.arguments:
        raise failure("required resource not specified")
    return select(session, parsed.arguments, labels=parsed.options["selector"], implied=True)


def group_kind(kind: Kind) -> str:
    """``Job.batch``: a kind with its group, as Go prints it."""
    return f"{kind.kind}.{kind.group}" if kind.group else kind.kind


TEMPLATED = ("DaemonSet", "Deployment", "StatefulSet")


def supports(item: Found, doing: str, kinds: tuple[str, ...] = TEMPLATED) -> None:
    """Failure for any other kind: ``services "web" restarting is not supported``."""
    if item.kind.kind not in kinds:
        raise failure(f'{qualified_plural(item.kind)} "{item.name}" {doing} is not supported')
