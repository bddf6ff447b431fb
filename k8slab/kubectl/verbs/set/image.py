"""kubectl set image."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs

from ...command import Verb
from ...errors import failure
from ...flags import Parsed
from ...resources import Found, need_resources
from ...session import Session
from . import templates

_FIELDS = ("containers", "initContainers")


def run(session: Session, parsed: Parsed) -> int | None:
    """Change images of containers: ``set image deployment/web web=app:2``."""
    pairs = [word for word in parsed.arguments if "=" in word and not word.startswith("=")]
    resources = [word for word in parsed.arguments if word not in pairs]
    images = dict(word.split("=", 1) for word in pairs)
    if (not images and len(resources) == 1) or not parsed.arguments:
        if resources:
            raise failure("at least one image update is required")
        need_resources(resources)
    found = templates.found(session, parsed, resources)
    if not images:
        raise failure("at least one image update is required")
    for item in found:
        _set(session, parsed, item, images)
    return None


def _set(session: Session, parsed: Parsed, item: Found, images: dict[str, str]) -> None:
    spec = templates.pod_spec(item)
    names = {box["name"] for field in _FIELDS for box in spec.get(field, ())}
    for name in images:
        if name != "*" and name not in names:
            session.failed = True
            session.warn(f'error: unable to find container named "{name}"')
            return
    body: Obj = {
        field: changes for field in _FIELDS if (changes := _changes(spec.get(field) or [], images))
    }
    what = "failed to patch image update to pod template:"
    templates.change(session, parsed, item, body, done="image updated", what=what)


def _changes(containers: Objs, images: dict[str, str]) -> Objs:
    wanted = [
        (box, images.get(box["name"], images.get("*", box.get("image")))) for box in containers
    ]
    return [
        {"name": box["name"], "image": image} for box, image in wanted if image != box.get("image")
    ]


IMAGE = Verb(
    name="image",
    summary="Update the image of a pod template",
    run=run,
    usage="TYPE/NAME CONTAINER=IMAGE ...",
    example="kubectl set image deployment/web web=app:2",
    flags=templates.FLAGS,
)
