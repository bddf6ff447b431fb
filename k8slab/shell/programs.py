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
A terminal on your cluster and on the files of this lesson.

THE CLUSTER
  kubectl, k            all of the real one's verbs; kubectl --help lists them
  kubectl exec -it POD -- sh
                        a shell in a pod, until exit
  kubectl port-forward svc/NAME 8080:80 &
                        a port of localhost, until kill %1; jobs lists them
  curl URL              a page: of localhost's ports, or of an outer address
  watch COMMAND         the command every 2 seconds; -n 5 for every 5
  timeout 30 COMMAND    the command, for so many seconds at most
  kubectx, kubens       switch the kubeconfig's context, or its namespace
  kubeseal              close a Secret for the Sealed Secrets controller
  http on|off           tell each HTTP request that kubectl sends

FILES AND TEXT
  ls, cat, cp, mv, rm   your files
  grep, sed, awk, cut, tr, sort, uniq, head, tail, wc, less
                        read and change text
  echo, seq, base64, diff, xargs
                        make and compare it

THE SHELL
  A | B, A; B, A && B, A || B
                        join commands
  > FILE, >> FILE, << END
                        write a file, add to it, type text in
  NAME=text, $NAME, $(COMMAND), for, while, if, NAME() { ...; }
                        as in any sh; export KUBECONFIG names the kubeconfig
  clear, help           an empty screen, this text

Ctrl+C ends a command that waits. Time passes in the cluster while one does.
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
