"""The learner's folder as the host of a shell (``engine.apps.sh.host.Host``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8slab.engine.apps.sh.filetools import FILE_TOOLS
from k8slab.engine.apps.sh.host import Call, Program, Result
from k8slab.engine.apps.sh.tools import TOOLS

if TYPE_CHECKING:
    from .shell import Shell

HOME = "/home"
NOT_FOUND = 127


class Folder:
    """The learner's files and the programs of text and files; the folder is ``/home``."""

    user = hostname = "k8slab"

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    @property
    def now_unix_ms(self) -> int:
        """The cluster's clock."""
        return self.shell.cluster.world.unix_ms

    def program(self, name: str) -> Program:
        """A program, or what the terminal says where there is none."""
        return TOOLS.get(name) or FILE_TOOLS.get(name) or _missing

    def read(self, path: str) -> str | None:
        """A file's text, or None."""
        return self.shell.read(_name(path))

    def write(self, path: str, text: str | None) -> None:
        """Save a file, or remove it. OSError with sh's complaint where that fails."""
        if text is None:
            self.shell.files.pop(_name(path), None)
        elif wrong := self.shell.write(_name(path), text):
            raise OSError(wrong.rpartition(": ")[2])

    def has_folder(self, path: str) -> bool:
        """A file's folder comes with it."""
        return True

    def names(self) -> list[str]:
        """Every file's absolute path, after the folder's, which is there without files too."""
        return [f"{HOME}/", *(f"{HOME}/{name}" for name in sorted(self.shell.files))]


def _missing(call: Call) -> Result:
    return Result("", f"{call.name[:200]}: command not found\n", NOT_FOUND)


def _name(path: str) -> str:
    return path.removeprefix(f"{HOME}/")
