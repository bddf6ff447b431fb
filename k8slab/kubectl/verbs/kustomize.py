"""kubectl kustomize: the objects that a folder's kustomization makes, as YAML."""

from __future__ import annotations

from .. import kustomize
from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.yaml_text import to_yaml
from ..session import Session


def run(session: Session, parsed: Parsed) -> int | None:
    """Print them, or write them into a file."""
    if len(parsed.arguments) > 1:
        raise failure("specify one path to kustomization.yaml")
    folder = parsed.arguments[0] if parsed.arguments else "."
    objects = kustomize.build(session.files, folder)
    text = "---\n".join(to_yaml(obj) for obj in objects)
    if not parsed.options["output"]:
        session.write(text)
    elif session.desk is not None and (wrong := session.desk.write(parsed.options["output"], text)):
        raise failure(wrong.removeprefix("sh: "))
    return None


VERB = Verb(
    name="kustomize",
    summary="Build a kustomization target from a directory or URL",
    run=run,
    section="Advanced Commands",
    usage="DIR",
    example="kubectl kustomize overlays/production",
    flags=(Flag("output", short="o", hint="Write them into this file"),),
    offline=True,
)
