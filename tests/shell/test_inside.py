"""A shell that is open in a container, and lines that would like to get out of it."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell
from tests.bounds import little_work

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  containers:
  - {name: main, image: "busybox:1.36", command: [sleep, infinity]}
  - {name: web, image: "nginx:1.27"}
  - {name: bare, image: "registry.k8s.io/coredns/coredns:v1.13.1"}
"""


@pytest.fixture
def shell():
    shell = Shell(Cluster(nodes=1, settings={"frozen": True}), files={"pod.yaml": POD})
    shell.run("kubectl apply -f pod.yaml")
    shell.cluster.advance(20)
    assert shell.cluster.list("Pod")[-1]["status"]["phase"] == "Running"
    return shell


def test_a_shell_stays_open_until_its_exit(shell):
    """KC-026, KC-080: the prompt is the container's; variables and place are kept."""
    assert shell.prompt == ""
    shell.run("kubectl exec -it box -c main -- sh")
    assert shell.prompt == "/ # "
    shell.run("cd /etc; X=1")
    assert shell.prompt == "/etc # "
    assert shell.run("echo $X; hostname").stdout == "1\nbox\n"
    assert shell.run("kubectl get pod box").stdout.startswith("NAME")
    out = shell.run("exit 3")
    assert (out.exit_code, out.stderr) == (3, "command terminated with exit code 3\n")
    assert shell.prompt == ""
    assert shell.run("ls").stdout == "pod.yaml\n"


def test_a_shell_needs_a_terminal(shell):
    """KC-080: without -t, or in a pipe, sh reads its input and ends."""
    assert shell.run("kubectl exec box -- sh").stdout == ""
    assert shell.run("echo hostname | kubectl exec -i box -- sh").stdout == "box\n"
    assert shell.prompt == ""


def test_bash_shows_its_own_prompt(shell):
    shell.run("kubectl exec -it box -c web -- bash")
    assert shell.prompt == "root@box:/# "


def test_a_container_that_ends_takes_its_shell_along(shell):
    """KC-026: the session is of one start of the container."""
    shell.run("kubectl exec -it box -c web -- sh")
    assert shell.run("kill 1").exit_code == 0
    shell.cluster.advance(5)
    out = shell.run("hostname")
    assert (out.exit_code, shell.prompt) == (137, "")
    pod = shell.cluster.get("Pod", "default", "box")
    web = next(each for each in pod["status"]["containerStatuses"] if each["name"] == "web")
    assert (web["restartCount"], web["lastState"]["terminated"]["exitCode"]) == (1, 0)


def test_an_image_without_a_shell_says_so(shell):
    """KC-026: the runtime's own words, with exec and without a session."""
    out = shell.run("kubectl exec -it box -c bare -- sh")
    assert 'exec: "sh": executable file not found in $PATH' in out.stderr
    assert (out.exit_code, shell.prompt) == (1, "")


def test_sleep_takes_virtual_time_and_can_be_cut_by_the_containers_end(shell):
    before_ms = shell.cluster.now_ms
    shell.run("kubectl exec box -- sleep 7")
    assert shell.cluster.now_ms - before_ms == 7000


@pytest.mark.parametrize(
    "line",
    [
        "cat /proc/self/environ /proc/self/maps ../../../../../../home",
        "ls -la / ../.. ~ /home; cat manage.py pod.yaml",
        "python3 -c 'import os; os.system(\"id\")'",
        "curl file:///etc/passwd; curl -s http://169.254.169.254/; wget -qO- http://localhost:8000",
        "while true; do :; done",
        "while true; do echo x; done",
        "f() { f | f; }; f",
        "x=x; while true; do x=$x$x; echo $x > /big; done",
        "for i in $(seq 9999); do touch /f$i; done; ls / | wc -l",
        "grep '.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*x' /etc/hosts",
        "find / -name '*a*a*a*a*a*a*a*a*b'",
        "curl " + "http://kubernetes " * 500,
        "printf '%s' $(seq 9999) | tr 0-9 a-j | sort | uniq -c | wc",
        "echo '\x1b[2J\x07' \u202e; kill -9 1; kill -1; exec 3<>/dev/tcp/localhost/22",
        "date +%999999999d; printf %999999d 1; seq -999999 999999 | tail -1",
    ],
)
def test_nothing_gets_out_and_nothing_hangs(shell, line):
    """KC-026: whatever is typed stays in the simulated pod, in bounded time and memory."""
    shell.run("kubectl exec -it box -c main -- sh")
    with little_work():
        out = shell.run(line)
    assert len(out.stdout) <= 1 << 20
    for secret in ("SECRET", "django", "POD = ", "root:x", "kind: Pod", "\x1b", "\u202e"):
        assert secret not in out.stdout + out.stderr
    assert shell.cluster.advance(1) is None
