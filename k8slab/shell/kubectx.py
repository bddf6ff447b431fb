"""kubectx and kubens: which context, and which namespace of it, in one word (ahmetb/kubectx)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8slab.engine.apps.sh.host import Result

if TYPE_CHECKING:
    from .shell import Shell

_BEFORE = {"kubectx": "OLD_CONTEXT", "kubens": "OLD_NAMESPACE"}
"""The variables in which ``kubectx -`` finds where one was."""


def kubectx(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """List the contexts, or switch to one (``-``: the one before, ``-c``: tell the current)."""
    now = shell.aside("kubectl config current-context").out.strip()
    if not arguments:
        return shell.aside("kubectl config get-contexts -o name")
    if arguments in (["-c"], ["--current"]):
        return Result(f"{now}\n", "", 0)
    name = _meant(shell, "kubectx", arguments[0])
    if name is None:
        return Result("", "error: no previous context found\n", 1)
    switched = shell.aside(f"kubectl config use-context {_quoted(name)}")
    if switched.code:
        return Result("", f'error: no context exists with the name: "{name}"\n', 1)
    shell.machine.assign(_BEFORE["kubectx"], now)
    return Result(f'Switched to context "{name}".\n', "", 0)


def kubens(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """List the namespaces, or make one the context's (``-``: the one before)."""
    now = shell.namespace
    if not arguments:
        return shell.aside(
            "kubectl get namespaces -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'"
        )
    if arguments in (["-c"], ["--current"]):
        return Result(f"{now}\n", "", 0)
    name = _meant(shell, "kubens", arguments[0])
    if name is None:
        return Result("", "error: No previous namespace found for current context\n", 1)
    if shell.aside(f"kubectl get namespace {_quoted(name)}").code:
        return Result("", f'error: no namespace exists with name "{name}"\n', 1)
    set_ = shell.aside(f"kubectl config set-context --current --namespace={_quoted(name)}")
    if set_.code:
        return set_
    shell.machine.assign(_BEFORE["kubens"], now)
    return Result(f'Active namespace is "{name}".\n', "", 0)


def _meant(shell: Shell, program: str, word: str) -> str | None:
    return shell.machine.value(_BEFORE[program]) if word == "-" else word


def _quoted(word: str) -> str:
    """One word of a line, whatever is in it."""
    return "'" + word.replace("'", "'\\''") + "'"
