"""kubectl proxy: a port of this terminal's localhost that leads to the API server.

The real command holds its terminal until Ctrl+C. Here the port stays open beside it, as those of
``kubectl port-forward`` do: ``curl localhost:8001/api/v1/...`` asks as whom the line said.
"""

from __future__ import annotations

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..session import Proxy, Session

_FIRST_FREE = 40_001


def run(session: Session, parsed: Parsed) -> int | None:
    """Open the port."""
    if parsed.arguments:
        raise failure(f'unknown command "{parsed.arguments[0]}" for "kubectl proxy"')
    port: int = parsed.options["port"] or _FIRST_FREE
    session.print(f"Starting to serve on {parsed.options['address']}:{port}")
    if session.desk is not None:
        session.desk.forward(Proxy(port, parsed.options))
    return None


VERB = Verb(
    name="proxy",
    summary="Run a proxy to the Kubernetes API server",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="[--port=PORT]",
    example="""\
kubectl proxy
curl localhost:8001/api/v1/namespaces/default/pods""",
    flags=(
        Flag("port", "int", short="p", default=8001, hint="The port here; 0 takes a free one"),
        Flag("address", default="127.0.0.1", hint="The address that is told"),
    ),
)
