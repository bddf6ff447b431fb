"""kubectl delete."""

from __future__ import annotations

from collections.abc import Sequence

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, uid_of

from ..command import Verb
from ..errors import failure, with_source
from ..flags import Flag, Parsed
from ..resources import Found, Wanted, parse_arguments, qualified_kind, select
from ..session import Session
from . import options
from .raw import send_raw

_AT_ONCE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been "
    "terminated. The resource may continue to run on the cluster indefinitely."
)
_CLUSTER_SCOPED = "Warning: deleting cluster-scoped resources, not scoped to the provided namespace"
_OLD_CASCADES = {"true": "background", "false": "orphan"}
WAIT_MS = 15 * 60_000


def run(session: Session, parsed: Parsed) -> int | None:
    """Delete objects and wait until they are gone."""
    if parsed.options["raw"]:
        send_raw(session, parsed, "delete")
        return None
    if parsed.options["output"] not in ("", "name"):
        form = parsed.options["output"]
        raise failure(f"unexpected -o output mode: {form}. We only support '-o name'")
    grace_s = _grace_s(parsed)
    propagation = options.propagation(parsed)
    cascade = parsed.options["cascade"]
    if cascade in _OLD_CASCADES:
        session.warn(
            f"warning: --cascade={cascade} is deprecated (boolean value) and can be replaced with "
            f"--cascade={_OLD_CASCADES[cascade]}."
        )
    found = _found(session, parsed)
    if "namespace" in parsed.given and any(not item.kind.namespaced for item in found):
        session.warn(_CLUSTER_SCOPED)
    forced = parsed.options["force"] and grace_s == 0
    if forced:
        session.warn(_AT_ONCE)
    if parsed.options["interactive"] and found and not _confirmed(session, found):
        session.print("deletion is cancelled")
        return None
    asked: Obj = {"propagation": propagation, **options.request_options(parsed)}
    if grace_s is not None:
        asked["grace_s"] = grace_s
    gone = [it for item in found if (it := _delete(session, parsed, item, asked, forced))]
    if not found and not session.failed:
        session.print("No resources found")
    if parsed.options["wait"] and not forced and options.dry_run(parsed) == "none":
        _wait(session, parsed, gone)
    return None


def _confirmed(session: Session, found: Sequence[Found]) -> bool:
    """``--interactive``: what is to go, and whether the answer is yes."""
    session.print(f"You are about to delete the following {len(found)} resource(s):")
    for item in found:
        session.print(str(item))
    session.write("Do you want to continue? (y/n): ")
    return session.stdin.split()[:1] in (["y"], ["Y"])


def _grace_s(parsed: Parsed) -> int | None:
    """The grace period to ask for; None leaves it to the object."""
    flags = parsed.options
    grace_s: int = flags["grace-period"]
    if flags["now"]:
        if grace_s != -1:
            raise failure("--now and --grace-period cannot be specified together")
        return 1
    if flags["force"]:
        if grace_s > 0:
            raise failure("--force and --grace-period greater than 0 cannot be specified together")
        return 0
    if grace_s == 0:
        return 1
    return grace_s if grace_s > 0 else None


def _found(session: Session, parsed: Parsed) -> list[Found]:
    flags = parsed.options
    if options.names_files(parsed):
        options.beside_files(parsed.arguments)
        return _from_files(session, parsed)
    if flags["all"] and (flags["selector"] or flags["field-selector"]):
        raise failure("setting 'all' parameter but found a non empty selector. ")
    wanted = parse_arguments(parsed.arguments, session.discovery) if parsed.arguments else []
    if flags["all"] and any(item.name for item in wanted):
        raise failure("name cannot be provided when a selector is specified")
    if flags["all-namespaces"] and any(item.name for item in wanted):
        raise failure("a resource cannot be retrieved by name across all namespaces")
    if wanted and all(item.name for item in wanted) and not flags["selector"]:
        return [_unread(session, item) for item in wanted]
    found = select(
        session,
        parsed.arguments,
        labels=flags["selector"],
        fields=flags["field-selector"],
        everything=flags["all"],
        all_namespaces=flags["all-namespaces"],
    )
    return found


def _unread(session: Session, wanted: Wanted) -> Found:
    """What is named is not read before it is deleted: to delete it may be all that is allowed."""
    metadata = {"name": wanted.name}
    if wanted.kind.namespaced:
        metadata["namespace"] = session.namespace
    return Found(wanted.kind, {"kind": wanted.kind.kind, "metadata": metadata})


def _from_files(session: Session, parsed: Parsed) -> list[Found]:
    return [
        Found(manifest.kind, manifest.obj, manifest.source)
        for manifest in options.manifests(session, parsed)
    ]


def _delete(
    session: Session, parsed: Parsed, item: Found, asked: Obj, forced: bool
) -> Found | None:
    """Delete one object and say so; it as it then was, None where it was refused."""
    strategy = options.dry_run(parsed)
    if strategy != "client":
        try:
            obj = session.request("delete", item.kind, item.namespace, item.name, options=asked)
            item = Found(item.kind, obj, item.source)
        except ApiError as error:
            if not (parsed.options["ignore-not-found"] and error.code == 404):
                session.fail(with_source("deleting", item.source, error) if item.source else error)
            return None
    if parsed.options["output"] == "name":
        session.print(str(item))
        return item
    where = f" from {item.namespace} namespace" if item.namespace else ""
    done = "force deleted" if forced else "deleted"
    text = f'{qualified_kind(item.kind)} "{item.name}" {done}{where}'
    session.print(options.done(text, strategy))
    return item


def _wait(session: Session, parsed: Parsed, gone: Sequence[Found]) -> None:
    for item in gone:
        uid = uid_of(item.obj)

        def is_gone(item: Found = item, uid: str = uid) -> bool:
            obj = session.find(item.kind, item.namespace, item.name)
            return obj is None or uid_of(obj) != uid

        if not session.wait(is_gone, parsed.options["timeout"] or WAIT_MS):
            raise failure(f"timed out waiting for the condition on {item.kind.plural}/{item.name}")


VERB = Verb(
    name="delete",
    summary="Delete resources by file names, stdin, resources and names, or by resources and label "
    "selector",
    run=run,
    section="Basic Commands (Intermediate)",
    usage="TYPE NAME ... | TYPE/NAME ... | -f FILENAME",
    example="""\
kubectl delete pod web-1
kubectl delete pods -l app=web
kubectl delete -f web.yaml
kubectl delete pod web-1 --grace-period=0 --force""",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.SELECTOR,
        options.FIELD_SELECTOR,
        options.ALL,
        options.ALL_NAMESPACES,
        options.PLAIN_OUTPUT,
        options.DRY_RUN,
        options.CASCADE,
        Flag("raw", hint="DELETE this path of the server"),
        Flag("grace-period", "int", default=-1, hint="Seconds to end in good order"),
        Flag("now", "bool", default=False, hint="A grace period of one second"),
        Flag("force", "bool", default=False, hint="Remove at once, without confirmation"),
        Flag("wait", "bool", default=True, hint="Wait until the objects are gone"),
        Flag("timeout", "duration", default=0, hint="How long to wait (virtual time)"),
        Flag("interactive", "bool", short="i", default=False, hint="Ask first"),
        Flag("ignore-not-found", "bool", default=False, hint="Nothing found is no error"),
    ),
)
