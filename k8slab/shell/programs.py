"""The programs beside kubectl: ``program(shell, arguments, stdin) -> Output``. To add one: a
function, and its line in PROGRAMS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from k8slab.engine.apps.sh import grep as search
from k8slab.engine.apps.sh.patterns import PatternError
from k8slab.engine.apps.sh.sed import SedError, edited, options_of

from .browse import curl
from .kubectx import kubectx, kubens
from .kubeseal import kubeseal
from .output import Output

if TYPE_CHECKING:
    from .shell import Shell

CLEAR = "\x1b[H\x1b[2J\x1b[3J"
WATCH_FRAMES = 5
VARIABLES_MAX = 50
_NAME = re.compile(r"[A-Za-z_]\w*")

HELP = """\
This terminal works on your cluster and on the files of this lesson.

  kubectl (k)        the cluster; kubectl --help shows the verbs
                     kubectl exec -it POD -- sh opens a shell in a pod; exit leaves it
  ls, cat, rm        your files
  echo, grep, sed, head, tail, wc, sort, uniq, less
  curl               a page: localhost after kubectl port-forward, or an outer address
  kubeseal           close a Secret for the Sealed Secrets controller
  watch              run a command several times, while time passes
  timeout 30 ...     run a command for so many seconds at most
  kubectx, kubens    switch the kubeconfig's context, or its namespace
  export, unset      a variable: KUBECONFIG names the kubeconfig
  http on|off        tell each HTTP request that kubectl sends
  clear, help

Join commands with |, ; && and ||, write files with > and >>, type them in with << END.
"""


def _output(stdout: str = "", stderr: str = "", exit_code: int = 0) -> Output:
    return Output(stdout, stderr, exit_code)


def _inputs(shell: Shell, program: str, names: list[str], stdin: str) -> tuple[str, str]:
    """The text of the named files (or of stdin), and complaints."""
    if not names:
        return stdin, ""
    text, wrong = "", ""
    for name in names:
        content = stdin if name == "-" else shell.read(name)
        if content is None:
            wrong += f"{program}: {name}: No such file or directory\n"
        else:
            text += content
    return text, wrong


def _flags(arguments: list[str]) -> tuple[set[str], list[str]]:
    flags = {letter for word in arguments if _is_flag(word) for letter in word[1:]}
    return flags, [word for word in arguments if not _is_flag(word)]


def _is_flag(word: str) -> bool:
    return len(word) > 1 and word.startswith("-") and not word.startswith("--")


def echo(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """echo: its arguments; -n without a newline."""
    bare = arguments[:1] == ["-n"]
    return _output(" ".join(arguments[1:] if bare else arguments) + ("" if bare else "\n"))


def cat(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """cat and less: files one after another."""
    text, wrong = _inputs(shell, "cat", _flags(arguments)[1], stdin)
    return _output(text, wrong, int(bool(wrong)))


def ls(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """ls: the folder, or a folder or file in it."""
    _, names = _flags(arguments)
    listed, wrong = [], ""
    for name in names or ["."]:
        path = shell.path(name)
        prefix = "" if path == "." else path + "/"
        inside = {
            file[len(prefix) :].split("/")[0] for file in shell.files if file.startswith(prefix)
        }
        if path in shell.files:
            listed.append(name)
        elif inside or path == ".":
            listed += sorted(inside)
        else:
            wrong += f"ls: cannot access '{name}': No such file or directory\n"
    return _output("".join(f"{name}\n" for name in listed), wrong, 2 if wrong else 0)


def rm(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """rm: remove files."""
    wrong = ""
    for name in _flags(arguments)[1]:
        if shell.files.pop(shell.path(name), None) is None:
            wrong += f"rm: cannot remove '{name}': No such file or directory\n"
    return _output("", wrong, int(bool(wrong)))


def _count(arguments: list[str]) -> tuple[int | None, bool, list[str]]:
    """``-n 5``, ``-n5``, ``-5`` and ``-n +2``: the count, whether it is from the start, files."""
    count, from_start, names = 10, False, []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "-n" and words:
            word = f"-{words.pop(0)}"
        match = re.fullmatch(r"-n?(\+?)(\d{1,9})", word)
        if match:
            count, from_start = int(match[2]), bool(match[1])
        elif _is_flag(word):
            return None, False, [word]
        else:
            names.append(word)
    return count, from_start, names


def head(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """head: the first lines."""
    count, _, names = _count(arguments)
    if count is None:
        return _output("", f"head: invalid option {names[0]}\n", 1)
    text, wrong = _inputs(shell, "head", names, stdin)
    return _output("".join(text.splitlines(keepends=True)[:count]), wrong, int(bool(wrong)))


def tail(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """tail: the last lines."""
    count, from_start, names = _count(arguments)
    if count is None:
        return _output("", f"tail: invalid option {names[0]}\n", 1)
    text, wrong = _inputs(shell, "tail", names, stdin)
    lines = text.splitlines(keepends=True)
    first = max(count - 1, 0) if from_start else max(len(lines) - count, 0)
    return _output("".join(lines[first:]), wrong, int(bool(wrong)))


def wc(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """wc: lines, words, bytes."""
    flags, names = _flags(arguments)
    text, wrong = _inputs(shell, "wc", names, stdin)
    counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
    shown = [counts[letter] for letter in "lwc" if letter in flags or not flags & set("lwc")]
    if len(shown) == 1 and not names:
        return _output(f"{shown[0]}\n")
    numbers = " ".join(str(number) if len(shown) == 1 else f"{number:7}" for number in shown)
    return _output(f"{numbers} {' '.join(names)}".rstrip() + "\n", wrong, int(bool(wrong)))


def sort(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """sort: lines in order; -r reversed, -n by number, -u once each."""
    flags, names = _flags(arguments)
    text, wrong = _inputs(shell, "sort", names, stdin)
    lines = text.splitlines()
    lines = sorted(lines, key=_number if "n" in flags else None, reverse="r" in flags)
    if "u" in flags:
        lines = list(dict.fromkeys(lines))
    return _output("".join(f"{line}\n" for line in lines), wrong, int(bool(wrong)))


def _number(line: str) -> tuple[float, str]:
    match = re.match(r"\s*(-?\d{1,15}(?:\.\d{1,15})?)", line)
    return (float(match[1]) if match else 0.0, line)


def uniq(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """uniq: lines that differ from the one before; -c counts them."""
    flags, names = _flags(arguments)
    text, wrong = _inputs(shell, "uniq", names, stdin)
    groups: list[tuple[str, int]] = []
    for line in text.splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    shown = [f"{count:7} {line}\n" if "c" in flags else f"{line}\n" for line, count in groups]
    return _output("".join(shown), wrong, int(bool(wrong)))


def grep(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """grep: -i -v -c -n -q -E -F -w -x -o -e -m, -A, -B, -C (see ``engine.apps.sh.grep``)."""
    flags, values, words = search.options(arguments)
    patterns = values.get("e") or words[:1]
    names = words if values.get("e") else words[1:]
    if not patterns:
        return _output("", "Usage: grep [OPTION]... PATTERNS [FILE]...\n", 2)
    text, wrong = _inputs(shell, "grep", names, stdin)
    try:
        lines, found = search.searched(text.splitlines(), patterns, flags, values)
    except PatternError as error:
        return _output("", f"grep: {error}\n", 2)
    shown = "" if "q" in flags else "".join(f"{line}\n" for line in lines)
    return _output(shown, wrong, 2 if wrong else int(not found))


def sed(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """sed: -n -E -r -e SCRIPT and -i over your files (see ``engine.apps.sh.sed``)."""
    try:
        flags, scripts, names = options_of(arguments)
        if "i" not in flags:
            text, wrong = _inputs(shell, "sed", names, stdin)
            return _output(edited(scripts, text, flags=flags), wrong, 2 if wrong else 0)
        for name in names:
            text, wrong = _inputs(shell, "sed", [name], "")
            wrong = wrong or shell.write(name, edited(scripts, text, flags=flags)) or ""
            if wrong:
                return _output("", wrong, 4)
    except SedError as error:
        return _output("", f"sed: {error}\n", 1)
    return _output()


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


def true(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """true: nothing, well."""
    return _output()


def false(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """false: nothing, badly."""
    return _output(exit_code=1)


def export(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """``export KUBECONFIG=prod.yaml``: what kubectl then reads."""
    for word in arguments:
        name, sign, value = word.partition("=")
        if not _NAME.fullmatch(name):
            return _output(stderr=f"sh: export: {name}: bad variable name\n", exit_code=2)
        if sign and len(shell.environment) < VARIABLES_MAX:
            shell.environment[name] = value
    if arguments:
        return _output()
    told = sorted(shell.environment.items())
    return _output("".join(f"export {name}='{value}'\n" for name, value in told))


def unset(shell: Shell, arguments: list[str], stdin: str) -> Output:
    """Forget variables."""
    for name in arguments:
        shell.environment.pop(name, None)
    return _output()


PROGRAMS: dict[str, Callable[[Shell, list[str], str], Output]] = {
    "cat": cat,
    "clear": clear,
    "curl": curl,
    "echo": echo,
    "export": export,
    "false": false,
    "grep": grep,
    "head": head,
    "help": show_help,
    "http": http,
    "kubectx": kubectx,
    "kubens": kubens,
    "kubeseal": kubeseal,
    "less": cat,
    "ls": ls,
    "more": cat,
    "rm": rm,
    "sed": sed,
    "sort": sort,
    "tail": tail,
    "true": true,
    "uniq": uniq,
    "unset": unset,
    "wc": wc,
}
