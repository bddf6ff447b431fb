"""What goes on over the wire: followed logs, watches of a lab that is reset."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from tests.bounds import PATIENCE_S

from .conftest import Door, Kubectl, kubectl_binary, kubectl_env

TALKER = """
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: busybox:1.36
    command: [sh, -c, "for i in 1 2 3 4; do echo line $i; sleep 1; done; echo bye"]
"""


def test_a_log_is_followed_until_its_container_ends(kubectl: Kubectl) -> None:
    """KC: ``logs -f`` gives each line as it comes, and ends with the container."""
    kubectl("apply", "-f", "-", stdin=TALKER)
    kubectl("wait", "--for=condition=Ready", "pod/talker", "--timeout=60s")
    followed = kubectl("logs", "-f", "talker")
    assert followed.stdout == "line 1\nline 2\nline 3\nline 4\nbye\n", followed.stderr
    assert kubectl("logs", "talker", "--tail=1").stdout == "bye\n"
    assert kubectl("logs", "-f", "talker", "--tail=2").stdout == "line 4\nbye\n"
    none = kubectl("logs", "nobody")
    assert none.stderr == (
        'error: error from server (NotFound): pods "nobody" not found in namespace "default"\n'
    )


SHELL = """
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {containers: [{name: c, image: "busybox:1.36", command: [sleep, "100000"]}]}
"""


@pytest.fixture
def box(kubectl: Kubectl) -> str:
    """A pod in which commands can be run."""
    kubectl("apply", "-f", "-", stdin=SHELL)
    waited = kubectl("wait", "--for=condition=Ready", "pod/box", "--timeout=60s")
    assert waited.returncode == 0, waited.stderr
    return "box"


def test_commands_in_a_container(kubectl: Kubectl, box: str) -> None:
    """KC: ``exec`` over a websocket: output, errors, exit codes, standard input."""
    assert kubectl("exec", box, "--", "hostname").stdout == "box\n"
    both = kubectl("exec", box, "--", "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (both.stdout, both.stderr, both.returncode) == (
        "out\n",
        "err\ncommand terminated with exit code 3\n",
        3,
    )
    kubectl("exec", box, "--", "sh", "-c", "echo kept > /var/x")
    assert kubectl("exec", box, "--", "cat", "/var/x").stdout == "kept\n"
    counted = kubectl("exec", "-i", box, "--", "wc", "-l", stdin="a\nb\nc\n")
    assert counted.stdout.split() == ["3"]
    script = "for i in 1 2; do\necho $i\ndone\nexit 5\n"
    ran = kubectl("exec", "-i", box, "--", "sh", stdin=script)
    assert (ran.stdout, ran.returncode) == ("1\n2\n", 5)
    slow = kubectl("exec", box, "--", "sh", "-c", "echo a; sleep 1; echo b")
    assert slow.stdout == "a\nb\n"


def test_files_are_copied(door: Door, kubectl: Kubectl, box: str) -> None:
    """KC: ``cp`` in, and out again, a file and a folder."""
    folder = door.folder / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("one\n")
    (folder / "b.txt").write_text("two\n")
    assert kubectl("cp", str(folder), f"{box}:/srv/notes").returncode == 0
    assert kubectl("exec", box, "--", "cat", "/srv/notes/b.txt").stdout == "two\n"
    assert kubectl("cp", str(folder / "a.txt"), f"{box}:/srv/alone.txt").returncode == 0
    assert kubectl("exec", box, "--", "cat", "/srv/alone.txt").stdout == "one\n"
    back = door.folder / "back"
    done = kubectl("cp", f"{box}:/srv/notes", str(back))
    assert (done.returncode, (back / "b.txt").read_text()) == (0, "two\n")
    none = kubectl("cp", f"{box}:/srv/nosuch", str(back))
    assert none.returncode == 1 and "No such file or directory" in none.stdout


def test_what_cannot_be_run(kubectl: Kubectl, box: str) -> None:
    """The refusals of the server and of the kubelet."""
    none = kubectl("exec", box, "--", "nosuch")
    assert 'exec: "nosuch": executable file not found in $PATH' in none.stderr
    assert none.returncode == 1
    assert kubectl("exec", "nobody", "--", "ls").stderr == (
        'Error from server (NotFound): pods "nobody" not found\n'
    )
    other = kubectl("exec", box, "-c", "nosuch", "--", "ls")
    assert "container nosuch is not valid for pod box" in other.stderr
    kubectl("create", "serviceaccount", "robot")
    denied = kubectl("exec", box, "--as=system:serviceaccount:default:robot", "--", "ls")
    assert "cannot " in denied.stderr and "forbidden" in denied.stderr.lower()


class Typist:
    """Somebody at a terminal: types, and reads until something is there."""

    def __init__(self, keyboard: int, process: subprocess.Popen[bytes]) -> None:
        self.keyboard = keyboard
        self.process = process
        self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self.keyboard, keys.encode())

    def until(self, text: str) -> str:
        """What is on the screen, up to ``text``; the rest is for the next time."""
        end = time.monotonic() + PATIENCE_S
        while text not in self.seen and time.monotonic() < end:
            if not select.select([self.keyboard], [], [], 0.2)[0]:
                continue
            try:
                self.seen += os.read(self.keyboard, 4096).decode()
            except OSError:  # the process has ended
                break
        assert text in self.seen, self.seen
        shown, _, self.seen = self.seen.partition(text)
        return shown


@contextmanager
def at_a_terminal(door: Door, *words: str) -> Iterator[Typist]:
    """The real kubectl in a terminal of its own."""
    keyboard, screen = pty.openpty()
    process = subprocess.Popen(
        [kubectl_binary(), *words],
        env={**kubectl_env(door), "TERM": "xterm"},
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
    )
    os.close(screen)
    try:
        yield Typist(keyboard, process)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)


def test_a_shell_in_a_terminal(door: Door, kubectl: Kubectl, box: str) -> None:
    """KC: ``exec -it``: a prompt, an echo, mending a line, Ctrl+C, exit and its code."""
    with at_a_terminal(door, "exec", "-it", box, "--", "sh") as person:
        person.until("/ # ")
        person.type("hostnamex\x7f\r")
        assert "box\r\n" in person.until("/ # ")
        person.type("sleep 1000\r")
        person.until("sleep 1000\r\n")
        person.type("\x03")
        person.until("^C\r\n/ # ")
        person.type("echo one; sleep 1; echo two\r")
        person.until("one\r\n")
        person.until("two\r\n/ # ")
        person.type("exit 4\r")
        assert person.process.wait(PATIENCE_S) == 4


def test_attached(door: Door, kubectl: Kubectl) -> None:
    """KC: ``attach`` shows what is printed from now on; ``run -it`` is a shell of its own."""
    kubectl("apply", "-f", "-", stdin=TALKER)
    kubectl("wait", "--for=condition=Ready", "pod/talker", "--timeout=60s")
    assert kubectl("attach", "talker").stdout.endswith("line 4\nbye\n")
    words = ("run", "it", "-it", "--rm", "--restart=Never", "--image=busybox:1.36", "--", "sh")
    with at_a_terminal(door, *words) as person:
        person.until("/ # ")
        person.type("hostname\r")
        person.until("it\r\n")
        person.type("exit\r")
        person.until('pod "it" deleted')
        assert person.process.wait(PATIENCE_S) == 0


def test_a_command_of_run_is_carried_out(kubectl: Kubectl) -> None:
    """KC: ``run -i`` waits for its command, and gives it stdin and the network."""
    words = ("-i", "--rm", "--restart=Never", "--image=busybox:1.36", "--")
    said = kubectl("run", "once", *words, "cat", stdin="hello\n").stdout
    assert said.startswith("hello\n")
    found = kubectl("run", "dns", *words, "nslookup", "kubernetes").stdout
    assert "kubernetes.default.svc.cluster.local" in found
    ended = kubectl("run", "code", *words, "sh", "-c", "exit 3")
    assert ended.returncode == 3


def test_there_is_no_top_without_a_metrics_server(kubectl: Kubectl) -> None:
    """KC: its group is not served."""
    assert kubectl("top", "pods").stderr == "error: Metrics API not available\n"
    assert "metrics.k8s.io" not in kubectl("api-versions").stdout


@pytest.mark.parametrize("door", [{"metrics_server": True}], indirect=True)
def test_top(kubectl: Kubectl, box: str) -> None:
    """KC: what nodes and pods use."""
    end = time.monotonic() + 2 * PATIENCE_S
    while not (nodes := kubectl("top", "nodes", "--no-headers").stdout.splitlines()):
        assert time.monotonic() < end
        time.sleep(0.5)
    assert [line.split()[0] for line in nodes] == ["node-1", "node-2", "node-3"]


@contextmanager
def forwarded(door: Door, what: str, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The local address of a port that the real kubectl forwards."""
    process = subprocess.Popen(
        [kubectl_binary(), "port-forward", what, f":{port}"],
        env=kubectl_env(door),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        local = process.stdout.readline().split()[2]
        yield f"http://{local}/", process
    finally:
        process.kill()
        process.communicate()


def test_ports_are_forwarded(door: Door, kubectl: Kubectl) -> None:
    """KC: a request to the local port is answered by the pod; where nothing listens it fails."""
    kubectl("run", "web", "--image=nginx:1.27", "--port=80")
    kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=60s")
    with forwarded(door, "pod/web", 80) as (address, _):
        for _ in range(3):
            with urlopen(address, timeout=PATIENCE_S) as answer:
                assert "Welcome to nginx" in answer.read().decode()
    with forwarded(door, "pod/web", 81) as (address, process):
        with pytest.raises(OSError):
            urlopen(address, timeout=PATIENCE_S)
        assert process.stderr is not None
        assert "connection refused" in process.stderr.readline()
