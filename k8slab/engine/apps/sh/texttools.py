"""More programs of text: parts of lines, encodings, comparisons (busybox's words)."""

from __future__ import annotations

import base64 as codec
import binascii
import difflib
import hashlib
import re
from collections.abc import Callable

from .host import Call, Program, Result
from .inputs import flags_of, inputs

LINES_MAX = 2000
_OPTION = re.compile(r"-([dfcs])(.*)", re.DOTALL)


def cut(call: Call) -> Result:
    """cut -d CHARACTER -f LIST, cut -c LIST [FILE]...; a list is 1,3-5 or 2-."""
    said: dict[str, str] = {}
    words, names = list(call.arguments), []
    while words:
        word = words.pop(0)
        match = _OPTION.fullmatch(word)
        if match is None:
            names.append(word)
        elif match[1] == "s":
            said["s"] = "s"
        else:
            said[match[1]] = match[2] or (words.pop(0) if words else "")
    spans = _spans(said.get("c") or said.get("f") or "")
    if not spans:
        return Result("", "cut: expected a list of bytes, characters, or fields\n", 1)
    text, wrong = inputs(call, names)
    mark = (said.get("d") or "\t")[0]
    lines = []
    for line in text.splitlines():
        if "c" in said:
            lines.append("".join(_chosen(list(line), spans)))
        elif mark in line or "s" not in said:
            lines.append(mark.join(_chosen(line.split(mark), spans)) if mark in line else line)
    return Result("".join(f"{line}\n" for line in lines), wrong, int(bool(wrong)))


def _spans(text: str) -> list[tuple[int, int]]:
    """First and last of each part of a list; [] for what is none."""
    spans = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{0,4})(-?)(\d{0,4})", part)
        if match is None or not (match[1] or match[3]):
            return []
        first = int(match[1] or 1)
        last = int(match[3] or 10**6) if match[2] else first
        spans.append((first, last))
    return spans


def _chosen(parts: list[str], spans: list[tuple[int, int]]) -> list[str]:
    return [
        part
        for place, part in enumerate(parts, start=1)
        if any(first <= place <= last for first, last in spans)
    ]


def base64(call: Call) -> Result:
    """base64 [-d] [-w COLUMNS] [FILE]: 76 columns, or in one line with -w0."""
    words = list(call.arguments)
    decodes, width, names = False, 76, []
    while words:
        word = words.pop(0)
        if word in ("-d", "-D", "--decode"):
            decodes = True
        elif word.startswith(("-w", "--wrap=")):
            value = word.removeprefix("--wrap=").removeprefix("-w") or (words or ["0"]).pop(0)
            width = int(value) if value.isdecimal() else 76
        else:
            names.append(word)
    text, wrong = inputs(call, names)
    if not decodes:
        coded = codec.b64encode(text.encode()).decode()
        rows = [coded[at : at + width] for at in range(0, len(coded), width)] if width else [coded]
        return Result("\n".join(rows) + ("\n" if width else ""), wrong, int(bool(wrong)))
    try:
        plain = codec.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return Result("", f"{wrong}base64: invalid input\n", 1)
    return Result(plain.decode(errors="replace"), wrong, int(bool(wrong)))


def _lines(change: Callable[[list[str]], list[str]]) -> Program:
    def run(call: Call) -> Result:
        text, wrong = inputs(call, flags_of(call.arguments)[1])
        lines = change(text.splitlines())
        return Result("".join(f"{line}\n" for line in lines), wrong, int(bool(wrong)))

    return run


def column(call: Call) -> Result:
    """column -t: columns as wide as their widest cell."""
    text, wrong = inputs(call, flags_of(call.arguments)[1])
    rows = [line.split() for line in text.splitlines()[:LINES_MAX]]
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for place, cell in enumerate(row):
            widths[place] = max(widths[place], len(cell))
    told = ("  ".join(it.ljust(widths[at]) for at, it in enumerate(row)).rstrip() for row in rows)
    return Result("".join(f"{line}\n" for line in told), wrong, int(bool(wrong)))


def diff(call: Call) -> Result:
    """diff [-u] FILE FILE: what differs, as a unified diff; 1 where something does."""
    names = flags_of(call.arguments)[1]
    if len(names) != 2:
        return Result("", "diff: usage: diff FILE1 FILE2\n", 2)
    (one, wrong), (other, missing) = (inputs(call, [name]) for name in names)
    if wrong or missing:
        return Result("", wrong + missing, 2)
    left, right = (text.splitlines()[:LINES_MAX] for text in (one, other))
    rows = list(difflib.unified_diff(left, right, names[0], names[1], lineterm=""))
    return Result("".join(f"{row}\n" for row in rows), "", int(bool(rows)))


def _digest(name: str) -> Program:
    def run(call: Call) -> Result:
        names = flags_of(call.arguments)[1] or ["-"]
        out = wrong = ""
        for each in names[:100]:
            text, missing = inputs(call, [each])
            wrong += missing
            if not missing:
                out += f"{hashlib.new(name, text.encode()).hexdigest()}  {each}\n"
        return Result(out, wrong, int(bool(wrong)))

    return run


TEXT_TOOLS: dict[str, Program] = {
    "base64": base64,
    "column": column,
    "cut": cut,
    "diff": diff,
    "md5sum": _digest("md5"),
    "nl": _lines(lambda lines: [f"{at:6}\t{line}" for at, line in enumerate(lines, start=1)]),
    "rev": _lines(lambda lines: [line[::-1] for line in lines]),
    "sha256sum": _digest("sha256"),
    "tac": _lines(lambda lines: lines[::-1]),
}
