"""``-o``: which printer, and what it prints of an object or of a list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from k8slab.engine.base.objects import Obj

from ..errors import failure
from ..flags import Parsed
from ..resources import Found
from ..session import Session, shown
from . import jsonpath
from .gotemplate import Template, TemplateError
from .govalues import go_text, go_value
from .json_text import to_compact_json, to_json
from .kyaml import to_kyaml
from .table import Widths
from .yaml_text import to_yaml

FORMATS = (
    "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,"
    "jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml"
)
_SIMPLE = ("json", "yaml", "kyaml", "name")
_TEMPLATES = ("jsonpath", "jsonpath-as-json", "go-template", "template")
_OF_FILES = {
    "jsonpath-file": "jsonpath",
    "go-template-file": "go-template",
    "templatefile": "go-template",
    "custom-columns-file": "custom-columns",
}
"""Formats that read their template from a file, and what that file then is."""


def given(session: Session, parsed: Parsed) -> str:
    """The value of ``-o``, with the template of ``--template`` or of a file in its place."""
    output = str(parsed.options["output"])
    template = str(parsed.options.get("template") or "")
    if template and not output:
        output = "go-template"
    name, sign, argument = output.partition("=")
    if template and not argument and (name in _TEMPLATES or name in _OF_FILES):
        name, sign, argument = name, "=", template
    if name not in _OF_FILES:
        return f"{name}{sign}{argument}"
    text = session.files.get(argument.removeprefix("./"))
    if not argument:
        raise failure("template format specified but no template given")
    if text is None:
        what = "template" if name == "custom-columns-file" else "--template"
        raise failure(
            f"error reading {what} {argument}, open {argument}: no such file or directory"
        )
    kind = _OF_FILES[name]
    return f"{kind}={_columns_of(text) if kind == 'custom-columns' else text}"


def _columns_of(text: str) -> str:
    """The columns of a file: a line of headings, a line of paths."""
    lines = text.splitlines()
    headings, paths = (lines[0].split(), lines[1].split()) if len(lines) > 1 else ([], [])
    if not headings:
        raise failure("custom-columns format specified but no custom columns given")
    if len(headings) != len(paths):
        counts = f"headers ({len(headings)}) and field specifications ({len(paths)})"
        raise failure(f"number of {counts} don't match")
    return ",".join(f"{name}:{path}" for name, path in zip(headings, paths, strict=True))


def check(output: str, *, tables: bool = False) -> None:
    """Failure for a format that does not exist; ``tables`` allows the default and ``wide``."""
    name, _, argument = output.partition("=")
    if name in _TEMPLATES and not argument:
        raise failure("template format specified but no template given")
    if name.startswith("jsonpath") and name in _TEMPLATES:
        _parse(argument)
        return
    if name in _TEMPLATES:
        _go_template(argument)
        return
    if (name in _SIMPLE and "=" not in output) or name == "custom-columns":
        return
    if not tables or output not in ("", "wide"):
        formats = (
            FORMATS
            if tables
            else FORMATS.replace("custom-columns,custom-columns-file,", "").replace("wide,", "")
        )
        raise failure(
            f'unable to match a printer suitable for the output format "{output}", '
            f"allowed formats are: {formats}"
        )


def print_found(
    session: Session,
    output: str,
    found: Sequence[Found],
    *,
    single: bool,
    headers: bool = True,
) -> None:
    """Print objects in a format of ``-o``; ``single`` prints the one object itself, not a List,
    ``headers`` the names of custom columns."""
    name, _, argument = output.partition("=")
    if name == "name":
        for item in found:
            session.print(str(item))
        return
    if name == "custom-columns":
        _custom_columns(session, argument, [item.obj for item in found], headers=headers)
        return
    objects = [item.obj if session.with_managers else shown(item.obj) for item in found]
    print_value(session, output, objects[0] if single and found else list_of(objects))


def print_value(session: Session, output: str, value: Obj) -> None:
    """Print one object in a format that takes a whole one."""
    name, _, argument = output.partition("=")
    if name == "json":
        session.print(to_json(value))
    elif name == "yaml":
        session.write(to_yaml(value))
    elif name == "kyaml":
        session.write(to_kyaml(value))
    elif name in ("go-template", "template"):
        _print_template(session, argument, value)
    elif name == "jsonpath":
        session.write(_run(argument, value, allow_missing=session.allow_missing))
    else:
        template = _parse(argument, allow_missing=session.allow_missing)
        try:
            found = template.results(value)
        except jsonpath.JsonPathError as error:
            raise _template_failure(template.text, error, value) from None
        for results in found:
            session.print(to_json(results))


def print_typed(session: Session, output: str, value: Obj) -> None:
    """Print an object whose fields stand as Go's struct has them: so JSON leaves them."""
    if output == "json":
        session.print(to_json(value, sort_keys=False))
    else:
        print_value(session, output, value)


def _go_template(text: str, *, allow_missing: bool = True) -> Template:
    try:
        return Template(text, allow_missing=allow_missing)
    except TemplateError as error:
        raise failure(f"error parsing template {text}, {error}") from None


def _print_template(session: Session, text: str, value: Obj) -> None:
    """What the template prints; where it fails, kubectl tells all that it knows."""
    template = _go_template(text, allow_missing=session.allow_missing)
    try:
        session.write(template.render(value))
    except TemplateError as error:
        session.write(
            f"Error executing template: {error}. Printing more information for debugging the "
            f"template:\n\ttemplate was:\n\t\t{text}\n"
            f"\traw data was:\n\t\t{to_compact_json(value)}\n"
            f"\tobject given to template engine was:\n\t\t{go_value(value)}\n\n"
        )
        raise failure(f"error executing template {json.dumps(text)}: {error}") from None


def list_of(objects: list[Obj]) -> Obj:
    """The client-side List that kubectl puts several objects into."""
    return {
        "apiVersion": "v1",
        "items": objects,
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }


def print_one(
    session: Session, output: str, found: Found, done: str, *, apart: bool = False
) -> None:
    """What a changing verb says: ``deployment.apps/web created``, or the object under ``-o``.

    YAML after YAML is a document of its own, unless each object is printed ``apart``.
    """
    if not output:
        session.print(f"{found} {done}")
        return
    check(output)
    if output == "yaml" and session.has_printed and not apart:
        session.write("---\n")
    print_found(session, output, [found], single=True)


def _parse(text: str, *, allow_missing: bool = True) -> jsonpath.Template:
    try:
        path = text if "{" in text else jsonpath.relaxed(text)
        return jsonpath.Template(path, allow_missing=allow_missing)
    except jsonpath.JsonPathError as error:
        raise _template_failure(text, error, None) from None


def _run(text: str, value: Any, *, allow_missing: bool) -> str:
    template = _parse(text, allow_missing=allow_missing)
    try:
        return template.render(value)
    except jsonpath.JsonPathError as error:
        raise _template_failure(template.text, error, value) from None


def _template_failure(text: str, error: Exception, value: Any) -> Exception:
    message = str(error)
    if message.startswith("error parsing"):
        return failure(message)
    return failure(
        f'error executing jsonpath "{text}": Error executing template: {message}. Printing more '
        f"information for debugging the template:\n\ttemplate was:\n\t\t{text}\n"
        f"\tobject given to jsonpath engine was:\n\t\t{go_text(value)}\n\n"
    )


def _custom_columns(session: Session, spec: str, objects: list[Obj], *, headers: bool) -> None:
    if not spec:
        raise failure("custom-columns format specified but no custom columns given")
    columns, bounds = [], jsonpath.Bounds()
    for part in spec.split(","):
        name, colon, path = part.partition(":")
        if not colon:
            raise failure(
                f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
            )
        try:
            columns.append((name, jsonpath.relaxed(path)))
        except jsonpath.JsonPathError as error:
            raise failure(str(error)) from None
    rows, wrong = [[name for name, _ in columns]] if headers else [], None
    try:
        templates = [jsonpath.Template(path, bounds=bounds) for _, path in columns]
        for obj in objects:
            rows.append([_column(template, obj, bounds) for template in templates])
    except jsonpath.JsonPathError as error:
        wrong = failure(error.why)
    session.write(Widths().lay_out(rows))
    if wrong is not None:
        raise wrong


def _column(template: jsonpath.Template, obj: Obj, bounds: jsonpath.Bounds) -> str:
    values = [value for found in template.results(obj) for value in found]
    return ",".join(bounds.printed(go_value(value)) for value in values) or "<none>"
