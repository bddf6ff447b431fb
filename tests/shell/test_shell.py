"""The learner's terminal: quoting, pipes, files; and that it is closed to the outside."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell


@pytest.fixture
def shell() -> Shell:
    files = {"a.txt": "one\ntwo\nthree\n", "k8s/b.yaml": "kind: X\n"}
    return Shell(Cluster(nodes=1, settings={"frozen": True}), files=files)


@pytest.mark.parametrize(
    ("line", "stdout"),
    [
        ("echo 'a  b' \"c d\" e\\ f", "a  b c d e f\n"),
        ('echo "a \\"b\\" \\n" \'x"y\'', 'a "b" \\n x"y\n'),
        ("echo `whoami` $(echo b c) *", "k8slab b c a.txt k8s\n"),
        ("X=1; Y=$X$X; echo $Y ${Y%1}", "11 1\n"),
        ("for i in 1 {2..4} {a,b}c; do echo -n $i; done", "1234acbc"),
        ("i=0; while [ $i -lt 2 ]; do echo $i; i=$((i+1)); done", "0\n1\n"),
        ("if [[ -f a.txt ]]; then echo y; else echo n; fi", "y\n"),
        ("alias kgn='kubectl get nodes'; kgn -o name", "node/node-1\n"),
        ("hi() { echo $1-$2; }; hi a b", "a-b\n"),
        ("NODE=$(kubectl get nodes -o name | head -1); echo ${NODE#node/}", "node-1\n"),
        ('kubectl get nodes -o name | while read n; do echo "<$n>"; done', "<node/node-1>\n"),
        ("kubectl get nodes -o name | xargs -I{} echo x {} y", "x node/node-1 y\n"),
        ("seq 3 | xargs -n2 echo", "1 2\n3\n"),
        ("cat <<< $HOME; cd k8s; cat b.yaml; kubectl kustomize . | wc -l", "/home\nkind: X\n0\n"),
        ("export A=b; echo $A ${A}c '$A' \"$A\" $NOTHING.", "b bc $A b .\n"),
        ("false; echo $?; echo $?", "1\n0\n"),
        ("printf '%s=%d\\n' a 1 b 2 | cut -d= -f1 | tr a-z A-Z", "A\nB\n"),
        ("cat a.txt | grep t | wc -l", "2\n"),
        ("echo -n admin | base64; echo YWRtaW4= | base64 -d; echo; echo -n a | base64 -w0",
         "YWRtaW4=\nadmin\nYQ=="),
        ("echo '!' | base64 -d || echo wrong", "wrong\n"),
        ("echo a:b:c:d | cut -d: -f2-3; echo abcdef | cut -c1-3,6; cut -c2 a.txt",
         "b:c\nabcf\nn\nw\nh\n"),
        ("tac a.txt | head -1; rev a.txt | tail -1; nl a.txt | head -1",
         "three\neerht\n     1\tone\n"),
        ("printf 'a bb\nccc d\n' | column -t", "a    bb\nccc  d\n"),
        ("cp a.txt b; echo x >> b; diff a.txt b | tail -1; diff b b && echo same", "+x\nsame\n"),
        ("echo -n a | sha256sum | cut -c1-8", "ca978112\n"),
        ("grep -v o a.txt", "three\n"),
        ("grep -in 'T.*e' a.txt", "3:three\n"),
        ("grep '^t' a.txt", "two\nthree\n"),
        ("grep 'e$' a.txt", "one\nthree\n"),
        ("grep -c 'one\\|two' a.txt", "2\n"),
        ("head -n 1 a.txt; tail -1 a.txt", "one\nthree\n"),
        ("tail -n +2 a.txt", "two\nthree\n"),
        ("sort -r a.txt | head -1", "two\n"),
        ("echo b > b.txt && echo c >> b.txt && cat b.txt", "b\nc\n"),
        ("false && echo no; false || echo yes", "yes\n"),
        ("ls", "a.txt\nk8s\n"),
        ("ls k8s", "b.yaml\n"),
        ("cat << END | wc -l\na\nb\nEND", "2\n"),
        ("cat <<'END' > c.txt; cat ./c.txt\na b\nEND", "a b\n"),
        ("echo a # not this", "a\n"),
        ("cat nosuch 2>/dev/null; echo x", "x\n"),
        ("cat nosuch 2>&1", "cat: can't open 'nosuch': No such file or directory\n"),
        ("wc -l < a.txt", "3\n"),
        ("true; echo", "\n"),
    ],
)  # fmt: skip
def test_lines(shell: Shell, line: str, stdout: str) -> None:
    assert shell.run(line).stdout == stdout


@pytest.mark.parametrize(
    ("line", "stderr", "code"),
    [
        ("foo bar", "foo: command not found\n", 127),
        ("python -c 'print(1)'", "python: command not found\n", 127),
        ("cat /etc/passwd", "cat: can't open '/etc/passwd': No such file or directory\n", 1),
        (
            "cat ../../etc/passwd",
            "cat: can't open '../../etc/passwd': No such file or directory\n",
            1,
        ),
        ("echo x > ../x", "sh: can't create ../x: Permission denied\n", 1),
        ("echo x > /etc/passwd", "sh: can't create /etc/passwd: Permission denied\n", 1),
        ("echo 'x", "sh: unterminated quoted string (')\n", 2),
        ("| wc", 'sh: syntax error: unexpected "|"\n', 2),
        ("ls >", "sh: syntax error: unexpected end of file\n", 2),
        ("sleep 1 &", "sh: only kubectl port-forward and proxy go on in the background here\n", 2),
    ],
)
def test_refusals(shell: Shell, line: str, stderr: str, code: int) -> None:
    out = shell.run(line)
    assert (out.stderr, out.exit_code) == (stderr, code)


def test_a_line_without_end_is_ended(shell: Shell) -> None:
    """A loop of kubectls costs no more than some hundred of them."""
    out = shell.run("while true; do kubectl get nodes; done")
    assert out.stderr == "sh: a line may not do so much: it was ended\n"
    assert 100 < out.stdout.count("node-1") < 400


def test_a_script_sleeps_in_the_clusters_time(shell: Shell) -> None:
    out = shell.run("for i in 1 2 3; do date +%S; sleep 10; done")
    assert (out.stdout, shell.cluster.now_ms) == ("00\n10\n20\n", 30_000)


def test_what_lines_leave_behind_is_bounded(shell: Shell) -> None:
    """Variables and functions stay, traps do not, and nobody can fill the server with them."""
    shell.run("A=1; f() { echo $A; }; trap 'echo x' TERM; set -- a b; set -e")
    assert shell.run("f; false; echo $# on").stdout == "1\n0 on\n"
    assert shell.machine.traps == {}
    fill = "x=$(seq 9999); for i in $(seq 500); do eval v$i=\\$x; done"
    assert shell.run(fill).stderr == "sh: out of memory: what the line set is forgotten\n"
    assert shell.run("echo $v1$A").stdout == "1\n"
    bodies = "; ".join(f"f{it}() {{ {'echo a b c d e f; ' * 90}}}" for it in range(40))
    assert "out of memory" in shell.run(bodies).stderr
    assert list(shell.machine.functions) == ["f"]


def test_a_line_sleeps_so_long_and_no_longer(shell: Shell) -> None:
    out = shell.run("while true; do sleep 3000; done")
    assert out.exit_code == 1 and shell.cluster.now_ms <= 4 * 3_600_000


def test_terminal_escapes_are_shown_and_not_sent(shell: Shell) -> None:
    shell.files["evil"] = "a\x1b]52;c;AAAA\x07b\x9b\u202e\u200b\rc\n"
    assert shell.run("cat evil").stdout == "a^[]52;c;AAAA^Gb\\u009b\\u202e\\u200b\\rc\n"


def test_no_pattern_hangs_grep(shell: Shell) -> None:
    shell.files["a"] = "a" * 5_000 + "!\n"
    for pattern in ("(a+)+$", "a.*a.*a.*a.*a.*a.*b", "((a|a)*)*b"):
        assert shell.run(f"grep '{pattern}' a").exit_code == 1


def test_files_are_bounded(shell: Shell) -> None:
    shell.files["big"] = "x" * (1 << 20)
    assert shell.run("echo x >> big").stderr.endswith("No space left on device\n")
    for number in range(300):
        shell.run(f"echo x > f{number}")
    assert len(shell.files) == 200


def test_stdin_reaches_the_first_command(shell: Shell) -> None:
    assert shell.run("wc -l", stdin="a\nb\n").stdout == "2\n"


def test_a_typed_line_is_noted_once_and_only_if_it_changes_something(shell: Shell) -> None:
    shell.run("kubectl get nodes")
    assert shell.cluster.journal == []
    shell.run("kubectl create ns a; kubectl create ns b")
    notes = [entry.command for entry in shell.cluster.journal if entry.command["do"] == "note"]
    assert [note["line"] for note in notes] == ["kubectl create ns a; kubectl create ns b"] * 2


def test_the_namespace_of_the_context_stays(shell: Shell) -> None:
    shell.run("kubectl config set-context --current --namespace=kube-system")
    assert shell.run("kubectl get pods").stderr == "No resources found in kube-system namespace.\n"
    assert shell.run("kubectl get pods -n x").stderr == "No resources found in x namespace.\n"


def test_watch_shows_frames_as_time_passes(shell: Shell) -> None:
    out = shell.run("watch -n 5 kubectl get ns default")
    assert out.stdout.count("Every 5.0s: kubectl get ns default") == 5
    assert shell.cluster.now_ms == 20_000


def test_time_stands_still_in_verbs_that_do_not_wait(shell: Shell) -> None:
    shell.run("kubectl create deployment web --image=nginx:1.27; kubectl get pods; kubectl scale "
              "deploy/web --replicas=3; kubectl describe deploy web")  # fmt: skip
    assert shell.cluster.now_ms == 0


def test_no_line_lets_time_run_away(shell: Shell) -> None:
    shell.run("kubectl create deployment web --image=nginx:1.27; kubectl rollout pause deploy/web")
    shell.run("kubectl rollout status deploy/web --timeout=1000000h")
    shell.run("kubectl wait --for=delete deploy/web --timeout=1000000h")
    shell.run("kubectl get pods -w --timeout=1000000h")
    assert shell.cluster.now_ms <= 3 * 2 * 3_600_000


def test_timeout_ends_a_command_that_goes_on():
    """124 after so much virtual time; a command that ends before keeps its own code."""
    shell = Shell(Cluster(nodes=1))
    assert shell.run("timeout 40 kubectl get pods --watch").exit_code == 124
    assert shell.cluster.now_ms == 40_000
    assert shell.run("timeout 5 kubectl get nosuch").exit_code == 1
    assert shell.run("timeout x ls").exit_code == 125
    assert shell.cluster.now_ms == 40_000


def test_grep_shows_lines_around_a_match():
    shell = Shell(Cluster(nodes=1), {"a": "one\ntwo\nthree\nfour\nfive\n"})
    assert shell.run("grep -n -A 1 -B1 three a").stdout == "2-two\n3:three\n4-four\n"
    assert shell.run("grep -e one -e five a").stdout == "one\nfive\n"
    assert shell.run("grep -q three a").stdout == ""
    assert shell.run("grep -m1 -v one a").stdout == "two\n"


def test_both_streams_are_told_in_the_order_in_which_they_were_written(shell):
    out = shell.run("kubectl get node node-1 -o name; kubectl get nope; echo end; echo late >&2")
    refusal = 'error: the server doesn\'t have a resource type "nope"\n'
    assert out.said == (
        ("node/node-1\n", 1),
        (refusal, 2),
        ("end\n", 1),
        ("late\n", 2),
    )
    assert (out.stdout, out.stderr) == ("node/node-1\nend\n", f"{refusal}late\n")


def test_a_folder_without_files_is_there():
    shell = Shell(Cluster(nodes=1))
    assert shell.run("ls; find .").said == ((".\n", 1),)
