"""kubectl cp: files between the learner's folder and a container."""

from __future__ import annotations

import posixpath

from k8slab.engine.apps.sh.host import absolute, is_directory

from ..command import Verb
from ..container import Box
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..resources import kind_of
from ..session import Session
from . import pod_target

FILES_MAX = 100


def run(session: Session, parsed: Parsed) -> int | None:
    """Copy a file, or all below a directory."""
    if len(parsed.arguments) != 2:
        raise failure("source and destination are required")
    source, target = parsed.arguments
    if ":" in source and ":" in target:
        raise failure("one of src or dest must be a local file specification")
    if ":" not in source and ":" not in target:
        raise failure("one of src or dest must be a remote file specification")
    for spec in (source, target):
        _check_spec(spec)
    if ":" in source:
        place, _, path = source.partition(":")
        return _download(session, _box(session, parsed, place), path, target)
    place, _, path = target.partition(":")
    if not _local(session, source):
        raise failure(f"{source} doesn't exist in local filesystem")
    return _upload(session, _box(session, parsed, place), source, path)


def _check_spec(spec: str) -> None:
    """Failure for a place that is neither a file here nor ``[NAMESPACE/]POD:FILE``."""
    place, colon, path = spec.partition(":")
    if colon and (not place or place.count("/") > 1):
        raise failure("filespec must match the canonical format: [[namespace/]pod:]file/path")
    if not (path if colon else spec):
        raise failure("filepath can not be empty")


def _local(session: Session, source: str) -> bool:
    """Whether there is such a file or folder here."""
    path = posixpath.normpath(source)
    return path == "." or any(name == path or name.startswith(f"{path}/") for name in session.files)


def _box(session: Session, parsed: Parsed, place: str) -> Box:
    """The container of ``POD`` or ``NAMESPACE/POD``; like exec it needs a container that runs."""
    namespace, slash, name = place.rpartition("/")
    session.namespace = namespace if slash else session.namespace
    pod = session.get(kind_of("pods"), session.namespace, name)
    pod_target.refuse_completed(pod, "exec into")
    container = pod_target.container_of(session, parsed, pod)
    box = pod_target.connected(session, pod, container, "exec")
    if not box.inside.shells:
        raise failure(pod_target.not_found(box, "tar"))
    return box


def _download(session: Session, box: Box, path: str, target: str) -> int:
    where = absolute("/", path)
    if is_directory(box, where):
        below = [name for name in box.names() if name.startswith(where.rstrip("/") + "/")]
        pairs = [(name, f"{target}/{name[len(where) :].lstrip('/')}") for name in below]
    elif box.read(where) is None:
        session.warn(f"tar: {path.lstrip('/')}: No such file or directory")
        raise failure(f"{path.lstrip('/')} no such file or directory")
    else:
        pairs = [(where, target)]
    for name, local in [pair for pair in pairs if not pair[0].endswith("/")][:FILES_MAX]:
        text = box.read(name) or ""
        wrong = session.desk.write(local, text) if session.desk is not None else None
        if wrong:
            raise failure(wrong.removeprefix("sh: "))
    return 0


def _upload(session: Session, box: Box, source: str, path: str) -> int:
    local = posixpath.normpath(source)
    where = absolute("/", path)
    inside = "" if local == "." else f"{local}/"
    below = [name for name in session.files if name.startswith(inside)]
    last = posixpath.basename(local)
    if local in session.files:
        names = {local: f"{where.rstrip('/')}/{last}" if is_directory(box, where) else where}
    else:
        folder = f"{where.rstrip('/')}/{last}" if is_directory(box, where) else where
        names = {name: f"{folder}/{name[len(inside) :]}" for name in below[:FILES_MAX]}
    for name, remote in names.items():
        try:
            box.write(remote, session.files[name])
        except OSError as error:
            session.warn(f"tar: {remote}: Cannot open: {error}")
            raise Failure("command terminated with exit code 2") from None
    return 0


VERB = Verb(
    name="cp",
    summary="Copy files and directories to and from containers",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="<file-spec-src> <file-spec-dest>",
    example="""\
kubectl cp page.html web-1:/usr/share/nginx/html/index.html
kubectl cp web-1:/etc/nginx/nginx.conf nginx.conf -c web""",
    flags=(Flag("container", short="c", hint="The container; the first if none is named"),),
)
