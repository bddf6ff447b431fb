"""kubectl api-resources and api-versions."""

from __future__ import annotations

from k8slab.engine.api.kinds import Kind

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.table import Widths
from ..resources import qualified_plural
from ..session import Session
from . import options

_VERBS = "create,delete,deletecollection,get,list,patch,update,watch"
_HEADER = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
_OTHER_VERSIONS = ("authentication.k8s.io/v1", "autoscaling/v1")


def resources(session: Session, parsed: Parsed) -> int | None:
    """Print the kinds that are served."""
    flags = parsed.options
    if parsed.arguments:
        raise _unexpected("api-resources", parsed)
    if flags["output"] not in ("", "wide", "name"):
        raise failure(f"--output {flags['output']} is not available")
    if flags["sort-by"] not in ("", "name", "kind"):
        raise failure("--sort-by accepts only name or kind")
    kinds = [kind for kind in session.served.kinds if _wanted(kind, parsed)]
    if flags["sort-by"] == "name":
        kinds.sort(key=lambda kind: kind.plural)
    elif flags["sort-by"] == "kind":
        kinds.sort(key=lambda kind: kind.kind)
    if flags["output"] == "name":
        for kind in kinds:
            session.print(qualified_plural(kind))
        return None
    wide = flags["output"] == "wide"
    rows = [_row(kind, wide) for kind in kinds]
    if not flags["no-headers"]:
        rows.insert(0, [*_HEADER, "VERBS", "CATEGORIES"] if wide else _HEADER)
    session.write(Widths().lay_out(rows))
    return None


def _wanted(kind: Kind, parsed: Parsed) -> bool:
    flags = parsed.options
    namespaced = "namespaced" not in parsed.given or flags["namespaced"] == kind.namespaced
    group = "api-group" not in parsed.given or flags["api-group"] == kind.group
    verbs = set(flags["verbs"]) <= set(_verbs(kind).split(","))
    return namespaced and group and verbs and set(flags["categories"]) <= set(kind.categories)


def _verbs(kind: Kind) -> str:
    if kind.kind == "ComponentStatus":
        return "get,list"
    if kind.kind == "Namespace":
        return _VERBS.replace("deletecollection,", "")
    return "create" if kind.virtual and kind.kind != "Event" else _VERBS


def _row(kind: Kind, wide: bool) -> list[str]:
    namespaced = "true" if kind.namespaced else "false"
    row = [kind.plural, ",".join(kind.short_names), kind.api_version, namespaced, kind.kind]
    return [*row, _verbs(kind), ",".join(kind.categories)] if wide else row


def versions(session: Session, parsed: Parsed) -> int | None:
    """Print the versions of the API groups that are served."""
    if parsed.arguments:
        raise _unexpected("api-versions", parsed)
    found = {kind.api_version for kind in session.served.kinds}
    for version in sorted({*found, *_OTHER_VERSIONS}):
        session.print(version)
    return None


def _unexpected(verb: str, parsed: Parsed) -> Exception:
    return failure(
        f"unexpected arguments: [{' '.join(parsed.arguments)}]\n"
        f"See 'kubectl {verb} -h' for help and examples"
    )


RESOURCES = Verb(
    name="api-resources",
    summary="Print the supported API resources on the server",
    run=resources,
    example="kubectl api-resources --namespaced=false",
    flags=(
        options.PLAIN_OUTPUT,
        Flag("api-group", hint="Of this group only (empty: the core group)"),
        Flag("namespaced", "bool", default=True, hint="Namespaced ones, or (false) the others"),
        Flag("categories", "strings", default=(), hint="Of these categories, such as all"),
        Flag("verbs", "strings", default=(), hint="Those that support these verbs"),
        Flag("sort-by", hint='"name" or "kind"'),
        Flag("no-headers", "bool", default=False, hint="Rows without the headings"),
    ),
)
VERSIONS = Verb(
    name="api-versions",
    summary='Print the supported API versions on the server, in the form of "group/version"',
    run=versions,
)
