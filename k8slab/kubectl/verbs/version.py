"""kubectl version."""

from __future__ import annotations

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.json_text import to_json
from ..printers.yaml_text import to_yaml
from ..session import Session
from . import options

VERSION = "v1.36.2"
KUSTOMIZE = "v5.8.1"


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the versions of the client and of the server."""
    if parsed.arguments:
        raise failure(f"extra arguments: [{' '.join(parsed.arguments)}]")
    client_only = parsed.options["client"]
    info = {"major": "1", "minor": "36", "gitVersion": VERSION, "platform": "linux/amd64"}
    whole = {"clientVersion": info, "kustomizeVersion": KUSTOMIZE}
    if not client_only:
        whole["serverVersion"] = info
    match parsed.options["output"]:
        case "":
            session.print(f"Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}")
            if not client_only:
                session.print(f"Server Version: {VERSION}")
        case "json":
            session.print(to_json(whole, indent=2))
        case "yaml":
            session.write(to_yaml(whole))
        case _:
            raise failure("--output must be 'yaml' or 'json'")
    return None


VERB = Verb(
    name="version",
    summary="Print the client and server version information",
    run=run,
    flags=(options.OUTPUT, Flag("client", "bool", default=False, hint="The client's version only")),
)
