"""The kubeconfig that a ``kubectl config`` line reads and writes."""

from __future__ import annotations

from typing import Any

from ... import kubeconfig
from ...errors import failure
from ...flags import Parsed
from ...session import Session


def load(session: Session, parsed: Parsed) -> kubeconfig.KubeConfig:
    """What the files in question say; an empty one where there is none."""
    return kubeconfig.load(session.files, _paths(session, parsed))


def save(session: Session, parsed: Parsed, config: kubeconfig.KubeConfig) -> None:
    """Write it to the first of the files. Failure where that cannot be written."""
    path = _paths(session, parsed)[0]
    if session.desk is None:
        raise failure(f"open {path}: read-only file system")
    if wrong := session.desk.write(path, config.text()):
        raise failure(wrong.removeprefix("sh: "))


def shown_path(session: Session, parsed: Parsed) -> str:
    """The name of the file that a change goes to, as kubectl prints it."""
    return _paths(session, parsed)[0]


def one_name(parsed: Parsed) -> str:
    """The one argument. Failure where there are more or none."""
    words: Any = parsed.arguments
    if len(words) != 1:
        raise failure(f"Unexpected args: [{' '.join(words)}]")
    return str(words[0])


def _paths(session: Session, parsed: Parsed) -> list[str]:
    return kubeconfig.paths(parsed.options["kubeconfig"], session.environment)
