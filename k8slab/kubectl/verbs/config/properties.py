"""kubectl config set and unset: one value, by its dotted path."""

from __future__ import annotations

from ...command import Verb
from ...errors import Failure, failure
from ...flags import Parsed
from ...kubeconfig import KubeConfig
from ...session import Session
from .files import load, save

_MAPS = ("clusters", "contexts", "users")


def _set(session: Session, parsed: Parsed) -> int | None:
    if len(parsed.arguments) != 2:
        raise failure(f"Unexpected args: [{' '.join(parsed.arguments)}]")
    path, value = parsed.arguments
    config = load(session, parsed)
    if path == "current-context":
        config.current = value
    else:
        entries, name, field = _place(config, path)
        entries[name] = {**entries.get(name, {}), field: value}
    save(session, parsed, config)
    session.print(f'Property "{path}" set.')
    return None


def _unset(session: Session, parsed: Parsed) -> int | None:
    if len(parsed.arguments) != 1:
        raise failure(f"Unexpected args: [{' '.join(parsed.arguments)}]")
    [path] = parsed.arguments
    config = load(session, parsed)
    head, _, name = path.partition(".")
    if path == "current-context":
        config.current = ""
    elif path in _MAPS:
        getattr(config, path).clear()
    elif head in _MAPS and name in getattr(config, head):
        del getattr(config, head)[name]
    else:
        entries, name, field = _place(config, path)
        entry = dict(entries.get(name, {}))
        entry.pop(field, None)
        entries[name] = entry
    save(session, parsed, config)
    session.print(f'Property "{path}" unset.')
    return None


def _place(config: KubeConfig, path: str) -> tuple[dict[str, dict[str, str]], str, str]:
    """The entries, the entry's name (which may have dots) and the field of a path."""
    head, _, rest = path.partition(".")
    if head not in _MAPS:
        raise _unreadable(path, "")
    name, _, field = rest.rpartition(".")
    if not name:
        raise _unreadable(path, head)
    return getattr(config, head), name, field


def _unreadable(path: str, after: str) -> Failure:
    return failure(f"unable to parse {path} after [{after}] at api.Config")


SET = Verb(
    name="set",
    summary="Set an individual value in a kubeconfig file",
    run=_set,
    usage="PROPERTY_NAME PROPERTY_VALUE",
    example="kubectl config set contexts.k8slab.namespace shop",
    offline=True,
)
UNSET = Verb(
    name="unset",
    summary="Unset an individual value in a kubeconfig file",
    run=_unset,
    usage="PROPERTY_NAME",
    offline=True,
)
