"""kubectl config view: the kubeconfig that counts, without its secrets."""

from __future__ import annotations

from typing import Any

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...kubeconfig import DATA, SECRETS, KubeConfig
from ...printers import output
from ...printers.yaml_text import to_yaml
from ...session import Session
from .files import load


def _run(session: Session, parsed: Parsed) -> int | None:
    flags = parsed.options
    if parsed.arguments:
        raise failure(
            f"unexpected arguments: [{' '.join(parsed.arguments)}]\n"
            "See 'kubectl config view -h' for help and examples"
        )
    config = load(session, parsed)
    if flags["minify"]:
        config = _minified(config, flags["context"] or config.current)
    content = config.as_object()
    if not flags["raw"]:
        content = _redacted(content)
    form = flags["output"]
    if form in ("", "yaml"):
        session.write(to_yaml(content))
    else:
        output.check(form)
        output.print_value(session, form, content)
    return None


def _minified(config: KubeConfig, name: str) -> KubeConfig:
    """What one context needs."""
    if not name:
        raise failure("current-context must exist in order to minify")
    context = config.contexts.get(name)
    if context is None:
        raise failure(f"cannot locate context {name}")
    return KubeConfig(
        clusters={
            it: config.clusters[it] for it in [context.get("cluster")] if it in config.clusters
        },
        users={it: config.users[it] for it in [context.get("user")] if it in config.users},
        contexts={name: context},
        current=name,
    )


def _redacted(value: Any) -> Any:
    match value:
        case dict():
            return {name: _hidden(name, _redacted(item)) for name, item in value.items()}
        case list():
            return [_redacted(item) for item in value]
    return value


def _hidden(name: str, value: Any) -> Any:
    if name in DATA:
        return "DATA+OMITTED"
    return SECRETS.get(name, value)


VERB = Verb(
    name="view",
    summary="Display merged kubeconfig settings or a specified kubeconfig file",
    run=_run,
    example="kubectl config view --minify",
    offline=True,
    flags=(
        Flag("minify", "bool", default=False, hint="Only what the current context needs"),
        Flag("raw", "bool", default=False, hint="Certificates and tokens, too"),
        Flag("flatten", "bool", default=False, hint="Ignored: certificates are embedded"),
        Flag("output", "table", short="o", hint="yaml, json, jsonpath=..."),
    ),
)
