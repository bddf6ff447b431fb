"""The programs that look at and change files: ls, mkdir, touch, rm, cp, mv, find, du, stat."""

from __future__ import annotations

from .expand import matches
from .host import Call, Program, Result, is_directory
from .inputs import flags_of

_NONE = "No such file or directory"


def ls(call: Call) -> Result:
    """ls: -l with rights and sizes, -a with hidden names, -1, -d, -R as plain."""
    flags, names = flags_of(call.arguments)
    out, wrong = [], ""
    for name in names[:50] or ["."]:
        path = call.path(name)
        if is_directory(call.host, path) and "d" not in flags:
            if len(names) > 1:
                out.append(f"{name}:")
            out += [_listed(call, path, each, flags) for each in children(call, path, flags)]
        elif is_directory(call.host, path) or call.host.read(path) is not None:
            out.append(_listed(call, path.rpartition("/")[0], name, flags, path))
        else:
            wrong += f"ls: {name[:200]}: {_NONE}\n"
    return Result("".join(f"{line}\n" for line in out), wrong, int(bool(wrong)))


def children(call: Call, path: str, flags: set[str]) -> list[str]:
    """The names in a directory, in order."""
    prefix = path if path.endswith("/") else f"{path}/"
    inside = {
        name[len(prefix) :].split("/")[0]
        for name in call.host.names()
        if name.startswith(prefix) and name != prefix
    }
    return sorted(name for name in inside if "a" in flags or not name.startswith("."))


def _listed(call: Call, folder: str, name: str, flags: set[str], path: str = "") -> str:
    if "l" not in flags:
        return name
    path = path or f"{folder.rstrip('/')}/{name}"
    user = call.host.user
    if is_directory(call.host, path):
        return f"drwxr-xr-x    2 {user:8} {user:8}      4096 {name}"
    size = len((call.host.read(path) or "").encode())
    return f"-rw-r--r--    1 {user:8} {user:8} {size:9} {name}"


def _changed(call: Call, name: str, text: str | None, how: str) -> str:
    """Write a file; the complaint, if it can't be."""
    try:
        call.host.write(call.path(name), text)
    except OSError as error:
        return f"{call.name}: {how} '{name[:200]}': {error}\n"
    return ""


def _result(wrong: str) -> Result:
    return Result("", wrong, int(bool(wrong)))


def mkdir(call: Call) -> Result:
    """mkdir [-p]."""
    flags, names = flags_of(call.arguments)
    wrong = ""
    for name in names[:50]:
        path = call.path(name)
        parent = path.rpartition("/")[0] or "/"
        if is_directory(call.host, path) or call.host.read(path) is not None:
            wrong += (
                "" if "p" in flags else f"mkdir: can't create directory '{name}': File exists\n"
            )
        elif "p" not in flags and not call.host.has_folder(parent):
            wrong += f"mkdir: can't create directory '{name[:200]}': {_NONE}\n"
        else:
            wrong += _changed(call, f"{path}/", "", "can't create directory")
    return _result(wrong)


def touch(call: Call) -> Result:
    """touch: an empty file where there is none."""
    wrong = ""
    for name in flags_of(call.arguments)[1][:50]:
        path = call.path(name)
        if is_directory(call.host, path) or call.host.read(path) is not None:
            continue
        if not call.host.has_folder(path.rpartition("/")[0] or "/"):
            wrong += f"touch: {name[:200]}: {_NONE}\n"
        else:
            wrong += _changed(call, path, "", "can't create")
    return _result(wrong)


def rm(call: Call) -> Result:
    """rm [-r] [-f]; rmdir."""
    flags, names = flags_of(call.arguments)
    wrong = ""
    for name in names[:50]:
        path = call.path(name)
        below = [each for each in call.host.names() if each.startswith(f"{path.rstrip('/')}/")]
        if below and not flags & {"r", "R"} and call.name != "rmdir":
            wrong += f"rm: '{name}' is a directory\n"
        elif below:
            wrong += "".join(_changed(call, each, None, "can't remove") for each in below[:500])
        elif call.host.read(path) is not None:
            wrong += _changed(call, path, None, "can't remove")
        elif "f" not in flags:
            wrong += f"{call.name}: can't remove '{name[:200]}': {_NONE}\n"
    return _result(wrong)


def cp(call: Call) -> Result:
    """cp and mv of files."""
    _, names = flags_of(call.arguments)
    if len(names) < 2:
        return Result("", f"{call.name}: missing file operand\n", 1)
    *sources, target = names
    into = is_directory(call.host, call.path(target))
    wrong = ""
    for name in sources[:50]:
        text = call.host.read(call.path(name))
        if text is None:
            wrong += f"{call.name}: can't stat '{name[:200]}': {_NONE}\n"
            continue
        last = name.rstrip("/").rpartition("/")[2]
        wrong += _changed(call, f"{target}/{last}" if into else target, text, "can't create")
        if call.name == "mv" and not wrong:
            wrong += _changed(call, name, None, "can't remove")
    return _result(wrong)


def find(call: Call) -> Result:
    """find [PATH] [-name PATTERN] [-type f|d]."""
    words = list(call.arguments)
    start = words.pop(0) if words and not words[0].startswith("-") else "."
    asked = dict(zip(words[::2], words[1::2], strict=False))
    root = call.path(start)
    if not is_directory(call.host, root) and call.host.read(root) is None:
        return Result("", f"find: {start[:200]}: {_NONE}\n", 1)
    prefix = root.rstrip("/")
    found: dict[str, bool] = {root: is_directory(call.host, root)}
    for name in call.host.names():
        if name.startswith(f"{prefix}/"):
            parts = name[len(prefix) + 1 :].rstrip("/").split("/")
            for count in range(1, len(parts)):
                found["/".join((prefix, *parts[:count]))] = True
            if parts != [""]:
                found["/".join((prefix, *parts))] = name.endswith("/")
    shown = [
        start.rstrip("/") + path[len(prefix) :] if path != root else start
        for path, folder in sorted(found.items())
        if matches(path.rpartition("/")[2], asked.get("-name", "*"))
        and asked.get("-type", "d" if folder else "f") == ("d" if folder else "f")
    ]
    return Result("".join(f"{path}\n" for path in shown))


def du(call: Call) -> Result:
    """du: kilobytes of what is below."""
    _, names = flags_of(call.arguments)
    lines = []
    for name in names[:20] or ["."]:
        prefix = call.path(name).rstrip("/")
        files = [
            each for each in call.host.names() if each == prefix or each.startswith(prefix + "/")
        ]
        total = sum(len((call.host.read(each) or "").encode()) for each in files if each[-1] != "/")
        lines.append(f"{-(-total // 1024)}\t{name}\n")
    return Result("".join(lines))


FILE_TOOLS: dict[str, Program] = {
    "cp": cp,
    "du": du,
    "find": find,
    "ls": ls,
    "mkdir": mkdir,
    "mv": cp,
    "rm": rm,
    "rmdir": rm,
    "touch": touch,
}
