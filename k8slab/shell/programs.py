"""The programs beside kubectl: ``program(shell, arguments, stdin) -> Result``. To add one: a
function, and its line in PROGRAMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8slab.engine.apps.sh.host import Result

from .browse import curl
from .kubectx import kubectx, kubens
from .kubeseal import kubeseal

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


def clear(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """clear: an empty screen."""
    return Result(CLEAR)


def http(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """http on|off: whether kubectl tells each HTTP request that it sends."""
    if arguments not in (["on"], ["off"]):
        return Result("", "Usage: http on|off\n", 2)
    shell.show_http = arguments == ["on"]
    return Result()


def show_help(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """help: what can be typed here."""
    return Result(HELP)


PROGRAMS: dict[str, Callable[[Shell, list[str], str], Result]] = {
    "clear": clear,
    "curl": curl,
    "help": show_help,
    "http": http,
    "kubectx": kubectx,
    "kubens": kubens,
    "kubeseal": kubeseal,
}
