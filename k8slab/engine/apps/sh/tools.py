"""The programs of text and files that every image with a shell has (busybox's words)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .awk import awk
from .grep import grep
from .host import Call, Program, Result, is_directory
from .inputs import complaint, flags_of, inputs
from .sed import sed
from .texttools import TEXT_TOOLS

_FIELDS_MAX = 1000


def echo(call: Call) -> Result:
    """echo: -n without a newline, -e with escapes."""
    words, flags = list(call.arguments), ""
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags += words.pop(0)
    text = " ".join(words)
    text = _escaped(text) if "e" in flags else text
    return Result(text if "n" in flags else f"{text}\n")


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "", "b": "", "e": "", "0": ""}


def _escaped(text: str) -> str:
    return re.sub(r"\\([ntr\\abe0])", lambda match: _ESCAPES[match[1]], text)


def printf(call: Call) -> Result:
    """printf: %s, %d, %%; the format is used again while there are arguments."""
    if not call.arguments:
        return Result("", "printf: usage: printf FORMAT [ARGUMENT]...\n", 2)
    form, *words = call.arguments
    parts, form = [], _escaped(form)
    while True:
        before = len(words)
        parts.append(re.sub(r"%(-?\d{0,3})([sdi%])", lambda match: _field(match, words), form))
        if not words or len(words) == before or len(parts) > _FIELDS_MAX:
            return Result("".join(parts))


def _field(match: re.Match[str], words: list[str]) -> str:
    if match[2] == "%":
        return "%"
    word = words.pop(0) if words else ("" if match[2] == "s" else "0")
    width = int(match[1] or 0) if match[1] != "-" else 0
    return word.ljust(-width) if width < 0 else word.rjust(width)


def cat(call: Call) -> Result:
    """cat, less, more: files one after another."""
    text, wrong = inputs(call, flags_of(call.arguments)[1])
    return Result(text, wrong, int(bool(wrong)))


def _count(call: Call) -> tuple[int, bool, list[str]]:
    """``-n 5``, ``-n5``, ``-5`` and ``-n +2``: the count, whether from the start, the files."""
    count, from_start, names = 10, False, []
    words = list(call.arguments)
    while words:
        word = words.pop(0)
        if word in ("-n", "-c") and words:
            word = f"-{words.pop(0).removeprefix('-')}"
        match = re.fullmatch(r"-n?(\+?)(\d{1,9})", word)
        if match:
            count, from_start = int(match[2]), bool(match[1])
        elif word == "-" or not word.startswith("-"):
            names.append(word)
    return count, from_start, names


def head(call: Call) -> Result:
    """head: the first lines."""
    count, _, names = _count(call)
    text, wrong = inputs(call, names)
    return Result("".join(text.splitlines(keepends=True)[:count]), wrong, int(bool(wrong)))


def tail(call: Call) -> Result:
    """tail: the last lines; with -f it never ends."""
    count, from_start, names = _count(call)
    text, wrong = inputs(call, [name for name in names if name != "/dev/null"] or None)
    follows = any(re.fullmatch(r"-[A-Za-z]*[fF]\w*", word) for word in call.arguments)
    if names == ["/dev/null"]:
        text, wrong = "", ""
    lines = text.splitlines(keepends=True)
    first = max(count - 1, 0) if from_start else max(len(lines) - count, 0)
    endless = float("inf") if follows and not wrong else 0.0
    return Result("".join(lines[first:]), wrong, int(bool(wrong)), endless)


def wc(call: Call) -> Result:
    """wc: lines, words, bytes."""
    flags, names = flags_of(call.arguments)
    text, wrong = inputs(call, names)
    counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
    shown = [str(counts[each]) for each in "lwc" if each in flags or not flags & set("lwc")]
    numbers = shown[0] if len(shown) == 1 else " ".join(f"{each:>9}" for each in shown)
    return Result(f"{numbers} {' '.join(names)}".rstrip() + "\n", wrong, int(bool(wrong)))


def sort(call: Call) -> Result:
    """sort: -r reversed, -n by number, -u once each."""
    flags, names = flags_of(call.arguments)
    text, wrong = inputs(call, names)
    lines = sorted(text.splitlines(), key=_number if "n" in flags else None, reverse="r" in flags)
    lines = list(dict.fromkeys(lines)) if "u" in flags else lines
    return Result("".join(f"{line}\n" for line in lines), wrong, int(bool(wrong)))


def _number(line: str) -> tuple[float, str]:
    match = re.match(r"\s*(-?\d{1,15}(?:\.\d{1,15})?)", line)
    return (float(match[1]) if match else 0.0, line)


def uniq(call: Call) -> Result:
    """uniq: lines that differ from the one before; -c counts them."""
    flags, names = flags_of(call.arguments)
    text, wrong = inputs(call, names)
    groups: list[tuple[str, int]] = []
    for line in text.splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    lines = [f"{count:7} {line}\n" if "c" in flags else f"{line}\n" for line, count in groups]
    return Result("".join(lines), wrong, int(bool(wrong)))


def tr(call: Call) -> Result:
    """tr [-d] FROM [TO]: characters, and ranges such as a-z."""
    flags, words = flags_of(call.arguments)
    sets = [_characters(_escaped(word)) for word in words]
    if "d" in flags and sets:
        return Result(call.stdin.translate({ord(each): None for each in sets[0]}))
    if len(sets) < 2 or not sets[1]:
        return Result("", "tr: usage: tr [-d] FROM TO\n", 1)
    to = sets[1].ljust(len(sets[0]), sets[1][-1])
    return Result(call.stdin.translate(str.maketrans(sets[0], to[: len(sets[0])])))


def _characters(text: str) -> str:
    def spread(match: re.Match[str]) -> str:
        first, last = ord(match[1]), ord(match[2])
        return "".join(chr(each) for each in range(first, min(last, first + 256) + 1))

    return re.sub(r"(.)-(.)", spread, text[:200])


def seq(call: Call) -> Result:
    """seq [FIRST] LAST."""
    if not all(re.fullmatch(r"-?\d{1,6}", word) for word in call.arguments) or not call.arguments:
        return Result("", "seq: usage: seq [FIRST] LAST\n", 1)
    numbers = [int(word) for word in call.arguments]
    first = numbers[0] if len(numbers) > 1 else 1
    last = min(numbers[-1], first + 10_000)
    return Result("".join(f"{each}\n" for each in range(first, last + 1)))


def date(call: Call) -> Result:
    """date [+FORMAT], always UTC."""
    now_ms = call.host.now_unix_ms
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms)
    form = next((word[1:] for word in call.arguments if word.startswith("+")), None)
    if form is None:
        form = "%a %b %e %H:%M:%S UTC %Y"
    known = {
        "s": str(now_ms // 1000),
        "e": f"{now.day:2}",
        "F": f"{now:%Y-%m-%d}",
        "T": f"{now:%H:%M:%S}",
        "N": f"{now_ms % 1000:03}000000",
        "Z": "UTC",
        "z": "+0000",
        "n": "\n",
        "%": "%",
        **{each: now.strftime(f"%{each}") for each in "aAbBdHIjmMpSYyDRu"},
    }
    text = re.sub(r"%(.)", lambda match: known.get(match[1], match[0]), form[:200])
    return Result(f"{text}\n")


def hostname(call: Call) -> Result:
    """hostname."""
    return Result(f"{call.host.hostname}\n")


def whoami(call: Call) -> Result:
    """whoami: a number has no name."""
    if call.host.user.isdigit():
        return Result("", f"whoami: unknown uid {call.host.user}\n", 1)
    return Result(f"{call.host.user}\n")


def identity(call: Call) -> Result:
    """id."""
    user = call.host.user
    if user == "root":
        return Result("uid=0(root) gid=0(root) groups=0(root)\n")
    return Result(f"uid={user} gid=0(root)\n" if user.isdigit() else f"uid=1000({user})\n")


def uname(call: Call) -> Result:
    """uname: the node's kernel, for containers have none of their own."""
    if "-a" in call.arguments:
        return Result(f"Linux {call.host.hostname} 6.8.0 #1 SMP x86_64 GNU/Linux\n")
    return Result("6.8.0\n" if "-r" in call.arguments else "Linux\n")


def printenv(call: Call) -> Result:
    """printenv [NAME]..."""
    if not call.arguments:
        return Result("".join(f"{name}={text}\n" for name, text in call.env.items()))
    found = [call.env[name] for name in call.arguments if name in call.env]
    return Result("".join(f"{each}\n" for each in found), "", int(len(found) < len(call.arguments)))


def basename(call: Call) -> Result:
    """basename PATH."""
    return Result(
        "".join(f"{name.rstrip('/').rpartition('/')[2]}\n" for name in call.arguments[:1])
    )


def dirname(call: Call) -> Result:
    """dirname PATH."""
    return Result("".join(f"{name.rpartition('/')[0] or '.'}\n" for name in call.arguments[:1]))


def tee(call: Call) -> Result:
    """tee [-a] FILE...: what comes in goes to the files, too."""
    flags, names = flags_of(call.arguments)
    wrong = ""
    for name in names:
        path = call.path(name)
        before = (call.host.read(path) or "") if "a" in flags else ""
        try:
            call.host.write(path, before + call.stdin)
        except OSError as error:
            wrong += complaint("tee", name, str(error))
    return Result(call.stdin, wrong, int(bool(wrong)))


def test(call: Call) -> Result:
    """test, [ and [[: strings, numbers, files, !, -a, -o."""
    words = list(call.arguments)
    closing = {"[": "]", "[[": "]]"}.get(call.name)
    if closing and (not words or words.pop() != closing):
        return Result("", f"sh: {call.name}: missing {closing}\n", 2)
    for sign, joins in (("-o", any), ("-a", all)):
        if sign in words[1:-1] and len(words) > 3:
            at = words.index(sign, 1)
            sides = (words[:at], words[at + 1 :])
            return Result(code=int(not joins(_holds(call, side) for side in sides)))
    try:
        return Result(code=int(not _holds(call, words)))
    except ValueError as error:
        return Result("", f"sh: {error}: bad number\n", 2)


_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def _holds(call: Call, words: list[str]) -> bool:
    match words:
        case []:
            return False
        case ["!", *rest]:
            return not _holds(call, rest)
        case [word]:
            return bool(word)
        case ["-z", word]:
            return not word
        case ["-n", word]:
            return bool(word)
        case [("-e" | "-f" | "-d" | "-s" | "-r" | "-w" | "-x") as how, name]:
            return _file(call, how, call.path(name))
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, sign, right] if sign in _NUMBERS:
            return _NUMBERS[sign](_whole(left), _whole(right))
    return False


def _whole(text: str) -> int:
    if not re.fullmatch(r"\s*-?\d{1,18}\s*", text):
        raise ValueError(text[:40])
    return int(text)


def _file(call: Call, how: str, path: str) -> bool:
    folder = is_directory(call.host, path)
    if how == "-d" or folder:
        return folder and how not in ("-f",)
    text = call.host.read(path)
    return bool(text) if how == "-s" else text is not None


TOOLS: dict[str, Program] = {
    "[": test,
    "[[": test,
    "awk": awk,
    "basename": basename,
    "cat": cat,
    "date": date,
    "dirname": dirname,
    "echo": echo,
    "egrep": grep,
    "grep": grep,
    "sed": sed,
    "head": head,
    "hostname": hostname,
    "id": identity,
    "less": cat,
    "more": cat,
    "printenv": printenv,
    "printf": printf,
    "seq": seq,
    "sort": sort,
    "tail": tail,
    "tee": tee,
    "test": test,
    "tr": tr,
    "uname": uname,
    "uniq": uniq,
    "wc": wc,
    "whoami": whoami,
    **TEXT_TOOLS,
}
