"""What programs share: their flags, and the text of the files that they are given."""

from __future__ import annotations

from collections.abc import Sequence

from .host import Call, is_directory

INPUT_MAX = 1 << 20


def flags_of(arguments: Sequence[str]) -> tuple[set[str], list[str]]:
    """The letters of ``-la`` and its like, and the other words."""
    flags = {letter for word in arguments if _is_flag(word) for letter in word[1:]}
    return flags, [word for word in arguments if not _is_flag(word)]


def _is_flag(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")


def complaint(program: str, name: str, why: str) -> str:
    """``cat: can't open '/x': No such file or directory``."""
    return f"{program}: can't open '{name[:200]}': {why}\n"


def text_of(call: Call, name: str) -> tuple[str, str]:
    """The text of a file (``-``: standard input), and a complaint."""
    if name == "-":
        return call.stdin, ""
    if name == "/dev/null":
        return "", ""
    path = call.path(name)
    if is_directory(call.host, path):
        return "", f"{call.name}: read error: Is a directory\n"
    try:
        text = call.host.read(path)
    except OSError as error:
        return "", complaint(call.name, name, str(error))
    if text is None:
        return "", complaint(call.name, name, "No such file or directory")
    return text, ""


def inputs(call: Call, names: Sequence[str] | None) -> tuple[str, str]:
    """The text of the named files (or of standard input), and complaints."""
    if not names:
        return call.stdin, ""
    found = [text_of(call, name) for name in names[:100]]
    return "".join(text for text, _ in found)[:INPUT_MAX], "".join(wrong for _, wrong in found)
