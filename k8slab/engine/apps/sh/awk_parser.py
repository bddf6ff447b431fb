"""An awk program's text made into what it does, by recursive descent (POSIX awk's grammar)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from . import awk_functions
from .awk import AwkError, Exit, Expression, Next, Program, Rule, State, Statement, matcher
from .awk_actions import (
    arithmetic,
    both,
    compared,
    computed,
    done,
    either,
    joined,
    matched,
    prints,
    prints_formatted,
    raises,
    stepped,
    within,
)
from .awk_values import Value, number, text_of, truth

PROGRAM_MAX = 4096
DEPTH_MAX = 40
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|\\\n)|(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)"""
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>\+\+|--|[-+*/%]=|==|!=|<=|>=|&&|\|\||[-+*/%!<>=~?:,;(){}\[\]$\n])"""
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
_COMPARED: dict[str, Callable[[int], bool]] = {
    "<": lambda it: it < 0,
    "<=": lambda it: it <= 0,
    "==": lambda it: it == 0,
    "!=": lambda it: it != 0,
    ">": lambda it: it > 0,
    ">=": lambda it: it >= 0,
}
_STOPS = {"", ";", "\n", "}", ")", ",", "]", "?", ":", "in", "&&", "||", "~", "!", *_COMPARED}
Target = tuple[Callable[[State], Value], Callable[[State, Value], None]]


@lru_cache(maxsize=128)
def parsed(text: str) -> Program:
    """The program; AwkError for one that awk refuses."""
    if len(text) > PROGRAM_MAX:
        raise AwkError("the program is too long")
    return _Parser(text).program()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self.kind = self.token = ""
        self._advance()

    # Tokens

    def _advance(self) -> str:
        """The token that was; the next one takes its place."""
        before = self.token
        while True:
            if self._at >= len(self._text):
                self.kind, self.token = "end", ""
                return before
            match = _TOKEN.match(self._text, self._at)
            if match is None:
                raise AwkError(f"syntax error at source line 1 near {self._text[self._at][:10]}")
            self._at = match.end()
            self.kind, self.token = str(match.lastgroup), match[0]
            if self.kind != "space":
                return before

    def _take(self, *tokens: str) -> str:
        """The token, if it is one of these, and else ""."""
        return self._advance() if self.kind in ("sign", "name") and self.token in tokens else ""

    def _need(self, token: str) -> None:
        if not self._take(token):
            raise AwkError(f"syntax error near {self.token[:20] or 'the end'}")

    def _blank(self) -> None:
        while self._take(";", "\n"):
            pass

    # Rules and statements

    def program(self) -> Program:
        """All of it."""
        begin: list[Statement] = []
        end: list[Statement] = []
        rules: list[Rule] = []
        self._blank()
        while self.kind != "end":
            if self.token in ("BEGIN", "END"):
                (begin if self._advance() == "BEGIN" else end).append(self._block())
            elif self.token == "{":
                rules.append(Rule(None, self._block()))
            else:
                pattern = self._expression()
                rules.append(Rule(pattern, self._block() if self.token == "{" else prints([])))
            self._blank()
        return Program(tuple(begin), tuple(rules), tuple(end))

    def _block(self) -> Statement:
        self._need("{")
        found: list[Statement] = []
        self._blank()
        while not self._take("}"):
            found.append(self._statement())
            self._blank()

        def run(state: State) -> None:
            for statement in found:
                state.spend()
                statement(state)

        return run

    def _statement(self) -> Statement:
        if self.token == "{":
            return self._block()
        if self._take("print"):
            return prints(self._list())
        if self._take("printf"):
            return prints_formatted(self._list())
        if self._take("if"):
            return self._if()
        if self._take("for"):
            return self._for()
        if self._take("next"):
            return raises(lambda state: Next())
        if self._take("exit"):
            code = None if self.token in _STOPS else self._expression()
            return raises(lambda state: Exit(int(number(code(state))) if code else 0))
        if self._take("delete"):
            name = self._advance()
            key = self._subscript()
            return done(lambda state: state.array(name).pop(text_of(key(state)), ""))
        return done(self._expression())

    def _list(self) -> list[Expression]:
        if self.token in (";", "\n", "}", ""):
            return []
        found = [self._expression()]
        while self._take(","):
            found.append(self._expression())
        return found

    def _if(self) -> Statement:
        self._need("(")
        condition = self._expression()
        self._need(")")
        self._blank()
        then = self._statement()
        before = self._at, self.kind, self.token
        self._blank()
        otherwise: Statement | None = None
        if self._take("else"):
            self._blank()
            otherwise = self._statement()
        else:
            self._at, self.kind, self.token = before

        def run(state: State) -> None:
            if truth(condition(state)):
                then(state)
            elif otherwise is not None:
                otherwise(state)

        return run

    def _for(self) -> Statement:
        """``for (key in array)``."""
        self._need("(")
        name = self._advance()
        self._need("in")
        array = self._advance()
        self._need(")")
        self._blank()
        body = self._statement()

        def run(state: State) -> None:
            for key in list(state.array(array)):
                state.spend()
                state.variables[name] = key
                body(state)

        return run

    # Expressions, loosest first

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise AwkError("nested too deeply")
        condition = self._or()
        if self._take("?"):
            then = self._expression()
            self._need(":")
            otherwise = self._expression()
            asked = condition
            condition = lambda state: then(state) if truth(asked(state)) else otherwise(state)  # noqa: E731
        self._depth -= 1
        return condition

    def _or(self) -> Expression:
        left = self._and()
        while self._take("||"):
            left = either(left, self._and())
        return left

    def _and(self) -> Expression:
        left = self._match()
        while self._take("&&"):
            left = both(left, self._match())
        return left

    def _match(self) -> Expression:
        left = self._comparison()
        while True:
            negated = self.token == "!" and self._text[self._at : self._at + 1] == "~"
            if negated:
                self._advance()
            if not self._take("~"):
                if self._take("in"):
                    left = within(left, self._advance())
                    continue
                return left
            left = matched(left, self._comparison(), negated=negated)

    def _comparison(self) -> Expression:
        left = self._side_by_side()
        if sign := self._take(*_COMPARED):
            left = compared(_COMPARED[sign], left, self._side_by_side())
        return left

    def _side_by_side(self) -> Expression:
        """Values side by side are one text."""
        left = self._sum()
        while self.token not in _STOPS and self.token not in ("=", "{") and self.kind != "end":
            left = joined(left, self._sum())
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self._take("+", "-"):
            left = computed(sign, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while sign := self._take("*", "/", "%"):
            left = computed(sign, left, self._unary())
        return left

    def _unary(self) -> Expression:
        if self.token == "!" and self._text[self._at : self._at + 1] != "~":
            self._advance()
            value = self._unary()
            return lambda state: int(not truth(value(state)))
        if sign := self._take("-", "+"):
            value = self._unary()
            return lambda state: -number(value(state)) if sign == "-" else number(value(state))
        if sign := self._take("++", "--"):
            read, write = self._target()
            return stepped(read, write, 1 if sign == "++" else -1, after=True)
        return self._primary()

    def _primary(self) -> Expression:
        if self.kind == "number":
            amount = float(self._advance())
            return lambda state: amount
        if self.kind == "string":
            text = re.sub(r"\\(.)", lambda it: _ESCAPES.get(it[1], it[0]), self._advance()[1:-1])
            return lambda state: text
        if self.token == "/":
            return self._pattern()
        if self._take("("):
            value = self._expression()
            self._need(")")
            return value
        if self.kind == "name" and self.token in awk_functions.FUNCTIONS:
            return self._call()
        if self.kind == "name" or self.token == "$":
            return self._changed(*self._target())
        raise AwkError(f"syntax error near {self.token[:20] or 'the end'}")

    def _pattern(self) -> Expression:
        end = self._at
        while end < len(self._text) and self._text[end] not in "/\n":
            end += 2 if self._text[end] == "\\" else 1
        pattern = self._text[self._at : end].replace("\\/", "/")
        if self._text[end : end + 1] != "/":
            raise AwkError("non-terminated regular expression")
        self._at = end + 1
        self._advance()
        found = matcher(pattern)

        def run(state: State) -> Value:
            return int(found.search(state.field_at(0)) is not None)

        run.__dict__["pattern"] = pattern
        return run

    def _call(self) -> Expression:
        name = self._advance()
        function, arguments = awk_functions.FUNCTIONS[name], []
        targets: list[Target | None] = []
        if self._take("("):
            while not self._take(")"):
                place = self._at, self.kind, self.token
                target = None
                if self.kind == "name" or self.token == "$":
                    target = self._target()
                    if self.token not in (",", ")"):
                        target = None
                    self._at, self.kind, self.token = place
                name_of = self.token if self.kind == "name" else ""
                arguments.append((self._expression(), name_of))
                targets.append(target)
                self._take(",")
        return lambda state: function(state, arguments, targets)

    def _subscript(self) -> Expression:
        self._need("[")
        key = self._expression()
        self._need("]")
        return key

    def _target(self) -> Target:
        """What can be assigned to: a variable, an array's item, a field."""
        if self._take("$"):
            place = self._primary_of_field()
            return (
                lambda state: state.field_at(int(number(place(state)))),
                lambda state, value: state.set_field(int(number(place(state))), text_of(value)),
            )
        if self.kind != "name":
            raise AwkError(f"syntax error near {self.token[:20] or 'the end'}")
        name = self._advance()
        if self.token == "[":
            key = self._subscript()
            return (
                lambda state: state.array(name).setdefault(text_of(key(state)), ""),
                lambda state, value: state.array(name).update({text_of(key(state)): value}),
            )
        return (
            lambda state: state.value(name),
            lambda state, value: state.variables.update({name: value}),
        )

    def _primary_of_field(self) -> Expression:
        """``$1``, ``$NF``, ``$(NF-1)``: what comes after is no part of it."""
        if self.kind == "name":
            name = self._advance()
            return lambda state: state.value(name)
        return self._primary()

    def _changed(self, read: Expression, write: Callable[[State, Value], None]) -> Expression:
        if sign := self._take("++", "--"):
            return stepped(read, write, 1 if sign == "++" else -1, after=False)
        sign = self._take("=", "+=", "-=", "*=", "/=", "%=")
        if not sign:
            return read
        value = self._expression()

        def run(state: State) -> Value:
            new = value(state)
            if sign != "=":
                new = arithmetic(sign[0], number(read(state)), number(new))
            write(state, new)
            return new

        return run
