"""kubectl config: the one context, and its namespace."""

from __future__ import annotations

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..session import Session

CONTEXT = "k8slab"


def _set_context(session: Session, parsed: Parsed) -> int | None:
    if not parsed.options["current"] and parsed.arguments != [CONTEXT]:
        raise failure(f'there is one context here, "{CONTEXT}": use --current')
    if "namespace" in parsed.given:
        session.context_namespace = parsed.options["namespace"] or "default"
    session.print(f'Context "{CONTEXT}" modified.')
    return None


def _current_context(session: Session, parsed: Parsed) -> int | None:
    session.print(CONTEXT)
    return None


SET_CONTEXT = Verb(
    name="set-context",
    summary="Set a context entry",
    run=_set_context,
    usage="--current --namespace=NAMESPACE",
    example="kubectl config set-context --current --namespace=shop",
    flags=(Flag("current", "bool", default=False, hint="Change the current context"),),
)

CURRENT_CONTEXT = Verb(
    name="current-context", summary="Display the current-context", run=_current_context
)

VERB = Verb(
    name="config",
    summary="Modify the context of this terminal",
    children={verb.name: verb for verb in (CURRENT_CONTEXT, SET_CONTEXT)},
)
