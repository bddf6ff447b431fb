"""The loop of an editor: kubectl edit, create --edit, apply edit-last-applied (editoptions.go).

The editor of KUBE_EDITOR or EDITOR, where it is a program of this terminal, gets a file and is
waited for. What it leaves unchanged, empty or wrong is said as kubectl says it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slab.engine.base.objects import Obj, Objs

from ..errors import Failure, failure
from ..printers.yaml_text import to_yaml
from ..session import Session
from ..yaml_reader import YamlError, read_documents

_HEADER = """\
# Please edit the {what} below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
_KEPT = "kubectl-edit.yaml"
_PASSES = 5
_ON_SCREEN = frozenset({"code", "emacs", "nano", "nvim", "vi", "vim"})
Change = Callable[[Objs], list[str]]
"""Do what the edited objects say: the reasons for which it has to be edited again."""


def editor(session: Session) -> str:
    """The editor that is named; "" where it is one that shows a screen, as the page's pane does."""
    named = session.environment.get("KUBE_EDITOR") or session.environment.get("EDITOR") or ""
    program = named.split()[:1]
    return "" if program and program[0].rpartition("/")[2] in _ON_SCREEN else named


def edit(session: Session, value: Obj, change: Change, what: str = "object") -> None:
    """Let the editor change ``value``, and hand over what comes of it until nothing is wrong."""
    original = to_yaml(value)
    text, before, reasons = original, "", list[str]()
    for _ in range(_PASSES):
        told = "".join(f"# {reason}\n" for reason in reasons)
        edited = _run(session, _HEADER.format(what=what) + told + ("#\n" if told else "") + text)
        text = _without_comments(edited)
        if reasons and text == before:
            break
        if _same(text, original):
            session.warn("Edit cancelled, no changes made.")
            return
        if not text.strip():
            session.warn("Edit cancelled, saved file was empty.")
            return
        before = text
        try:
            reasons = change(_objects(text))
        except YamlError as error:
            reasons = [f"The edited file had a syntax error: {error}"]
        except Failure:
            _keep(session, text)
            raise
        if not reasons:
            return
    _keep(session, before)
    raise failure("Edit cancelled, no valid changes were saved.")


def _keep(session: Session, text: str) -> None:
    """Save what cannot be stored, so that it is not lost."""
    if session.desk is not None:
        session.desk.write(_KEPT, text)
    session.warn(f'A copy of your changes has been stored to "{_KEPT}"')


def _run(session: Session, text: str) -> str:
    command = editor(session)
    assert session.desk is not None
    edited, code = session.desk.edit(command, text)
    if code == 127:
        raise failure(f'unable to launch the editor "{command}"')
    if code:
        raise failure(f'there was a problem with the editor "{command}"')
    return edited


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith("#"))


def _same(text: str, original: str) -> bool:
    if text == original:
        return True
    try:
        return _values(text) == _values(original)
    except YamlError:
        return False


def _values(text: str) -> list[Any]:
    return [document.value for document in read_documents(text)]


def _objects(text: str) -> Objs:
    found: Objs = []
    for value in _values(text):
        if not isinstance(value, dict):
            raise YamlError("the document is no object", 1, 1)
        found += value["items"] if value.get("kind") == "List" else [value]
    return found


def refuse_renamed(old: Obj, new: Obj) -> Failure | None:
    """Failure where an edit has made it another object."""
    metadata = new.get("metadata") if isinstance(new.get("metadata"), dict) else {}
    named = (new.get("apiVersion"), new.get("kind"), (metadata or {}).get("name"))
    if named == (old["apiVersion"], old["kind"], old["metadata"]["name"]):
        return None
    return failure("At least one of apiVersion, kind and name was changed")
