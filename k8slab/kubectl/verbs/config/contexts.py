"""kubectl config: contexts, each a cluster, a user and a namespace under one name."""

from __future__ import annotations

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...kubeconfig import KubeConfig
from ...printers.table import Widths
from ...session import Session
from .files import load, one_name, save, shown_path

_HEADER = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]
_FIELDS = ("cluster", "user", "namespace")


def _get(session: Session, parsed: Parsed) -> int | None:
    config = load(session, parsed)
    names = parsed.arguments or sorted(config.contexts)
    known = [name for name in names if name in config.contexts]
    for name in names:
        if name not in config.contexts:
            session.failed = True
            session.warn(f"error: context {name} not found")
    if parsed.options["output"] == "name":
        for name in known:
            session.print(name)
        return None
    if parsed.options["output"]:
        raise failure(f"output must be one of '' or 'name': {parsed.options['output']}")
    rows = [] if parsed.options["no-headers"] else [_HEADER]
    session.write(Widths().lay_out(rows + [_row(config, name) for name in known]))
    return None


def _row(config: KubeConfig, name: str) -> list[str]:
    mark = "*" if name == config.current else ""
    return [mark, name, *(str(config.contexts[name].get(field, "")) for field in _FIELDS)]


def _current(session: Session, parsed: Parsed) -> int | None:
    config = load(session, parsed)
    if not config.current:
        raise failure("current-context is not set")
    session.print(config.current)
    return None


def _use(session: Session, parsed: Parsed) -> int | None:
    try:
        name = one_name(parsed)
    except Exception:
        session.write(USE.help("kubectl config use-context"))
        raise
    config = load(session, parsed)
    if name not in config.contexts:
        raise failure(f'no context exists with the name: "{name}"')
    config.current = name
    save(session, parsed, config)
    session.print(f'Switched to context "{name}".')
    return None


def _set(session: Session, parsed: Parsed) -> int | None:
    config = load(session, parsed)
    name = _meant(config, parsed)
    known = name in config.contexts
    given = {field: parsed.options[field] for field in _FIELDS if field in parsed.given}
    entry = {**config.contexts.get(name, {}), **given}
    config.contexts[name] = {field: value for field, value in entry.items() if value}
    save(session, parsed, config)
    session.print(f'Context "{name}" {"modified" if known else "created"}.')
    return None


def _meant(config: KubeConfig, parsed: Parsed) -> str:
    if parsed.options["current"]:
        if parsed.arguments:
            raise failure("you cannot specify both a context name and --current")
        if not config.current:
            raise failure("no current context is set")
        return config.current
    if len(parsed.arguments) != 1:
        raise failure("you must specify a non-empty context name or --current")
    return parsed.arguments[0]


def _rename(session: Session, parsed: Parsed) -> int | None:
    if len(parsed.arguments) != 2:
        raise failure(f"Unexpected args: [{' '.join(parsed.arguments)}]")
    old, new = parsed.arguments
    config = load(session, parsed)
    if old not in config.contexts:
        raise failure(
            f'cannot rename the context "{old}", it\'s not in {shown_path(session, parsed)}'
        )
    if new in config.contexts:
        raise failure(
            f'cannot rename the context "{old}", the context "{new}" already exists in '
            f"{shown_path(session, parsed)}"
        )
    config.contexts[new] = config.contexts.pop(old)
    if config.current == old:
        config.current = new
    save(session, parsed, config)
    session.print(f'Context "{old}" renamed to "{new}".')
    return None


def _delete(session: Session, parsed: Parsed) -> int | None:
    name, config = one_name(parsed), load(session, parsed)
    path = shown_path(session, parsed)
    if name not in config.contexts:
        raise failure(f"cannot delete context {name}, not in {path}")
    if name == config.current:
        session.warn(
            'warning: this removed your active context, use "kubectl config use-context" to '
            "select a different one"
        )
    del config.contexts[name]
    save(session, parsed, config)
    session.print(f"deleted context {name} from {path}")
    return None


GET = Verb(
    name="get-contexts",
    summary="Describe one or many contexts",
    run=_get,
    usage="[NAME ...]",
    offline=True,
    flags=(
        Flag("no-headers", "bool", default=False, hint="Rows without the headings"),
        Flag("output", short="o", hint="name, or nothing for the table"),
    ),
)
CURRENT = Verb(
    name="current-context", summary="Display the current-context", run=_current, offline=True
)
USE = Verb(
    name="use-context",
    summary="Set the current-context in a kubeconfig file",
    run=_use,
    usage="CONTEXT_NAME",
    aliases=("use",),
    example="kubectl config use-context viewer@k8slab",
    offline=True,
)
SET = Verb(
    name="set-context",
    summary="Set a context entry in kubeconfig",
    run=_set,
    usage="[NAME | --current] [--cluster=CLUSTER] [--user=USER] [--namespace=NAMESPACE]",
    example="kubectl config set-context --current --namespace=shop",
    offline=True,
    flags=(Flag("current", "bool", default=False, hint="Change the current context"),),
)
RENAME = Verb(
    name="rename-context",
    summary="Rename a context from the kubeconfig file",
    run=_rename,
    usage="CONTEXT_NAME NEW_NAME",
    offline=True,
)
DELETE = Verb(
    name="delete-context",
    summary="Delete the specified context from the kubeconfig",
    run=_delete,
    usage="NAME",
    offline=True,
)
