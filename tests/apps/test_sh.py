"""The containers' small sh: what scripts print, when, and that no script can hold the server."""

import pytest

from k8slab.engine.apps.sh.parser import parse
from k8slab.engine.apps.sh.process import LINES_MAX, Process, end, lines
from k8slab.engine.apps.sh.syntax import ShellSyntaxError
from tests.bounds import little_work

DAY_S = 86_400.0
COUNTER = "i=0; while true; do echo $i $(date +%s); i=$((i+1)); sleep 1; done"


def printed(script: str, until_s: float = 0.0, **asked) -> list[str]:
    found = lines(Process(("sh", "-c", script), (("A", "x  y"),), "web"), until_s, **asked)
    return [text for _, text in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo $A \"$A\" '$A' \\$A", ["x y x  y $A $A"]),
        ("echo one; false && echo no || echo two", ["one", "two"]),
        ("false; echo $?; true\necho $?", ["1", "0"]),
        ("echo ${B:-none} ${A:+some} ${#A} ${A%% *} ${A#x}", ["none some 4 x y"]),
        ("B=1; export B; sh -c 'echo $B'; C=2 sh -c 'echo $C'; echo -$C-", ["1", "2", "--"]),
        ("i=3; echo $((i * (2 + 1) % 4)) $((i++)) $i", ["1 3 4"]),
        ("for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", ["1", "3"]),
        ("for i in $(seq 9); do if [ $i -ge 2 ]; then break; fi; echo $i; done", ["1"]),
        ("case web-1 in db*) echo db;; web*|w) echo web;; esac", ["web"]),
        ("until [ -f /var/x ]; do touch /var/x; echo wait; done; ls /var | grep x", ["wait", "x"]),
        ("echo b > /var/x; echo a >> /var/x; sort /var/x | tr a-z A-Z", ["A", "B"]),
        ("cat /none 2>&1 >/dev/null | wc -l; cat /none 2>/dev/null; echo $?", ["1", "1"]),
        ("while read a b; do echo $b-$a; done <<END\n1 2\n$A\nEND", ["2-1", "y-x"]),
        ("f() { echo $1 $#; return 3; }; f one two; echo $?", ["one 2", "3"]),
        ("(cd /var; A=1; pwd); pwd; echo $A", ["/var", "/", "x y"]),
        ("hostname; printf '%s=%d\\n' a 1 b 2", ["web", "a=1", "b=2"]),
        ("set -e; false || echo on; if false; then :; fi; false; echo never", ["on"]),
        ("! true; echo $?; exec echo last; echo never", ["1", "last"]),
        ("env | grep ^A; env B=2 printenv B", ["A=x  y", "2"]),
        (": ${NONE:?is missing}; echo never", ["sh: NONE: is missing"]),
        ("echo 'a\nb\nc' | grep -A1 -n b", ["2:b", "3-c"]),
    ],
)
def test_what_a_script_prints(script, expected):
    assert printed(script) == expected


def test_a_line_is_printed_at_its_moment():
    """A log shows what was printed so far, not what will be."""
    script = Process(("sh", "-c", "echo one; sleep 10; printf tw; sleep 1; echo o"))
    assert lines(script, 5) == [(0.0, "one")]
    assert lines(script, 10.5) == [(0.0, "one")]
    assert lines(script, 60) == [(0.0, "one"), (11.0, "two")]


@pytest.mark.parametrize(
    ("script", "seconds", "code"),
    [
        ("sleep 5; exit 3", 5, 3),
        ("timeout 2 sleep 9", 2, 124),
        ("sleep 1m & wait; sleep 0.5", 60.5, 0),
        ("i=0; while [ $i -lt 4 ]; do sleep 2; i=$((i+1)); done; false", 8, 1),
        ("echo 'oops", 0, 2),
    ],
)
def test_how_a_script_ends(script, seconds, code):
    found = end(("sh", "-c", script))
    assert (found.seconds, found.code) == (seconds, code)


@pytest.mark.parametrize(
    "command",
    [
        ("sleep", "infinity"),
        ("tail", "-f", "/dev/null"),
        ("/bin/sh", "-c", COUNTER),
        ("sh", "-c", "until nslookup db; do sleep 2; done"),
    ],
)
def test_what_never_ends(command):
    assert end(command) is None


def test_days_of_a_steady_loop_cost_no_more_than_its_latest_lines():
    """Rounds that nobody asked for are gone over; the latest are exact."""
    with little_work():
        found = printed(COUNTER, 30 * DAY_S, tail=2)[-2:]
        since = printed(COUNTER, 30 * DAY_S, from_s=30 * DAY_S - 1)[-2:]
    assert found == since == ["2591999 2591999", "2592000 2592000"]
    assert printed(COUNTER, 400.0) == [f"{n} {n}" for n in range(401)]


@pytest.mark.parametrize(
    "script",
    [
        "while true; do :; done",
        "while true; do echo full; done",
        "x=1; while true; do x=$x$x$x; done",
        "f() { f | f & f; }; f",
        "f() { f; }; while true; do f; done",
        "while true; do echo x >> /var/x; cat /var/x; done",
        "for i in $(seq 9999); do for j in $(seq 9999); do echo $i > /var/$i; done; done",
        "eval \"$(printf '%s' 'eval \"$0\"')\"",
        "x='*'; for i in 1 2 3 4 5 6 7; do x=$x$x; done; echo /$x/$x",
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep '.*a.*a.*a.*a.*a.*a.*a.*b'",
        "echo $((9 ** 9 ** 9)) $((1 << 62 << 62)) $((1/0))",
        "yes | head -1; cat /dev/zero; cat /proc/self/environ",
    ],
)
def test_no_script_can_hold_the_server(script):
    """Bounded work and memory, whatever a learner writes."""
    with little_work():
        assert len(printed(script, DAY_S)) <= LINES_MAX
        end(("sh", "-c", script))


@pytest.mark.parametrize(
    "script",
    ["echo '", "(" * 5000, "$(" * 5000, "if true", "a | | b", "done", "${" * 99, "x" * 99_999],
)
def test_what_sh_cannot_read(script):
    with pytest.raises(ShellSyntaxError):
        parse(script)


@pytest.mark.parametrize(
    "body",
    [
        "if [ -f /x ]; then exit; else echo no; fi",
        "if true; then echo no; sleep 2; continue; fi; exit",
        "nslookup db || echo no",
        "[ $A = 1 ] || echo no",
    ],
)
def test_a_loop_whose_rounds_change_nothing_is_gone_over(body):
    """With decisions in it, too: it never ends, and its log is there after a month."""
    script = f"while true; do {body}; sleep 2; done"
    with little_work(1):
        found = lines(Process(("sh", "-c", script)), 30 * DAY_S, tail=1)
        assert found[-1] == (30 * DAY_S, "no")
        assert end(("sh", "-c", script)) is None


def test_a_loop_that_changes_something_is_played():
    script = (
        "n=0; while [ $n -lt 30 ]; do if [ $n = 20 ]; then break; fi; n=$((n+1)); sleep 1; done"
    )
    assert end(("sh", "-c", script)).seconds == 20
    clock = "while [ $(date +%s) -lt 30 ]; do sleep 1; done"
    assert end(("sh", "-c", clock)).seconds == 30
    grows = "while true; do echo x >> /x; [ $(wc -l < /x) -ge 20 ] && exit 4; sleep 1; done"
    assert end(("sh", "-c", grows))[:2] == (19, 4)
