"""A line that waits under a pace: time passes as the pace lets it, and output comes as it goes."""

from k8slab import kubectl
from k8slab.engine import Cluster
from k8slab.shell import Shell

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
"""


class Ticks:
    """A pace of a tick a second, which writes down what it was told and at what time."""

    def __init__(self, cluster, until_s=3600):
        self.cluster = cluster
        self.until_ms = until_s * 1000
        self.told = []

    def __call__(self, done, timeout_ms, say):
        deadline_ms = self.cluster.now_ms + timeout_ms
        self.told.append((self.cluster.now_ms, "".join(each.text for each in say())))
        while not done():
            if self.cluster.now_ms >= self.until_ms:
                raise kubectl.Interrupted
            if self.cluster.now_ms >= deadline_ms:
                return False
            self.cluster.advance(1)
        return True


def shell(until_s=3600):
    cluster = Cluster(nodes=1, seed=7)
    ticks = Ticks(cluster, until_s)
    return Shell(cluster, {"web.yaml": WEB}, pace=ticks), ticks


def test_rollout_status_says_each_step_when_it_happens():
    sh, ticks = shell()
    sh.run("kubectl apply -f web.yaml")
    out = sh.run("kubectl rollout status deployment/web")
    said = [text for _, text in ticks.told if text]
    assert said[0].startswith("Waiting for deployment spec update")
    assert any("1 of 2 updated replicas are available" in text for text in said)
    assert (out.stdout, out.exit_code) == ('deployment "web" successfully rolled out\n', 0)


def test_an_interrupted_line_ends_with_130_and_so_does_what_follows():
    sh, _ = shell(until_s=1)
    sh.run("kubectl apply -f web.yaml")
    out = sh.run("kubectl rollout status deployment/web; echo and then")
    assert (out.stdout, out.exit_code) == ("", 130)


def test_a_line_whose_output_is_piped_shows_nothing_before_its_end():
    sh, ticks = shell()
    sh.run("kubectl apply -f web.yaml")
    out = sh.run("kubectl rollout status deployment/web | tail -n 1")
    assert all(not text for _, text in ticks.told)
    assert out.stdout == 'deployment "web" successfully rolled out\n'


def test_a_watch_prints_rows_as_they_come():
    sh, ticks = shell()
    sh.run("kubectl apply -f web.yaml")
    out = sh.run("kubectl get deployment web -w --timeout=30s")
    told = "".join(text for _, text in ticks.told) + out.stdout
    ready = [line.split()[1] for line in told.splitlines()[1:]]
    assert list(dict.fromkeys(ready)) == ["0/2", "1/2", "2/2"]
    assert ready == sorted(ready)
    assert len([text for _, text in ticks.told if text]) > 1


def test_watch_shows_a_frame_at_a_time():
    sh, ticks = shell()
    out = sh.run("watch -n 5 kubectl get nodes")
    assert ticks.told[0][1].startswith("Every 5.0s: kubectl get nodes\n\nNAME")
    assert out.stdout.count("Every 5.0s") == 1


def test_a_loop_tells_each_round_as_it_comes():
    sh, ticks = shell()
    out = sh.run("for i in 1 2 3; do echo $i; sleep 5; done; echo end")
    assert ticks.told == [(0, "1\n"), (5_000, "2\n"), (10_000, "3\n")]
    assert out.stdout == "end\n"


def test_what_was_printed_before_comes_before_what_waits():
    sh, ticks = shell()
    sh.run("kubectl apply -f web.yaml")
    sh.run("echo first; kubectl rollout status deployment/web")
    assert ticks.told[0][1].startswith("first\nWaiting for deployment")


def test_what_a_waiting_line_complains_of_comes_in_its_place():
    sh, ticks = shell()
    out = sh.run("echo one; echo two >&2; sleep 5; echo three")
    assert ticks.told == [(0, "one\ntwo\n")]
    assert out.said == (("three\n", 1),)
