"""Scripts: what a learner does, as text. Solutions, mistakes and experiments are written so.

= web.yaml solution/bump.yaml     put this file of the lesson into the editor as web.yaml
$ kubectl apply -f web.yaml       a terminal line
@ +30s                            let time pass (virtual seconds)
! node-crash node=node-2          a fault, or its end
# a remark
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from k8slab.content.documents import Fields
from k8slab.content.markdown import read_fault
from k8slab.engine import Cluster
from k8slab.shell import Shell

_PASS = re.compile(r"\+(\d+)s")


class ScriptError(Exception):
    """A line of a script that could not be carried out."""


@dataclass(frozen=True, slots=True)
class Script:
    """The lines, and the folder that ``=`` reads from."""

    folder: Path
    lines: tuple[str, ...]

    def play(self, cluster: Cluster, shell: Shell, *, strict: bool = True) -> list[str]:
        """Carry out each line; the terminal's output. ``strict``: a failing command raises."""
        outputs = []
        for line in self.lines:
            sign, _, rest = line.partition(" ")
            match sign:
                case "=":
                    name, source = rest.split()
                    shell.files[name] = (self.folder / source).read_text(encoding="utf-8")
                case "@":
                    cluster.advance(int(_PASS.fullmatch(rest.strip())[1]))  # type: ignore[index]
                case "!":
                    _inject(cluster, rest)
                case _:
                    outputs.append(_run(shell, rest, strict))
        return outputs


def read_script(folder: Path, fields: Fields, name: str = "script") -> Script:
    """The script in the field ``name`` (empty where absent); ContentError for a wrong line."""
    lines = [line.strip() for line in fields.text(name, "").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    for line in lines:
        problem = _problem(folder, line)
        if problem:
            fields.refuse(name, f"`{line}`: {problem}", "see docs/authoring.md, Scripts")
    return Script(folder, tuple(lines))


def _problem(folder: Path, line: str) -> str:
    sign, _, rest = line.partition(" ")
    words = rest.split()
    match sign:
        case "$":
            return "" if words else "no command"
        case "@":
            return "" if _PASS.fullmatch(rest.strip()) else "write the time as +30s"
        case "!":
            ok = words and all("=" in word for word in words[1:])
            return "" if ok else "write the fault as `node-crash node=node-2`"
        case "=":
            if len(words) != 2:
                return "write the editor's file and the lesson's file"
            return "" if (folder / words[1]).is_file() else f"there is no file {words[1]}"
        case _:
            return "a line begins with $, @, ! or ="


def _inject(cluster: Cluster, command: str) -> None:
    fault, arguments = read_fault(command)
    try:
        cluster.inject(fault, **arguments)
    except ValueError as error:
        raise ScriptError(f"`{command}` failed: {error}") from error


def _run(shell: Shell, line: str, strict: bool) -> str:
    output = shell.run(line)
    if strict and output.exit_code:
        raise ScriptError(f"`{line}` failed: {output.stderr or output.stdout}")
    return output.text
