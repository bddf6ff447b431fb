"""sed and the patterns of grep: as GNU's and busybox's do, and never for long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8slab.engine.apps.sh.patterns import PatternError, compiled
from k8slab.engine.apps.sh.sed import SedError, edited, options_of

TEXT = "one\ntwo\nthree\nfour\n"


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["s/o/0/"], "0ne\ntw0\nthree\nf0ur\n"),
        (["s/e/E/g"], "onE\ntwo\nthrEE\nfour\n"),
        (["s/e/E/2"], "one\ntwo\nthreE\nfour\n"),
        (["-n", "s/t/T/p"], "Two\nThree\n"),
        (["s/T/x/I"], "one\nxwo\nxhree\nfour\n"),
        (["2d"], "one\nthree\nfour\n"),
        (["2,3d"], "one\nfour\n"),
        (["$d"], "one\ntwo\nthree\n"),
        (["/two/,$d"], "one\n"),
        (["/two/!d"], "two\n"),
        (["-n", "2p"], "two\n"),
        (["-n", "$="], "4\n"),
        (["2q"], "one\ntwo\n"),
        (["s|/a|b|;s/one/[&]/"], "[one]\ntwo\nthree\nfour\n"),
        (["s/\\(t\\)\\(w\\)/\\2\\1/"], "one\nwto\nthree\nfour\n"),
        (["-E", "s/(t)(h+)/<\\1\\2>/"], "one\ntwo\n<th>ree\nfour\n"),
        (["-e", "1d", "-e", "s/w/W/"], "tWo\nthree\nfour\n"),
        (["1i zero"], "zero\none\ntwo\nthree\nfour\n"),
        (["1a\\\nhalf"], "one\nhalf\ntwo\nthree\nfour\n"),
        (["3c drei"], "one\ntwo\ndrei\nfour\n"),
        (["y/on/ON/"], "ONe\ntwO\nthree\nfOur\n"),
        (["s/[[:alpha:]]*e$/E/"], "E\ntwo\nE\nfour\n"),
        (["s/a\\|o/_/g"], "_ne\ntw_\nthree\nf_ur\n"),
    ],
)
def test_edits(arguments, out):
    flags, scripts, _ = options_of(arguments)
    assert edited(scripts, TEXT, flags=flags) == out


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("s/a/b", "unterminated `s' command"),
        ("s/a/b/k", "unknown option to `s'"),
        ("k", "unknown command: `k'"),
        ("1,d", "unexpected `,'"),
        ("s/[a/b/", "Unmatched ["),
        ("s/a/\\1/", "invalid reference \\1 on `s' command's RHS"),
        ("dp", "extra characters after command"),
        ("2", "missing command"),
    ],
)
def test_refusals(script, says):
    with pytest.raises(SedError, match=r".*") as refused:
        edited([script], TEXT)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "extended", "line", "part"),
    [
        ("a+b", False, "xa+b", "a+b"),
        ("a+b", True, "xaab", "aab"),
        ("[0-9]\\{2\\}", False, "a123", "12"),
        ("*a", False, "*a", "*a"),
        ("[]x]+", True, "a]x]", "]x]"),
        ("[^]]", False, "]b", "b"),
        ("[\\n]", False, "\\", "\\"),
        ("\\<web\\>", False, "a web b", "web"),
        ("ready|done", True, "is done", "done"),
        ("(", False, "a(b", "("),
    ],
)
def test_basic_and_extended_patterns(pattern, extended, line, part):
    assert compiled(pattern, extended=extended).search(line)[0] == part


def test_patterns_that_blow_up_elsewhere_end_here():
    for pattern in ("(a*)*b", "(a|a)*b", "(a+)+$", "(.*)*x", "a{1,500}{1,2}"):
        try:
            compiled(pattern, extended=True).search("a" * 5000 + "c")
        except PatternError:
            continue


@given(script=st.text("sdpq/\\[]()*+1,2$!;gy a\n&{}|^", max_size=30), extended=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_script_edits_or_is_refused(script, extended):
    try:
        edited([script], TEXT, flags={"E"} if extended else set())
    except SedError as refused:
        assert str(refused)
