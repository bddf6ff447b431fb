"""The line discipline: what is echoed, and what is entered."""

from __future__ import annotations

import pytest

from k8slab.kubeapi.tty import Cancelled, Ended, Line, Tty


@pytest.mark.parametrize(
    ("keys", "echo", "entered"),
    [
        ("ls\r", "ls\r\n", [Line("ls")]),
        ("ls\n", "ls\r\n", [Line("ls")]),
        ("a\r\nb\r", "a\r\nb\r\n", [Line("a"), Line("b")]),
        ("lsx\x7f\r", "lsx\b \b\r\n", [Line("ls")]),
        ("\x7f", "", []),
        ("ls\x03", "ls^C\r\n", [Cancelled()]),
        ("\x04", "\r\n", [Ended()]),
        ("ls\x04", "ls", []),
        ("ls\x15ps\r", "ls\b \b\b \bps\r\n", [Line("ps")]),
        ("\x1b[C\x1b[3~x\r", "x\r\n", [Line("x")]),
        ("\x00\x07a\r", "a\r\n", [Line("a")]),
    ],
)
def test_keys(keys: str, echo: str, entered: list[object]) -> None:
    said = Tty().feed(keys)
    assert "".join(it for it in said if isinstance(it, str)) == echo
    assert [it for it in said if not isinstance(it, str)] == entered


def test_the_history() -> None:
    """Up and down, to the line that is new again."""
    tty = Tty()
    tty.feed("one\rtwo\r")
    assert tty.feed("\x1b[A") == ["two"]
    assert tty.feed("\x1b[A") == ["\b \b\b \b\b \bone"]
    assert tty.feed("\x1bOA") == []
    assert tty.feed("\x1b[B\x1b[B\x1b[B") == ["\b \b\b \b\b \btwo", "\b \b\b \b\b \b"]


def test_a_line_is_bounded() -> None:
    tty = Tty()
    tty.feed("x" * 10_000)
    assert len(tty.feed("\r")[-1].text) == 4096  # type: ignore[union-attr]
