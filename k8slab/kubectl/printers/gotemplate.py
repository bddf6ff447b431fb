"""Go templates, as far as kubectl's users write them: actions, if, range, with, variables.

text/template with kubectl's own ``exists`` and ``base64decode``. Every step is counted, so that no
template runs for long; ``define``, ``template`` and ``block`` are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from .gofuncs import FUNCTIONS, TemplateFault, printed, truth
from .gotemplate_parser import Node, Parser, TemplateError

MAX_STEPS = 200_000
MAX_OUTPUT = 1 << 20


class _Broken(Exception):
    """``break`` and ``continue``."""


class Template:
    """A parsed template. TemplateError for a text that is none.

    Without ``allow_missing`` a field that is missing is an error, not ``<no value>``.
    """

    def __init__(self, text: str, *, allow_missing: bool = True) -> None:
        self.text = text
        self.allow_missing = allow_missing
        self.nodes = Parser(text).nodes()

    def render(self, value: Any) -> str:
        """What it prints of a value. TemplateError where it fails."""
        return _Run(value, self.allow_missing).whole(self.nodes)


class _Run:
    """One execution: the dot, the variables, and what is left of its time."""

    def __init__(self, value: Any, allow_missing: bool) -> None:
        self.root = value
        self.allow_missing = allow_missing
        self.variables: list[dict[str, Any]] = [{"$": value}]
        self.steps = MAX_STEPS
        self.size = 0
        self.out: list[str] = []

    def whole(self, nodes: list[Node]) -> str:
        with suppress(_Broken):
            self._walk(nodes, self.root)
        return "".join(self.out)

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0 or self.size > MAX_OUTPUT:
            raise TemplateError("template: output: the template runs for too long")

    def _write(self, text: str) -> None:
        self.size += len(text)
        self.out.append(text)

    def _walk(self, nodes: list[Node], dot: Any) -> None:
        for node in nodes:
            self._step()
            match node.kind:
                case "text":
                    self._write(node.text)
                case "action":
                    value = self._pipe(node.pipe, dot)
                    if node.variables:
                        self._set(node, node.variables[-1:], [value])
                    else:
                        self._write(printed(value))
                case "break" | "continue":
                    raise _Broken(node.kind)
                case _:
                    self._block(node, dot)

    def _block(self, node: Node, dot: Any) -> None:
        value = self._pipe(node.pipe, dot)
        self.variables.append({})
        if node.kind == "range":
            self._range(node, value, dot)
        else:
            if node.variables:
                self._set(node, node.variables[-1:], [value])
            if truth(value):
                self._walk(node.body, value if node.kind == "with" else dot)
            else:
                self._walk(node.other, dot)
        self.variables.pop()

    def _range(self, node: Node, value: Any, dot: Any) -> None:
        pairs: list[tuple[Any, Any]]
        match value:
            case dict():
                pairs = [(name, value[name]) for name in sorted(value)]
            case list():
                pairs = list(enumerate(value))
            case bool():
                raise self._fault(node.pipe, f"range can't iterate over {printed(value)}")
            case int():
                pairs = [(number, number) for number in range(min(value, MAX_STEPS))]
            case None:
                pairs = []
            case _:
                raise self._fault(node.pipe, f"range can't iterate over {printed(value)}")
        if not pairs:
            self._walk(node.other, dot)
        for pair in pairs:
            self._step()
            if node.variables:
                both = list(pair) if len(node.variables) > 1 else [pair[1]]
                self._set(node, node.variables[:2], both)
            try:
                self._walk(node.body, pair[1])
            except _Broken as broken:
                if broken.args[0] == "break":
                    break

    def _set(self, node: Node, names: Sequence[str], values: Sequence[Any]) -> None:
        for name, value in zip(names, values, strict=True):
            scope = self.variables[-1]
            if not node.declares:
                scope = next((it for it in self.variables[::-1] if name in it), scope)
            scope[name] = value

    def _pipe(self, pipe: list[list[Any]], dot: Any) -> Any:
        value, piped = None, False
        for command in pipe:
            self._step()
            value = self._command(command, dot, [value] if piped else [])
            piped = True
        return value

    def _command(self, command: list[Any], dot: Any, last: list[Any]) -> Any:
        kind, name, chain = command[0]
        if kind == "name" and name in FUNCTIONS:
            if name in ("and", "or"):
                return self._lazily(name, command[1:], dot, last)
            given = [self._operand(it, dot) for it in command[1:]] + last
            return self._fields(self._call(FUNCTIONS[name], name, given), chain, command[0])
        if len(command) > 1 or last:
            raise self._fault([command], f"can't give argument to non-function {name}")
        return self._operand(command[0], dot)

    def _lazily(self, name: str, operands: list[Any], dot: Any, last: list[Any]) -> Any:
        """``and`` and ``or`` look no further than they must."""
        value: Any = None
        thunks: list[Callable[[], Any]] = [partial(self._operand, it, dot) for it in operands]
        thunks += [partial(_itself, it) for it in last]
        if not thunks:
            raise self._fault([], f"wrong number of args for {name}: want at least 1 got 0")
        for thunk in thunks:
            value = thunk()
            if truth(value) == (name == "or"):
                return value
        return value

    def _call(self, function: Callable[..., Any], name: str, given: list[Any]) -> Any:
        try:
            return function(*given)
        except TemplateFault as fault:
            raise TemplateError(_executing(name, f"error calling {name}: {fault}")) from None
        except TypeError:
            raise TemplateError(
                _executing(name, f"wrong number of args for {name}: got {len(given)}")
            ) from None

    def _operand(self, operand: tuple[str, Any, str], dot: Any) -> Any:
        self._step()
        kind, value, chain = operand
        match kind:
            case "field":
                return self._fields(dot, value, operand)
            case "dot":
                return dot
            case "variable":
                return self._fields(self._variable(value), chain, operand)
            case "pipe":
                return self._fields(self._pipe(value, dot), chain, operand)
            case "name" if value in FUNCTIONS:
                return self._call(FUNCTIONS[value], value, [])
            case "name":
                return {"true": True, "false": False, "nil": None}[value]
        return value

    def _variable(self, name: str) -> Any:
        for scope in self.variables[::-1]:
            if name in scope:
                return scope[name]
        raise TemplateError(f'template: output:1: undefined variable "{name}"', parsing=True)

    def _fields(self, value: Any, chain: str, operand: tuple[str, Any, str]) -> Any:
        for name in chain.split(".")[1:]:
            if value is None:
                raise TemplateError(
                    _executing(chain, f"nil pointer evaluating interface {{}}.{name}")
                )
            if not isinstance(value, dict):
                kind = {str: "string", bool: "bool", int: "int64", float: "float64"}.get(
                    type(value), "[]interface {}"
                )
                raise TemplateError(
                    _executing(chain, f"can't evaluate field {name} in type {kind}")
                )
            if name not in value and not self.allow_missing:
                raise TemplateError(_executing(chain, f'map has no entry for key "{name}"'))
            value = value.get(name)
        return value

    def _fault(self, pipe: list[list[Any]], why: str) -> TemplateError:
        said = str(pipe[0][0][1]) if pipe and pipe[0] else ""
        return TemplateError(_executing(said, why))


def _itself(value: Any) -> Any:
    return value


def _executing(what: str, why: str) -> str:
    return f'template: output:1:2: executing "output" at <{what}>: {why}'


__all__ = ["Template", "TemplateError"]
