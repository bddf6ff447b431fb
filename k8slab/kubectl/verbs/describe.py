"""kubectl describe."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError

from ..command import Verb
from ..describe import describe
from ..errors import failure
from ..flags import Flag, Parsed
from ..resources import Found, Wanted, fetch, kind_of, parse_arguments
from ..session import Session
from . import options


def run(session: Session, parsed: Parsed) -> int | None:
    """Print details of objects, with their events where there is only one."""
    flags = parsed.options
    if flags["filename"]:
        wanted = [Wanted(item.kind, item.name) for item in options.manifests(session, parsed)]
    elif parsed.arguments:
        wanted = parse_arguments(parsed.arguments, session.discovery)
        if len(parsed.arguments) > 1 and "," in parsed.arguments[0]:
            raise failure("you may only specify a single resource type")
        if flags["all-namespaces"] and any(item.name for item in wanted):
            raise failure("a resource cannot be retrieved by name across all namespaces")
    else:
        raise failure(
            'You must specify the type of resource to describe. Use "kubectl api-resources" for a '
            "complete list of supported resources."
        )
    found: list[Found] = []
    for item in wanted:
        try:
            found += fetch(
                session, item, flags["selector"], "", all_namespaces=flags["all-namespaces"]
            )
        except ApiError as error:
            if error.code == 404 and item.name and _lost(session, item):
                session.fail(namespace_not_found(session.namespace))
            elif error.code != 404 or not _by_prefix(session, item, flags["show-events"]):
                session.fail(error)
    with_events = flags["show-events"] and len(found) == 1
    told = session.has_printed
    texts = [describe(session, item.obj, with_events=with_events) for item in found]
    session.write("\n\n".join(texts))
    if not found and not session.failed and not told:
        where = f" in {session.namespace} namespace."
        session.warn("No resources found" + ("" if flags["all-namespaces"] else where))
    return None


def _lost(session: Session, item: Wanted) -> bool:
    """Whether the namespace itself is not there."""
    if not item.kind.namespaced:
        return False
    return session.find(kind_of("namespaces"), "", session.namespace) is None


def namespace_not_found(name: str) -> ApiError:
    """The refusal of a namespace that is not there."""
    details = {"name": name, "kind": "namespaces"}
    return ApiError(404, "NotFound", f'namespaces "{name}" not found', details)


def _by_prefix(session: Session, item: Wanted, with_events: bool) -> bool:
    """Describe the objects whose names begin with what was typed; False where there are none."""
    everything = fetch(session, Wanted(item.kind))
    alike = [found for found in everything if item.name and found.name.startswith(item.name)]
    for found in alike:
        session.print(describe(session, found.obj, with_events=with_events))
    return bool(alike)


VERB = Verb(
    name="describe",
    summary="Show details of a specific resource or group of resources",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="TYPE [NAME_PREFIX] | TYPE/NAME",
    example="""\
kubectl describe pod web-1
kubectl describe deployment/web
kubectl describe nodes""",
    flags=(
        options.FILENAME,
        options.RECURSIVE,
        options.SELECTOR,
        options.ALL_NAMESPACES,
        Flag("show-events", "bool", default=True, hint="Show the object's events"),
    ),
)
