"""kubectl edit: the object's YAML goes to the editor beside the terminal, to be applied there."""

from __future__ import annotations

from ..command import Verb
from ..errors import failure
from ..flags import Parsed
from ..printers.yaml_text import to_yaml
from ..resources import NO_RESOURCES, Found, kind_of, select
from ..session import Session, shown
from . import options


def run(session: Session, parsed: Parsed) -> int | None:
    """Open each object as a file."""
    found = _found(session, parsed)
    if session.desk is None:
        raise failure("there is no editor here")
    for item in found:
        name = f"{item.kind.kind.lower()}-{item.name}.yaml"
        if wrong := session.desk.write(name, to_yaml(_editable(item))):
            raise failure(wrong.removeprefix("sh: "))
        session.print(f"{item} is open in the editor as {name}: change it, and apply it there")
    return None


def _found(session: Session, parsed: Parsed) -> list[Found]:
    if parsed.options["filename"]:
        return [
            Found(item.kind, session.get(item.kind, item.namespace, item.name))
            for item in options.manifests(session, parsed)
        ]
    if not parsed.arguments:
        raise failure(NO_RESOURCES)
    if len(parsed.arguments) == 1 and "/" not in parsed.arguments[0]:
        kind_of(parsed.arguments[0], session.discovery)
    return select(session, parsed.arguments, everything=len(parsed.arguments) == 1)


def _editable(item: Found) -> dict[str, object]:
    """As kubectl shows it; what another has changed since is then refused as a conflict."""
    return shown(item.obj)


VERB = Verb(
    name="edit",
    summary="Edit a resource on the server",
    run=run,
    section="Basic Commands (Intermediate)",
    usage="TYPE NAME | TYPE/NAME | -f FILENAME",
    example="kubectl edit deployment web",
    flags=(options.FILENAME, options.RECURSIVE),
)
