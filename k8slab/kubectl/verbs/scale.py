"""kubectl scale."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found, need_resources, select
from ..session import Session
from . import options

_NO_SCALE = "the server could not find the requested resource"


def run(session: Session, parsed: Parsed) -> int | None:
    """Set the number of replicas through the scale subresource."""
    flags = parsed.options
    if "replicas" not in parsed.given:
        raise failure('required flag(s) "replicas" not set')
    if flags["replicas"] < 0:
        raise failure(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
        )
    for item in _found(session, parsed):
        try:
            _scale(session, parsed, item)
        except (ApiError, Failure) as error:
            session.fail(error)
            break
    return None


def _found(session: Session, parsed: Parsed) -> list[Found]:
    if options.names_files(parsed):
        options.beside_files(parsed.arguments)
        return options.stored(session, parsed)
    need_resources(parsed.arguments)
    return select(
        session,
        parsed.arguments,
        labels=parsed.options["selector"],
        everything=parsed.options["all"],
    )


def _scale(session: Session, parsed: Parsed, item: Found) -> None:
    flags = parsed.options
    strategy = options.dry_run(parsed)
    if not item.kind.scale:
        raise ApiError(404, "NotFound", _NO_SCALE)
    current = item.obj["spec"].get("replicas", 1)
    if strategy != "client":
        _check(parsed, item, current)
        session.request(
            "patch",
            item.kind,
            item.namespace,
            item.name,
            subresource="scale",
            body={"spec": {"replicas": flags["replicas"]}},
            patch_type="merge",
            options=options.request_options(parsed, "kubectl-scale"),
        )
        item = Found(item.kind, session.get(item.kind, item.namespace, item.name))
    print_one(session, flags["output"], item, options.done("scaled", strategy))


def _check(parsed: Parsed, item: Found, current: int) -> None:
    """Failure where the object is not as it is expected to be (kubectl/pkg/scale)."""
    flags = parsed.options
    if flags["current-replicas"] >= 0 and flags["current-replicas"] != current:
        raise failure(f"Expected replicas to be {flags['current-replicas']}, was {current}")
    version = item.obj["metadata"]["resourceVersion"]
    if flags["resource-version"] and flags["resource-version"] != version:
        raise failure(f"Expected resource version to be {flags['resource-version']}, was {version}")


VERB = Verb(
    name="scale",
    summary="Set a new size for a deployment, replica set, or replication controller",
    run=run,
    section="Deploy Commands",
    usage="--replicas=COUNT TYPE NAME",
    example="kubectl scale deployment/web --replicas=5",
    flags=(
        Flag("replicas", "int", default=0, hint="How many there should be"),
        Flag("current-replicas", "int", default=-1, hint="Only if there are so many now"),
        Flag("resource-version", hint="Only if this is the object's version"),
        Flag("timeout", "duration", default=0, hint="Ignored: the change is made at once"),
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.SELECTOR,
        options.ALL,
        options.OUTPUT,
        options.DRY_RUN,
        options.RECORD,
    ),
)
