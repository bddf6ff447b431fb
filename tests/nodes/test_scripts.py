"""What scripts in containers print and write, as logs, volumes and others see it."""

from k8slab.engine.nodes.inside import look
from k8slab.engine.nodes.logs import pod_logs
from tests.bounds import little_work

EMPTY_DIR = {"volumes": [{"name": "work", "emptyDir": {}}]}
MOUNT = [{"name": "work", "mountPath": "/shared"}]


def shell(script):
    return ["sh", "-c", script]


def logs(node, **asked):
    return pod_logs(node.cluster.world, node.pod(), "c", **asked)


def test_a_log_grows_line_by_line(node):
    """No line is there before its moment."""
    node.run("busybox:1.36", command=shell("echo one; sleep 10; echo two; sleep 10; echo three"))
    node.cluster.advance(8)
    assert logs(node) == ["one"]
    node.cluster.advance(10)
    assert logs(node) == ["one", "two"]


def test_a_loop_prints_for_days_at_no_cost(node):
    """A container that runs for ever has no timers; its log is computed when someone asks."""
    node.run("busybox:1.36", command=shell("while true; do echo $i; i=$((i+1)); sleep 1; done"))
    node.cluster.advance(10)
    with little_work():
        node.cluster.advance(86_400)
        last = logs(node, tail=2)
        since = logs(node, since_ms=node.cluster.now_ms - 1500)
    assert int(last[1]) == int(last[0]) + 1 > 86_400
    assert since[-1] == last[-1] and len(since) <= 3


def test_a_log_names_its_host_its_variables_and_its_files(node):
    script = "echo $(hostname) $COLOUR; cat /etc/hostname; date +%H; nosuch; ls /shared"
    env = [{"name": "COLOUR", "value": "blue"}]
    node.run("busybox:1.36", spec=EMPTY_DIR, volumeMounts=MOUNT, env=env, command=shell(script))
    node.cluster.advance(5)
    assert logs(node, previous=False)[:2] == ["web blue", "web"]


def test_what_one_container_writes_to_a_volume_another_reads(node):
    """An init container's file and a sidecar's, both in an emptyDir."""
    first = {
        "name": "first",
        "image": "busybox:1.36",
        "command": shell("echo made > /shared/init.txt"),
        "volumeMounts": MOUNT,
    }
    spec = {**EMPTY_DIR, "initContainers": [first]}
    script = "while true; do date +%s > /shared/now; echo x > /own; sleep 5; done"
    node.run("busybox:1.36", spec=spec, volumeMounts=MOUNT, command=shell(script))
    node.cluster.advance(60)
    files = look(node.cluster.world, "default", "web", "c").files()
    assert files["/shared/init.txt"].text == "made\n"
    now_s = (node.cluster.world.settings.start_unix_ms + node.cluster.now_ms) // 1000
    assert 0 <= now_s - int(files["/shared/now"].text) <= 5
    assert files["/own"].text == "x\n"
    command = {"do": "write", "pod": "web", "container": "c", "path": "/shared/init.txt"}
    node.cluster.execute({**command, "text": "mine"})
    files = look(node.cluster.world, "default", "web", "c").files()
    assert files["/shared/init.txt"].text == "mine"


def test_a_trap_ends_the_container_at_sigterm(node):
    """With a trap and wait at once; with a program in front when that ends; without one never."""
    loop = "while true; do sleep 10; done"
    scripts = {
        "waits": "trap 'echo bye; exit 0' TERM; sleep infinity & wait",
        "sleeps": f"trap 'echo bye; exit 5' TERM; {loop}",
        "ignores": loop,
    }
    for name, script in scripts.items():
        node.run("busybox:1.36", name=name, command=shell(script))
    node.cluster.advance(15.5)
    for name in scripts:
        node.cluster.inject("container-term", pod=name)
    node.cluster.advance(1)
    world = node.cluster.world
    assert node.container("waits")["lastState"]["terminated"]["exitCode"] == 0
    assert pod_logs(world, node.pod("waits"), "c", previous=True) == ["bye"]
    assert "running" in node.container("sleeps")["state"]
    node.cluster.advance(10)
    assert node.container("sleeps")["lastState"]["terminated"]["exitCode"] == 5
    node.cluster.advance(100)
    assert node.container("ignores")["restartCount"] == 0
