"""Small programs of text that containers have, too, run over the learner's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8slab.engine.apps.sh import tools
from k8slab.engine.apps.sh.host import Call, Program

from .output import Output

if TYPE_CHECKING:
    from .shell import Shell

_FOLDER = "/home"
TOOLS = ("basename", "cut", "date", "dirname", "printf", "seq", "tee", "tr")


class Folder:
    """The learner's files as a host of programs (``apps.sh.host.Host``)."""

    user = hostname = "k8slab"

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    @property
    def now_unix_ms(self) -> int:
        """The cluster's clock."""
        return self.shell.cluster.world.unix_ms

    def program(self, name: str) -> Program | None:
        """No program runs another here."""
        return None

    def read(self, path: str) -> str | None:
        """A file's text, or None."""
        return self.shell.read(_name(path))

    def write(self, path: str, text: str | None) -> None:
        """Save a file. OSError with sh's complaint where that fails."""
        if text is None:
            self.shell.files.pop(_name(path), None)
        elif wrong := self.shell.write(_name(path), text):
            raise OSError(wrong.removeprefix("sh: ").strip())

    def has_folder(self, path: str) -> bool:
        """A file's folder comes with it."""
        return True

    def names(self) -> list[str]:
        """Every file's absolute path."""
        return [f"{_FOLDER}/{name}" for name in sorted(self.shell.files)]


def run_tool(shell: Shell, name: str, arguments: list[str], stdin: str) -> Output:
    """Run one of TOOLS."""
    call = Call(Folder(shell), name, tuple(arguments), stdin, shell.environment, _FOLDER)
    result = tools.TOOLS[name](call)
    return Output(result.out, result.err, result.code)


def _name(path: str) -> str:
    return path.removeprefix(f"{_FOLDER}/")
