"""kubectl version."""

from __future__ import annotations

from k8slab.engine.api.version import CLIENT, SERVER
from k8slab.engine.base.objects import Obj

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.json_text import to_json
from ..printers.yaml_text import to_yaml
from ..session import Session
from . import options

VERSION = CLIENT["gitVersion"]
KUSTOMIZE = "v5.8.1"


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the versions of the client and of the server."""
    if parsed.arguments:
        raise failure(f"extra arguments: [{' '.join(parsed.arguments)}]")
    client_only = parsed.options["client"]
    whole: Obj = {"clientVersion": CLIENT, "kustomizeVersion": KUSTOMIZE}
    if not client_only:
        whole["serverVersion"] = SERVER
    match parsed.options["output"]:
        case "":
            session.print(f"Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}")
            if not client_only:
                session.print(f"Server Version: {VERSION}")
        case "json":
            session.print(to_json(whole, indent=2, sort_keys=False))
        case "yaml":
            session.write(to_yaml(whole))
        case _:
            raise failure("--output must be 'yaml' or 'json'")
    return None


VERB = Verb(
    name="version",
    summary="Print the client and server version information",
    run=run,
    flags=(
        options.PLAIN_OUTPUT,
        Flag("client", "bool", default=False, hint="The client's version only"),
    ),
)
