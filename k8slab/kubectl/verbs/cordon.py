"""kubectl cordon and uncordon."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError

from ..command import Run, Verb
from ..errors import failure
from ..flags import Parsed
from ..resources import Found, kind_of, select
from ..session import Session
from . import options


def _run(done: str, unschedulable: bool) -> Run:
    def run(session: Session, parsed: Parsed) -> int | None:
        verb = done.removesuffix("ed")
        if not parsed.arguments and not parsed.options["selector"]:
            raise failure(
                f"USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples"
            )
        selector_alone(verb, parsed)
        for item in nodes(session, parsed):
            mark(session, parsed, item, done, unschedulable=unschedulable)
        return None

    return run


def nodes(session: Session, parsed: Parsed) -> list[Found]:
    """The nodes that are named or selected; none of them where one is refused."""
    words = [word if "/" in word else f"node/{word}" for word in parsed.arguments]
    found = select(session, words or ["node"], labels=parsed.options["selector"])
    for item in found:
        if item.kind.kind != "Node":
            place = f"{item.kind.group}/{item.kind.version}, Resource={item.kind.plural}"
            session.fail(failure(f'expected resource of type node, got "{place}"'))
    return [] if session.failed else found


def selector_alone(verb: str, parsed: Parsed) -> None:
    """Failure for nodes that are named beside a selector."""
    if parsed.arguments and parsed.options["selector"]:
        raise failure(
            "cannot specify both a node name and a --selector option\n"
            f"See 'kubectl {verb} -h' for help and examples"
        )


def mark(session: Session, parsed: Parsed, item: Found, done: str, *, unschedulable: bool) -> None:
    """Set ``spec.unschedulable`` of a node, and say so; a refusal is reported."""
    strategy = options.dry_run(parsed)
    if bool(item.obj["spec"].get("unschedulable")) == unschedulable:
        session.print(f"{item} already {options.done(done, strategy)}")
        return
    if strategy != "client":
        try:
            session.request(
                "patch",
                kind_of("node"),
                "",
                item.name,
                body={"spec": {"unschedulable": unschedulable or None}},
                patch_type="strategic",
                options=options.request_options(parsed),
            )
        except ApiError as error:
            verb = done.removesuffix("ed")
            session.warn(f'error: unable to {verb} node "{item.name}": {error.message}')
            return
    session.print(f"{item} {options.done(done, strategy)}")


CORDON = Verb(
    name="cordon",
    summary="Mark node as unschedulable",
    run=_run("cordoned", True),
    section="Cluster Management Commands",
    usage="NODE",
    flags=(options.SELECTOR, options.DRY_RUN),
)

UNCORDON = Verb(
    name="uncordon",
    summary="Mark node as schedulable",
    run=_run("uncordoned", False),
    section="Cluster Management Commands",
    usage="NODE",
    flags=(options.SELECTOR, options.DRY_RUN),
)
