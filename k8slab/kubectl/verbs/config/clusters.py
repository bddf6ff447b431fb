"""kubectl config: clusters, each an address and how its certificate is checked."""

from __future__ import annotations

from base64 import b64encode

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .files import load, one_name, save, shown_path


def _get(session: Session, parsed: Parsed) -> int | None:
    session.print("NAME")
    for name in sorted(load(session, parsed).clusters):
        session.print(name)
    return None


def _set(session: Session, parsed: Parsed) -> int | None:
    name, config, flags = one_name(parsed), load(session, parsed), parsed.options
    entry = dict(config.clusters.get(name, {}))
    if "server" in parsed.given:
        entry["server"] = flags["server"]
    if "insecure-skip-tls-verify" in parsed.given:
        entry["insecure-skip-tls-verify"] = flags["insecure-skip-tls-verify"]
        if flags["insecure-skip-tls-verify"]:
            entry.pop("certificate-authority-data", None)
    if path := flags["certificate-authority"]:
        text = session.files.get(path)
        if text is None:
            raise failure(f"could not stat certificate-authority file {path}: no such file")
        entry["certificate-authority-data"] = b64encode(text.encode()).decode()
        entry.pop("insecure-skip-tls-verify", None)
    config.clusters[name] = {field: value for field, value in entry.items() if value}
    save(session, parsed, config)
    session.print(f'Cluster "{name}" set.')
    return None


def _delete(session: Session, parsed: Parsed) -> int | None:
    name, config = one_name(parsed), load(session, parsed)
    path = shown_path(session, parsed)
    if name not in config.clusters:
        raise failure(f"cannot delete cluster {name}, not in {path}")
    del config.clusters[name]
    save(session, parsed, config)
    session.print(f"deleted cluster {name} from {path}")
    return None


GET = Verb(
    name="get-clusters",
    summary="Display clusters defined in the kubeconfig",
    run=_get,
    offline=True,
)
SET = Verb(
    name="set-cluster",
    summary="Set a cluster entry in kubeconfig",
    run=_set,
    usage="NAME [--server=SERVER] [--certificate-authority=FILE]",
    offline=True,
    flags=(
        Flag("certificate-authority", hint="A file with the CA's certificate"),
        Flag("embed-certs", "bool", default=False, hint="Ignored: certificates are embedded"),
    ),
)
DELETE = Verb(
    name="delete-cluster",
    summary="Delete the specified cluster from the kubeconfig",
    run=_delete,
    usage="NAME",
    offline=True,
)
