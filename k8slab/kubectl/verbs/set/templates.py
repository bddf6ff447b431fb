"""What the ``set`` verbs share: objects with a pod template, and how they are changed."""

from __future__ import annotations

import re
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.schema import type_of_kind
from k8slab.engine.base.objects import Obj, Objs, get_in, set_in

from ...errors import failure
from ...flags import Parsed
from ...printers.output import print_one
from ...resources import Found, need_resources, select
from ...session import Session
from ...threeway import three_way_patch
from ...zero_values import with_zero_values
from .. import options

_PATHS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_TEMPLATE = ("spec", "template", "spec")
FIELDS = ("containers", "initContainers")
FLAGS = (
    options.FILENAME,
    options.KUSTOMIZE,
    options.RECURSIVE,
    options.SELECTOR,
    options.ALL,
    options.LOCAL,
    options.OUTPUT,
    options.DRY_RUN,
    options.FIELD_MANAGER,
)
_NEEDS_FILES = """\
you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""


def check(parsed: Parsed) -> None:
    """Failure for flags that contradict each other."""
    flags = parsed.options
    if flags["all"] and flags.get("selector"):
        raise failure("cannot set --all and --selector at the same time")
    if flags["local"] and options.dry_run(parsed) == "server":
        raise failure(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
        )


def found(session: Session, parsed: Parsed, resources: list[str]) -> list[Found]:
    """The objects that are named, or those of ``-f``: as they are stored, or with ``--local`` as
    they are in the file."""
    flags = parsed.options
    if options.names_files(parsed):
        options.beside_files(resources)
        if flags["local"]:
            return [Found(item.kind, item.obj) for item in options.manifests(session, parsed)]
        return options.stored(session, parsed)
    need_resources(resources)
    if flags["local"]:
        raise failure(_NEEDS_FILES)
    return select(session, resources, labels=flags.get("selector", ""), everything=flags["all"])


def path_of(item: Found) -> tuple[str, ...]:
    """Where the object's pod spec is."""
    return _PATHS.get(item.kind.kind, _TEMPLATE)


def pod_spec(item: Found) -> Obj:
    """The object's pod spec; Failure for one that has none."""
    spec: Any = get_in(item.obj, *path_of(item))
    if not isinstance(spec, dict) or "containers" not in spec:
        raise failure(
            f"{item.kind.plural}/{item.name} the object is not a pod or does not have a pod "
            f"template: *{item.kind.version}.{item.kind.kind}"
        )
    return spec


def matching(containers: Objs, pattern: str) -> Objs:
    """The containers whose names a pattern (``*``, ``web*``) fits."""
    form = re.compile(re.escape(pattern).replace(r"\*", ".*"))
    return [each for each in containers if form.fullmatch(each["name"])]


def with_container(spec: Obj, field: str, container: Obj) -> Obj:
    """The pod spec with one container of a field in place of that of the same name."""
    boxes = [container if box["name"] == container["name"] else box for box in spec[field]]
    return {**spec, field: boxes}


def change(
    session: Session,
    parsed: Parsed,
    item: Found,
    spec: Obj,
    *,
    done: str,
    what: str,
    always: bool = False,
) -> None:
    """Patch the object so that its pod spec is ``spec``, and say so; where nothing changes, only
    if ``always``.

    ``done`` is what happened ("env updated"), ``what`` how a refusal begins ("failed to patch env
    update to pod template:").
    """
    changed = set_in(item.obj, path_of(item), spec)
    body = three_way_patch(item.obj, changed, item.obj, type_of_kind(item.kind))
    if body or always:
        tell(session, parsed, Found(item.kind, changed), body, done=done, what=what)


def tell(
    session: Session,
    parsed: Parsed,
    item: Found,
    body: Obj,
    *,
    done: str,
    what: str,
    how: str = "strategic",
) -> None:
    """Have the server patch what ``item`` is to become, unless it is not to be asked; print it."""
    strategy = options.dry_run(parsed)
    if parsed.options["local"]:
        item = Found(item.kind, with_zero_values(item.kind, item.obj))
    elif strategy != "client":
        stored = send(session, parsed, item, body, what, how)
        if stored is None:
            return
        item = Found(item.kind, stored)
    print_one(session, parsed.options["output"], item, options.done(done, strategy))


def send(
    session: Session, parsed: Parsed, item: Found, body: Obj, what: str, how: str = "strategic"
) -> Obj | None:
    """The object as the server has patched it; None where it refused, which is told of."""
    try:
        return session.request(
            "patch",
            item.kind,
            item.namespace,
            item.name,
            body=body,
            patch_type=how,
            options=options.request_options(parsed, "kubectl-set"),
        )
    except ApiError as error:
        session.fail(failure(f"{what} {error.message}") if what else error)
        return None
