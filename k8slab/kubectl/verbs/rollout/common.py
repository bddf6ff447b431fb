"""What the rollout verbs share: finding the objects of the command line."""

from __future__ import annotations

from k8slab.engine.api.kinds import Kind

from ...errors import Failure, failure
from ...flags import Flag, Parsed
from ...resources import Found, group_kind, qualified_plural, select
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


TEMPLATED = ("DaemonSet", "Deployment", "StatefulSet")
_VISITED = {*TEMPLATED, "CronJob", "Job", "Pod", "ReplicaSet", "ReplicationController"}


def not_here(kind: Kind, what: str) -> Failure:
    """A kind that has no ``what`` (a history viewer, a rollbacker), as polymorphichelpers says."""
    named = group_kind(kind)
    if kind.kind in _VISITED:
        return failure(f'no {what} has been implemented for "{named}"')
    doing = what.removesuffix(" viewer")
    why = f"no visitor method exists for {{{kind.group} {kind.kind}}}"
    return failure(f'error retrieving {doing} for "{named}", {why}')


def supports(item: Found, doing: str, kinds: tuple[str, ...] = TEMPLATED) -> None:
    """Failure for any other kind: ``services "web" restarting is not supported``."""
    if item.kind.kind not in kinds:
        raise failure(f'{qualified_plural(item.kind)} "{item.name}" {doing} is not supported')
