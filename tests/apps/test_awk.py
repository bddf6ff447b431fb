"""awk: what one-liners over tables use, as POSIX awk does it; and that it ends."""

import pytest

from k8slab.engine.apps.sh.awk import awk
from k8slab.engine.apps.sh.host import Call

TABLE = """\
NAME    READY  STATUS   RESTARTS
web-1   1/1    Running  0
web-2   0/1    Error    12
db-0    1/1    Running  3
"""


def run(program, *arguments, stdin=TABLE):
    return awk(Call(None, "awk", (*arguments, program), stdin, {}, "/"))


@pytest.mark.parametrize(
    ("program", "out"),
    [
        ("{print $1}", "NAME\nweb-1\nweb-2\ndb-0\n"),
        ("NR>1 {print $1, $NF}", "web-1 0\nweb-2 12\ndb-0 3\n"),
        ("NR > 1 && $3 == \"Running\" { print $1 }", "web-1\ndb-0\n"),
        ("/Running/", "web-1   1/1    Running  0\ndb-0    1/1    Running  3\n"),
        ("$3 !~ /Run/ {print NR \": \" $1}", "1: NAME\n3: web-2\n"),
        ("NR>1 {sum += $4} END {print sum}", "15\n"),
        ("NR>1 {sum += $4; n++} END {printf \"%.2f of %d\\n\", sum / n, n}", "5.00 of 3\n"),
        ("NR>1 {c[$3]++} END {for (k in c) print k, c[k]}", "Running 2\nError 1\n"),
        ("NR>1 {split($2, p, \"/\"); if (p[1] < p[2]) print $1; else print \"ok\"}",
         "ok\nweb-2\nok\n"),
        ("BEGIN {print 7 % 4, 2 * 3 + 1, -1 + 2, 1 / 4}", "3 7 1 0.25\n"),
        ("NR == 2 {$2 = \"x\"; print}", "web-1 x Running 0\n"),
        ("NR>1 {gsub(/-/, \"_\", $1); print toupper($1), length($1)}",
         "WEB_1 5\nWEB_2 5\nDB_0 4\n"),
        ("NR==2 {print substr($1, 1, 3) index($1, \"-\")}", "web4\n"),
        ("NR==1 {next} {print $4 > 2 ? \"many\" : \"few\"}", "few\nmany\nmany\n"),
        ("!seen[$3]++ {print $3}", "STATUS\nRunning\nError\n"),
        ("NR==3 {print $4 + 1, $4 \"\" 1; exit} END {print \"end\"}", "13 121\nend\n"),
        ("END {print NR}", "4\n"),
        ("{print $(NF-1)}", "STATUS\nRunning\nError\nRunning\n"),
        ("$4 >= 3 && NR > 1", "web-2   0/1    Error    12\ndb-0    1/1    Running  3\n"),
        ("# a remark\nNR==2 { print $1; # another\n}", "web-1\n"),
    ],
)  # fmt: skip
def test_programs(program, out):
    result = run(program)
    assert (result.out, result.err) == (out, "")


def test_separators_and_variables():
    assert run("{print $2}", "-F:", stdin="a:b\nc:d\n").out == "b\nd\n"
    assert run("{print $2}", "-F", "[,;]", stdin="a,b\nc;d\n").out == "b\nd\n"
    assert run("{print x, $1}", "-v", "x=1", "-v", "OFS=-", stdin="a\n").out == "1-a\n"


@pytest.mark.parametrize(
    "program", ["{print", "{print $1", "/a", "(", "{x = }", "{printf}", "a[1", "`"]
)
def test_what_is_no_program_is_refused(program):
    result = run(program)
    assert result.code == 2 and result.err.startswith("awk: ")


def test_every_program_ends():
    wide = "".join(f"{it}\n" for it in range(50_000))
    loop = "{a[$1]=1} END {for (i in a) for (j in a) n++; print n}"
    assert run(loop, stdin=wide).err == "awk: the program does too much\n"
    assert run("{x = x x $0}", stdin=wide).err == "awk: a text is too long\n"
    assert run("(" * 500 + "1" + ")" * 500).err == "awk: nested too deeply\n"
    assert run("/(a+)+$/", stdin="a" * 5000 + "b\n").out == ""
    assert "division by zero" in run("{print 1 / 0}").err
