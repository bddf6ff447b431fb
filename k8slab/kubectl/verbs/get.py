"""kubectl get."""

from __future__ import annotations

from itertools import groupby

from k8slab.engine.api import tables
from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.kinds.columns import AGE, NAME
from k8slab.engine.base.objects import Objs

from .. import gosort
from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..printers import output, table
from ..printers.jsonpath import Bounds, JsonPathError, Template, TooMuch, relaxed
from ..resources import Found, Wanted, fetch, parse_arguments, qualified_kind
from ..session import Session
from . import options
from .raw import raw
from .watch import watch

_NO_FIELD = 'couldn\'t find any field with path "{}" in the list of objects'
_NO_TYPE = """\
You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of \
supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain \
pods).
See 'kubectl get -h' for help and examples"""


def run(session: Session, parsed: Parsed) -> int | None:
    """Print objects as tables or in another format."""
    flags = parsed.options
    if flags["raw"]:
        _raw(session, parsed)
        return None
    output.check(flags["output"], tables=True)
    if flags["show-labels"] and flags["output"] not in ("", "wide"):
        raise failure(f"--show-labels option cannot be used with {flags['output']} printer")
    if flags["output-watch-events"] and not (flags["watch"] or flags["watch-only"]):
        raise failure("--output-watch-events option can only be used with --watch or --watch-only")
    wanted = _wanted(session, parsed)
    if flags["watch"] or flags["watch-only"]:
        return watch(session, parsed, wanted, table_options(parsed, flags["all-namespaces"]))
    found, answered = _gather(session, parsed, wanted)
    single, in_tables = _is_one(wanted), flags["output"] in ("", "wide")
    if flags["sort-by"] and not single:
        found = _in_order(found, flags["sort-by"], wanted, in_tables=in_tables)
    if not in_tables:
        if found or not session.failed:
            _print_formatted(session, parsed, found, single=single)
        return None
    if not found:
        if not session.failed and not flags["ignore-not-found"]:
            _say_none(session, parsed, wanted)
        return None
    print_tables(session, parsed, answered, found)
    return None


def _is_one(wanted: list[Wanted]) -> bool:
    return len(wanted) == 1 and wanted[0].name is not None


def _in_order(
    found: list[Found], path: str, wanted: list[Wanted], *, in_tables: bool
) -> list[Found]:
    """Sorted by a path. A table of which that is impossible comes out empty, several refuse it."""
    if in_tables and _kinds(wanted) > 1:
        _values([], path)
        raise failure(_NO_FIELD.format(relaxed(path)))
    if in_tables and not _sortable(found, path):
        return []
    return sort_by(found, path)


def _kinds(wanted: list[Wanted]) -> int:
    """How many kinds are listed: several tables are not sorted as one."""
    return len({item.kind for item in wanted if item.name is None})


def _raw(session: Session, parsed: Parsed) -> None:
    """``--raw``, which goes with little else."""
    flags = parsed.options
    if parsed.arguments:
        raise failure("arguments may not be passed when --raw is specified")
    if flags["watch"] or flags["watch-only"] or flags["selector"]:
        raise failure("--raw may not be specified with other flags that filter the server request")
    raw(session, flags["raw"])


def _print_formatted(session: Session, parsed: Parsed, found: list[Found], *, single: bool) -> None:
    if single and not found:
        return
    form = parsed.options["output"]
    headers = not parsed.options["no-headers"]
    output.print_found(session, form, found, single=single, headers=headers)


def _wanted(session: Session, parsed: Parsed) -> list[Wanted]:
    flags = parsed.options
    if options.names_files(parsed):
        options.beside_files(parsed.arguments)
        return [
            Wanted(item.kind, item.name, item.namespace)
            for item in options.manifests(session, parsed)
        ]
    if not parsed.arguments:
        raise _no_type()
    wanted = parse_arguments(parsed.arguments, session.discovery)
    if flags["subresource"] and not all(item.name for item in wanted):
        raise failure("subresource cannot be used when bulk resources are specified")
    if any(item.name for item in wanted):
        if flags["all-namespaces"]:
            raise failure("a resource cannot be retrieved by name across all namespaces")
        if flags["selector"] or flags["field-selector"]:
            if "/" in parsed.arguments[0]:
                raise failure(
                    "selectors and the all flag cannot be used when passing resource/name arguments"
                )
            raise failure("name cannot be provided when a selector is specified")
    return wanted


def _no_type() -> Exception:
    refused = failure("")
    refused.text = _NO_TYPE
    return refused


def _gather(
    session: Session, parsed: Parsed, wanted: list[Wanted]
) -> tuple[list[Found], list[Wanted]]:
    """What there is, and what was asked for that the server did not refuse."""
    flags = parsed.options
    found: list[Found] = []
    answered: list[Wanted] = []
    for item in wanted:
        try:
            found += fetch(
                session,
                item,
                flags["selector"],
                flags["field-selector"],
                flags["all-namespaces"],
                flags["subresource"],
            )
            answered.append(item)
        except ApiError as error:
            if not (flags["ignore-not-found"] and error.code == 404):
                session.fail(error)
    return found, answered


def _say_none(session: Session, parsed: Parsed, wanted: list[Wanted]) -> None:
    if parsed.options["all-namespaces"] or not any(item.kind.namespaced for item in wanted):
        session.warn("No resources found")
    else:
        session.warn(f"No resources found in {session.namespace} namespace.")


def sort_by(found: list[Found], path: str) -> list[Found]:
    """Objects in the order of a field, equal ones as Go's sort leaves them; those without it are
    less than any (and than one another). Failure where none has it."""
    values = _values(found, path)
    if found and not any(values):
        raise failure(_NO_FIELD.format(relaxed(path)))
    pairs = list(zip(values, found, strict=True))
    keyed = [(_sort_key(value) if value else None, item) for value, item in pairs]
    gosort.sort(keyed, lambda a, b: a[0] is None or (b[0] is not None and a[0] < b[0]))
    return [item for _, item in keyed]


def _values(found: list[Found], path: str) -> list[list[object]]:
    try:
        template = Template(relaxed(path), bounds=Bounds())
        return [[value for part in template.results(item.obj) for value in part] for item in found]
    except JsonPathError as error:
        raise failure(error.why) from error


def _sortable(found: list[Found], path: str) -> bool:
    """Whether the path can be followed, and any object has the field."""
    try:
        return any(_values(found, path))
    except Failure as refused:
        if isinstance(refused.__cause__, TooMuch):
            raise
        return False


def _sort_key(values: list[object]) -> tuple[int, float, str]:
    value = values[0]
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (2, 0.0, str(value))


def table_options(parsed: Parsed, with_namespace: bool, with_kind: str = "") -> table.TableOptions:
    """The table that the flags ask for."""
    flags = parsed.options
    return table.TableOptions(
        wide=flags["output"] == "wide",
        headers=not flags["no-headers"],
        with_namespace=with_namespace,
        with_kind=with_kind,
        show_labels=flags["show-labels"],
        label_columns=tuple(flags["label-columns"]),
        by_server=flags.get("server-print", True),
    )


def print_tables(
    session: Session, parsed: Parsed, answered: list[Wanted], found: list[Found]
) -> None:
    """One table a run of objects of a kind, an empty line between two."""
    named = parsed.options["show-kind"] or _several_kinds(answered, found)
    for index, (kind, group) in enumerate(groupby(found, key=lambda item: item.kind)):
        if index and not parsed.options["no-headers"]:
            session.print("")
        objects = [item.obj for item in group]
        with_namespace = parsed.options["all-namespaces"] and kind.namespaced
        with_kind = qualified_kind(kind) if named else ""
        session.write(
            table_text(session, kind, objects, table_options(parsed, with_namespace, with_kind))
        )


def _several_kinds(answered: list[Wanted], found: list[Found]) -> bool:
    """Whether names carry their kind: several kinds were found, or lists of several came."""
    listed = {item.kind for item in answered if item.name is None}
    return len(listed) > 1 or len({item.kind for item in found}) > 1


def table_text(session: Session, kind: Kind, objects: Objs, form: table.TableOptions) -> str:
    """The table of a kind's objects."""
    if objects and objects[0]["kind"] == "Scale":
        server = tables.rows_of(tables.SCALE, objects, session.now_unix_ms)
    elif not form.by_server:
        server = tables.rows_of((NAME, AGE), objects, session.now_unix_ms)
    else:
        server = tables.table(kind, objects, session.now_unix_ms)
    lines = [table.header(server, form)] if form.headers else []
    return table.Widths().lay_out(lines + table.rows(server, form))


VERB = Verb(
    name="get",
    summary="Display one or many resources",
    run=run,
    section="Basic Commands (Intermediate)",
    usage="TYPE [NAME ...] | TYPE/NAME ...",
    example="""\
kubectl get pods
kubectl get pods -o wide
kubectl get deploy,svc -l app=web
kubectl get pod web-1 -o jsonpath='{.status.podIP}'
kubectl get pods --watch""",
    flags=(
        options.TABLE_OUTPUT,
        options.SELECTOR,
        options.FIELD_SELECTOR,
        options.ALL_NAMESPACES,
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        Flag("watch", "bool", short="w", default=False, hint="Go on with a row for each change"),
        Flag("watch-only", "bool", default=False, hint="Only the changes"),
        Flag("sort-by", hint="Order by a field, such as .metadata.name"),
        Flag("no-headers", "bool", default=False, hint="Rows without the headings"),
        Flag("show-labels", "bool", default=False, hint="A column with all labels"),
        Flag("label-columns", "strings", short="L", default=(), hint="A column for each label"),
        Flag("show-kind", "bool", default=False, hint="Names with their kind"),
        Flag("raw", hint="GET this path of the server, and print what it answers"),
        Flag("subresource", hint="Print a part of its own: status, scale, resize"),
        Flag("server-print", "bool", default=True, hint="Columns that the server chooses"),
        Flag("output-watch-events", "bool", default=False, hint="Tell what each change was"),
        Flag("ignore-not-found", "bool", default=False, hint="Nothing found is no error"),
        Flag("chunk-size", "int", default=500, hint="Ignored: lists come whole"),
        Flag("timeout", "duration", default=0, hint="How long --watch goes on (virtual time)"),
    ),
)
