"""What the parts of an awk program do: statements and expressions as functions of its state."""

from __future__ import annotations

from collections.abc import Callable

from .awk import AwkError, Expression, State, Statement, matcher
from .awk_values import Value, formatted, number, order, text_of, truth

TEXT_MAX = 1 << 16


def arithmetic(sign: str, one: float, other: float) -> float:
    """The number that two make; AwkError for a division by zero."""
    match sign:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
    if other == 0:
        raise AwkError("division by zero")
    return one / other if sign == "/" else one - other * int(one / other)


def done(value: Expression) -> Statement:
    """An expression for what it does alone."""

    def run(state: State) -> None:
        value(state)

    return run


def prints(values: list[Expression]) -> Statement:
    """``print``: the values between OFS, or the record."""

    def run(state: State) -> None:
        said = [text_of(value(state)) for value in values] or [state.field_at(0)]
        state.say(text_of(state.value("OFS")).join(said) + text_of(state.value("ORS")))

    return run


def prints_formatted(values: list[Expression]) -> Statement:
    """``printf``."""
    if not values:
        raise AwkError("printf: no format")
    return lambda state: state.say(
        formatted(text_of(values[0](state)), [value(state) for value in values[1:]])
    )


def raises(what: Callable[[State], Exception]) -> Statement:
    """``next`` and ``exit``."""

    def run(state: State) -> None:
        raise what(state)

    return run


def either(left: Expression, right: Expression) -> Expression:
    """``||``."""
    return lambda state: int(truth(left(state)) or truth(right(state)))


def both(left: Expression, right: Expression) -> Expression:
    """``&&``."""
    return lambda state: int(truth(left(state)) and truth(right(state)))


def within(key: Expression, array: str) -> Expression:
    """``key in array``."""
    return lambda state: int(text_of(key(state)) in state.array(array))


def matched(left: Expression, right: Expression, *, negated: bool) -> Expression:
    """``~`` and ``!~``."""
    pattern: str | None = getattr(right, "pattern", None)

    def run(state: State) -> Value:
        found = matcher(text_of(right(state)) if pattern is None else pattern)
        return int((found.search(text_of(left(state))) is not None) != negated)

    return run


def compared(holds: Callable[[int], bool], left: Expression, right: Expression) -> Expression:
    """``<`` and its like."""
    return lambda state: int(holds(order(left(state), right(state))))


def joined(left: Expression, right: Expression) -> Expression:
    """Two values as one text."""

    def run(state: State) -> Value:
        text = text_of(left(state)) + text_of(right(state))
        if len(text) > TEXT_MAX:
            raise AwkError("a text is too long")
        return text

    return run


def computed(sign: str, left: Expression, right: Expression) -> Expression:
    """Two numbers made one."""
    return lambda state: arithmetic(sign, number(left(state)), number(right(state)))


def stepped(
    read: Expression, write: Callable[[State, Value], None], by: int, *, after: bool
) -> Expression:
    """``++`` and ``--``, before or after."""

    def run(state: State) -> Value:
        before = number(read(state))
        write(state, before + by)
        return before + by if after else before

    return run
