"""tar in a container, as far as ``kubectl cp`` asks for it: one folder out, one archive in."""

from __future__ import annotations

import io
import posixpath
import tarfile

from k8slab.kubectl.container import Box

FILES_MAX = 200
BYTES_MAX = 1 << 20


class Unreadable(Exception):
    """What tar says of what it can't do."""


def packs(command: tuple[str, ...]) -> str | None:
    """The path that ``tar cf - PATH`` packs; None for another command."""
    return command[3] if command[:3] == ("tar", "cf", "-") and len(command) == 4 else None


def unpacks(command: tuple[str, ...]) -> str | None:
    """The folder that ``tar -xmf - -C FOLDER`` unpacks into; None for another command."""
    if command[:1] != ("tar",) or "-xmf" not in command:
        return None
    return command[command.index("-C") + 1] if "-C" in command[:-1] else "/"


def pack(box: Box, path: str) -> bytes:
    """The archive of a file or folder. Raises Unreadable."""
    path = posixpath.normpath(posixpath.join("/", path))
    names = [
        name
        for name in box.names()
        if not name.endswith("/") and (name == path or name.startswith(path.rstrip("/") + "/"))
    ]
    if not names:
        raise Unreadable(f"tar: {path}: Cannot stat: No such file or directory\n")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names[:FILES_MAX]:
            data = (box.read(name) or "").encode()
            entry = tarfile.TarInfo(name.lstrip("/"))
            entry.size, entry.mtime = len(data), box.now_unix_ms // 1000
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def unpack(box: Box, folder: str, data: bytes) -> None:
    """Write the texts of an archive. Raises Unreadable."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.getmembers() if entry.isfile()]
            if len(entries) > FILES_MAX or sum(entry.size for entry in entries) > BYTES_MAX:
                raise Unreadable("tar: write error: No space left on device\n")
            for entry in entries:
                file = archive.extractfile(entry)
                name = posixpath.normpath(posixpath.join("/", folder, entry.name.lstrip("/")))
                box.write(name, file.read().decode() if file else "")
    except (tarfile.TarError, UnicodeDecodeError):
        raise Unreadable("tar: this is no archive of texts\n") from None
    except OSError as error:
        raise Unreadable(f"tar: {error}\n") from None
