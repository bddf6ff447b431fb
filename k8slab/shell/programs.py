"""The programs beside kubectl: ``program(shell, arguments, stdin) -> Output``. To add one: a
function, and its line in PROGRAMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .browse import curl
from .kubectx import kubectx, kubens
from .kubeseal import kubeseal
from .output import Output

if TYPE_CHECKING:
    from .shell import Shell

CLEAR = "\x1b[H\x1b[2J\x1b[3J"

HELP = """\
This terminal works on your cluster and on the files of this lesson.

  kubectl (k)        the cluster; kubectl --help shows the verbs
                     kubectl exec -it POD -- sh opens a shell in a pod; exit leaves it
  ls, cat, cp, mv, rm   your files
  echo, grep, sed, awk, cut, tr, head, tail, wc, sort, uniq, base64, diff, xargs, less
  curl               a page: localhost after kubectl port-forward, or an outer address
  kubeseal           close a Secret for the Sealed Secrets controller
  watch              run a command several times, while time passes
  timeout 30 ...     run a command for so many seconds at most
  kubectx, kubens    switch the kubeconfig's context, or its namespace
  export, unset      a variable: KUBECONFIG names the kubeconfig
  http on|off        tell each HTTP request that kubectl sends
  clear, help

Join commands with |, ; && and ||, write files with > and >>, type them in with << END.
NAME=text and $NAME, $(command), for, while and if work as in any sh.
"""


def _output(stdout: str = "", stderr: str = "", exit_code: int = 0) -> Output:
    return Output(stdout, stderr, exit_code)


def clear(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """clear: an empty screen."""
    return _output(CLEAR)


def http(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """http on|off: whether kubectl tells each HTTP request that it sends."""
    if arguments not in (["on"], ["off"]):
        return _output("", "Usage: http on|off\n", 2)
    shell.show_http = arguments == ["on"]
    return _output()


def show_help(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """help: what can be typed here."""
    return _output(HELP)


PROGRAMS: dict[str, Callable[[Shell, list[str], str], Output]] = {
    "clear": clear,
    "curl": curl,
    "help": show_help,
    "http": http,
    "kubectx": kubectx,
    "kubens": kubens,
    "kubeseal": kubeseal,
}
