"""kubectl set image."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ...command import Verb
from ...errors import failure
from ...flags import Parsed
from ...resources import Found
from ...session import Session
from .. import options
from . import templates

_NONE = "at least one image update is required"


def run(session: Session, parsed: Parsed) -> int | None:
    """Change images of containers: ``set image deployment/web web=app:2``."""
    pairs = [word for word in parsed.arguments if "=" in word and not word.startswith("=")]
    resources = [word for word in parsed.arguments if word not in pairs]
    images = dict(word.split("=", 1) for word in pairs)
    if len(resources) == 1 and not images and not options.names_files(parsed):
        raise failure(_NONE)
    found = templates.found(session, parsed, resources)
    templates.check(parsed)
    if not images:
        raise failure(_NONE)
    if len(images) > 1 and "*" in images:
        raise failure(
            "all containers are already specified by *, but saw more than one "
            "container_name=container_image pairs"
        )
    for item in found:
        _set(session, parsed, item, images)
    return None


def _set(session: Session, parsed: Parsed, item: Found, images: dict[str, str]) -> None:
    spec = templates.pod_spec(item)
    names = {box["name"] for field in templates.FIELDS for box in spec.get(field) or ()}
    for name in images:
        if name != "*" and name not in names:
            session.fail(failure(f'error: unable to find container named "{name}"'))
    for field in templates.FIELDS:
        if field in spec:
            spec = {**spec, field: [_with_image(box, images) for box in spec[field]]}
    what = "failed to patch image update to pod template:"
    templates.change(session, parsed, item, spec, done="image updated", what=what)


def _with_image(container: Obj, images: dict[str, str]) -> Obj:
    image = images.get(container["name"], images.get("*"))
    return container if image is None else {**container, "image": image}


IMAGE = Verb(
    name="image",
    summary="Update the image of a pod template",
    run=run,
    usage="TYPE/NAME CONTAINER=IMAGE ...",
    example="kubectl set image deployment/web web=app:2",
    flags=(*templates.FLAGS, options.RECORD),
)
