"""Which objects a command line means (cli-runtime's resource builder): ``deploy web``, ``po/a``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k8slab.engine.api.discovery import BUILT_IN, Discovery
from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj

from .errors import Failure, failure
from .session import Session

NO_RESOURCES = """\
You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""
_MIXED = (
    "there is no need to specify a resource type as a separate argument when passing arguments in "
    "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get "
    "resource resource/<resource_name>'"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing asked for: a named object, or (name None) the objects of a kind; ``namespace`` is
    that of a file, where one was read."""

    kind: Kind
    name: str | None = None
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One object that was asked for, the kind of it, and the file that named it, if one did."""

    kind: Kind
    obj: Obj
    source: str = ""

    @property
    def name(self) -> str:
        """``metadata.name``."""
        return str(self.obj["metadata"].get("name") or "")

    @property
    def namespace(self) -> str:
        """``metadata.namespace``, or "" for a cluster-wide object."""
        return str(self.obj["metadata"].get("namespace", ""))

    def __str__(self) -> str:
        return resource_name(self.kind, self.name)


def resource_name(kind: Kind, name: str) -> str:
    """``deployment.apps/web``: how verbs speak of an object."""
    return f"{qualified_kind(kind)}/{name}"


def qualified_kind(kind: Kind) -> str:
    """``deployment.apps``."""
    return f"{kind.singular}.{kind.group}" if kind.group else kind.singular


def group_kind(kind: Kind) -> str:
    """``Job.batch``: a kind with its group, as Go prints it."""
    return f"{kind.kind}.{kind.group}" if kind.group else kind.kind


def qualified_plural(kind: Kind) -> str:
    """``deployments.apps``."""
    return f"{kind.plural}.{kind.group}" if kind.group else kind.plural


def kind_of(text: str, discovery: Discovery = BUILT_IN) -> Kind:
    """The kind that a resource type names; Failure where there is none."""
    kind = discovery.resolve(text)
    if kind is None:
        raise failure(f'the server doesn\'t have a resource type "{text.partition(".")[0]}"')
    return kind


def kinds_of(text: str, discovery: Discovery = BUILT_IN) -> list[Kind]:
    """The kinds of ``po,svc`` or of a category such as ``all``."""
    kinds: list[Kind] = []
    for word in text.split(","):
        kinds += discovery.category(word) or (kind_of(word, discovery),)
    return list(dict.fromkeys(kinds))


def parse_arguments(arguments: Sequence[str], discovery: Discovery = BUILT_IN) -> list[Wanted]:
    """The things that positional arguments ask for; Failure, in kubectl's words, if they can't."""
    types, *names = arguments
    if names and "," in types:
        arguments = [f"{word}/{name}" for word in types.split(",") for name in names]
    combined = [argument for argument in arguments if "/" in argument]
    if combined:
        if len(combined) < len(arguments):
            raise failure(_MIXED)
        return [_combined(argument, discovery) for argument in arguments]
    if not names:
        return [Wanted(kind) for kind in kinds_of(types, discovery)]
    kinds = kinds_of(types, discovery)
    if len(kinds) > 1:
        raise failure("you must specify only one resource")
    return [Wanted(kinds[0], name) for name in names]


def _combined(argument: str, discovery: Discovery) -> Wanted:
    types, _, name = argument.partition("/")
    if "/" in name:
        raise failure("arguments in resource/name form may not have more than one slash")
    if not types or not name or "," in types:
        raise failure("arguments in resource/name form must have a single resource and name")
    return Wanted(kind_of(types, discovery), name)


def select(
    session: Session,
    arguments: Sequence[str],
    *,
    labels: str = "",
    fields: str = "",
    everything: bool = False,
    all_namespaces: bool = False,
    implied: bool = False,
    missing_ok: bool = False,
) -> list[Found]:
    """The objects that a changing verb works on. What is refused is reported and left out.

    ``everything`` is ``--all``; with ``implied`` a bare type means all of it, as in rollout;
    with ``missing_ok`` what is not there is no refusal.
    """
    if not arguments:
        raise failure(NO_RESOURCES)
    wanted = parse_arguments(arguments, session.discovery)
    if labels and any(item.name for item in wanted):
        if "/" in arguments[0]:
            raise failure(
                "selectors and the all flag cannot be used when passing resource/name arguments"
            )
        raise failure("name cannot be provided when a selector is specified")
    if all_namespaces and any(item.name for item in wanted):
        raise failure("a resource cannot be retrieved by name across all namespaces")
    found: list[Found] = []
    for item in wanted:
        if item.name is None and not (labels or fields or everything or implied):
            raise failure("resource(s) were provided, but no name was specified")
        try:
            found += fetch(session, item, labels, fields, all_namespaces)
        except ApiError as error:
            if not missing_ok or error.code != 404:
                session.fail(error)
    return found


def fetch(
    session: Session,
    item: Wanted,
    labels: str = "",
    fields: str = "",
    all_namespaces: bool = False,
    subresource: str = "",
) -> list[Found]:
    """The objects of one wanted thing, or of its subresource; ApiError if the server refuses."""
    everywhere = all_namespaces or not item.kind.namespaced
    namespace = "" if everywhere else item.namespace or session.namespace
    if item.name is not None:
        more = {"subresource": subresource} if subresource else {}
        return [Found(item.kind, session.request("get", item.kind, namespace, item.name, **more))]
    try:
        objects = session.list(item.kind, namespace, labels=labels, fields=fields)
    except ApiError as error:
        raise _selector_refused(item.kind, labels, fields, error) from None
    return [Found(item.kind, obj) for obj in objects]


def _selector_refused(kind: Kind, labels: str, fields: str, error: ApiError) -> ApiError:
    """The builder's wrapping of a refused selector."""
    if error.reason != "BadRequest" or not (labels or fields):
        return error
    api_version = kind.api_version if kind.group else f"/{kind.version}"
    message = (
        f'Unable to find "{api_version}, Resource={kind.plural}" that match label selector '
        f'"{labels}", field selector "{fields}": {error.message}'
    )
    return ApiError(error.code, error.reason, message, error.details)


def need_resources(arguments: Sequence[str]) -> None:
    """Failure where nothing was named."""
    if not arguments:
        raise failure(NO_RESOURCES)


__all__ = [
    "NO_RESOURCES",
    "Failure",
    "Found",
    "Wanted",
    "fetch",
    "kind_of",
    "kinds_of",
    "need_resources",
    "parse_arguments",
    "qualified_kind",
    "qualified_plural",
    "resource_name",
    "select",
]
