"""The functions of awk: ``function(state, arguments, targets)``. To add one: a function, its line.

``arguments`` are expressions with the name that each is, if it is one; ``targets`` how to assign to
those that can be assigned to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .awk import AwkError, State, matcher, split
from .awk_values import Value, formatted, number, text_of

if TYPE_CHECKING:
    from .awk import Expression

Arguments = Sequence[tuple["Expression", str]]
Targets = Sequence[Any]


def _texts(state: State, arguments: Arguments) -> list[str]:
    return [text_of(expression(state)) for expression, _ in arguments]


def _pattern(state: State, argument: tuple[Expression, str]) -> str:
    """A pattern, written as ``/re/`` or as a text."""
    expression, _ = argument
    found: str | None = getattr(expression, "pattern", None)
    return text_of(expression(state)) if found is None else found


def length(state: State, arguments: Arguments, targets: Targets) -> Value:
    """length: of a text, of an array, of the record."""
    if not arguments:
        return len(state.field_at(0))
    expression, name = arguments[0]
    return len(state.arrays[name]) if name in state.arrays else len(text_of(expression(state)))


def substr(state: State, arguments: Arguments, targets: Targets) -> Value:
    """substr(text, from[, length]); the first character is 1."""
    text, *rest = (expression(state) for expression, _ in arguments)
    numbers = [int(number(it)) for it in rest] or [1]
    begin, end = numbers[0] - 1, len(text_of(text))
    if len(numbers) > 1:
        end = begin + numbers[1]
    return text_of(text)[max(0, begin) : max(0, end)]


def index(state: State, arguments: Arguments, targets: Targets) -> Value:
    """index(text, what): where it begins, 0 where it is not."""
    text, what = _texts(state, arguments[:2])
    return text.find(what) + 1


def split_(state: State, arguments: Arguments, targets: Targets) -> Value:
    """split(text, array[, separator]): into how many."""
    if len(arguments) < 2 or not arguments[1][1]:
        raise AwkError("split: illegal argument")
    separator = _pattern(state, arguments[2]) if len(arguments) > 2 else state.value("FS")
    parts = split(text_of(arguments[0][0](state)), text_of(separator))
    state.arrays[arguments[1][1]] = {str(at): part for at, part in enumerate(parts, start=1)}
    return len(parts)


def _case(change: Callable[[str], str]) -> Function:
    def run(state: State, arguments: Arguments, targets: Targets) -> Value:
        return change(_texts(state, arguments[:1])[0])

    return run


def _substitute(*, everywhere: bool) -> Function:
    """sub and gsub(pattern, text[, target]): how often it was replaced."""

    def run(state: State, arguments: Arguments, targets: Targets) -> Value:
        found = matcher(_pattern(state, arguments[0]))
        new = text_of(arguments[1][0](state))
        target = targets[2] if len(targets) > 2 else None
        before = text_of(target[0](state)) if target else state.field_at(0)
        after, count = found.subn(lambda it: new.replace("&", it[0]), before, int(not everywhere))
        if count and target:
            target[1](state, after)
        elif count:
            state.set_field(0, after)
        return int(count)

    return run


def int_(state: State, arguments: Arguments, targets: Targets) -> Value:
    """int: without what stands behind the point."""
    return int(number(arguments[0][0](state))) if arguments else 0


def sprintf(state: State, arguments: Arguments, targets: Targets) -> Value:
    """sprintf: what printf would print."""
    form, *values = (expression(state) for expression, _ in arguments)
    return formatted(text_of(form), values)


Function = Callable[[State, Arguments, Targets], Value]

FUNCTIONS: dict[str, Function] = {
    "gsub": _substitute(everywhere=True),
    "index": index,
    "int": int_,
    "length": length,
    "split": split_,
    "sprintf": sprintf,
    "sub": _substitute(everywhere=False),
    "substr": substr,
    "tolower": _case(str.lower),
    "toupper": _case(str.upper),
}
