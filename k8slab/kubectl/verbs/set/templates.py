"""What the ``set`` verbs share: objects with a pod template, and how they are changed."""

from __future__ import annotations

import re
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.patch import apply_patch
from k8slab.engine.api.schema import type_of_kind
from k8slab.engine.base.objects import Obj, Objs, get_in

from ...errors import failure
from ...flags import Parsed
from ...printers.output import print_one
from ...resources import Found, need_resources, select
from ...session import Session
from .. import options

_PATHS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_TEMPLATE = ("spec", "template", "spec")
FLAGS = (
    options.FILENAME,
    options.RECURSIVE,
    options.SELECTOR,
    options.ALL,
    options.OUTPUT,
    options.DRY_RUN,
    options.FIELD_MANAGER,
)


def found(session: Session, parsed: Parsed, resources: list[str]) -> list[Found]:
    """The objects that are named, or those of ``-f`` as they are stored."""
    if parsed.options["filename"]:
        return [
            Found(item.kind, session.get(item.kind, item.namespace, item.name))
            for item in options.manifests(session, parsed)
        ]
    need_resources(resources)
    flags = parsed.options
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
    """Patch the pod spec and say so; where nothing changes, only if ``always``.

    ``spec`` is a strategic merge patch of the pod spec; ``done`` what happened ("env updated"),
    ``what`` how a refusal begins ("failed to patch env update to pod template:").
    """
    body: Obj = spec
    for step in reversed(path_of(item)):
        body = {step: body}
    patched = apply_patch("strategic", item.obj, body, type_of_kind(item.kind))
    if patched == item.obj and not always:
        return
    strategy = options.dry_run(parsed)
    item = Found(item.kind, patched)
    if strategy != "client":
        item = Found(item.kind, send(session, parsed, item, body, what))
    print_one(session, parsed.options["output"], item, options.done(done, strategy))


def send(
    session: Session, parsed: Parsed, item: Found, body: Obj, what: str, how: str = "strategic"
) -> Obj:
    """The object as the server has patched it; Failure in its words."""
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
        raise failure(f"{what} {error.message}") from None
