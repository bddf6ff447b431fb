"""kubectl set image."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs, get_in

from ..command import Verb
from ..errors import failure
from ..flags import Parsed
from ..printers.output import print_one
from ..resources import Found, need_resources, select
from ..session import Session
from . import options

_POD_SPECS = {"Pod": ("spec",)}
_TEMPLATE = ("spec", "template", "spec")


def run(session: Session, parsed: Parsed) -> int | None:
    """Change images of containers: ``set image deployment/web web=app:2``."""
    pairs = [word for word in parsed.arguments if "=" in word and not word.startswith("=")]
    resources = [word for word in parsed.arguments if word not in pairs]
    images = dict(word.split("=", 1) for word in pairs)
    if (not images and len(resources) == 1) or not parsed.arguments:
        if resources:
            raise failure("at least one image update is required")
        need_resources(resources)
    found = select(
        session, resources, labels=parsed.options["selector"], everything=parsed.options["all"]
    )
    if not images:
        raise failure("at least one image update is required")
    for item in found:
        _set(session, parsed, item, images)
    return None


def _set(session: Session, parsed: Parsed, item: Found, images: dict[str, str]) -> None:
    path = _POD_SPECS.get(item.kind.kind, _TEMPLATE)
    spec = get_in(item.obj, *path)
    if not isinstance(spec, dict) or "containers" not in spec:
        raise failure(
            f"{item.kind.plural}/{item.name} the object is not a pod or does not have a pod "
            f"template: *{item.kind.version}.{item.kind.kind}"
        )
    changed = {
        field: changes
        for field in ("containers", "initContainers")
        if (changes := _changes(spec.get(field) or [], images))
    }
    names = {
        box["name"] for field in ("containers", "initContainers") for box in spec.get(field, ())
    }
    for name in images:
        if name != "*" and name not in names:
            session.failed = True
            session.warn(f'error: unable to find container named "{name}"')
            return
    if not changed:
        return
    strategy = options.dry_run(parsed)
    if strategy != "client":
        item = _patched(session, parsed, item, path, changed)
    print_one(session, parsed.options["output"], item, options.done("image updated", strategy))


def _changes(containers: Objs, images: dict[str, str]) -> Objs:
    wanted = [
        (box, images.get(box["name"], images.get("*", box.get("image")))) for box in containers
    ]
    return [
        {"name": box["name"], "image": image} for box, image in wanted if image != box.get("image")
    ]


def _patched(
    session: Session, parsed: Parsed, item: Found, path: tuple[str, ...], changed: Obj
) -> Found:
    body: Obj = changed
    for step in reversed(path):
        body = {step: body}
    try:
        obj = session.request(
            "patch",
            item.kind,
            item.namespace,
            item.name,
            body=body,
            patch_type="strategic",
            options=options.request_options(parsed, "kubectl-set"),
        )
    except ApiError as error:
        raise failure(f"failed to patch image update to pod template: {error.message}") from None
    return Found(item.kind, obj)


IMAGE = Verb(
    name="image",
    summary="Update the image of a pod template",
    run=run,
    usage="TYPE/NAME CONTAINER=IMAGE ...",
    example="kubectl set image deployment/web web=app:2",
    flags=(
        options.FILENAME,
        options.SELECTOR,
        options.ALL,
        options.OUTPUT,
        options.DRY_RUN,
        options.FIELD_MANAGER,
    ),
)

VERB = Verb(
    name="set",
    summary="Set specific features on objects",
    section="Basic Commands (Beginner)",
    children={"image": IMAGE},
)
