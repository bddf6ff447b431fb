"""What the kubelet says of a pod: phases and conditions, case by case (getPhase, generate.go)."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.shell import Shell

GOOD, MISSING = "busybox:1.36", "nosuch:1"


@pytest.fixture
def cluster():
    return Cluster(nodes=1, seed=3, settings={"frozen": True})


def container(name, command="sleep 3600", image=GOOD, **more):
    return {"name": name, "image": image, "command": ["sh", "-c", command], **more}


def make(cluster, *containers, settle_s=60, name="p", **spec):
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": list(containers), **spec},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(settle_s)
    return cluster.get("Pod", "default", name)


def said(pod, kind):
    found = condition_of(pod, kind)
    return found["status"], found.get("reason"), found.get("message")


RUNS, FAILS, DONE = container("runs"), container("fails", "exit 3"), container("done", "true")
WAITS = container("waits", image=MISSING)
PHASES = {
    "all run": ([RUNS], "Always", "Running"),
    "one has never started": ([RUNS, WAITS], "Always", "Pending"),
    "one has ended, another has never started": ([DONE, WAITS], "Never", "Pending"),
    "one has failed and comes again": ([RUNS, FAILS], "Always", "Running"),
    "all come again": ([DONE], "Always", "Running"),
    "failed ones come again": ([FAILS], "OnFailure", "Running"),
    "one has failed for good, another runs": ([RUNS, FAILS], "Never", "Running"),
    "all are done": ([DONE, container("too", "true")], "OnFailure", "Succeeded"),
    "one of those that ended has failed": ([DONE, FAILS], "Never", "Failed"),
}


@pytest.mark.parametrize(("containers", "policy", "phase"), PHASES.values(), ids=PHASES)
def test_the_phase_of_a_pod(cluster, containers, policy, phase):
    pod = make(cluster, *containers, restartPolicy=policy)
    assert pod["status"]["phase"] == phase


INITS = {
    "one runs": ([RUNS], "Always", "Pending"),
    "one fails and comes again": ([FAILS], "OnFailure", "Pending"),
    "one fails for good": ([FAILS], "Never", "Failed"),
    "all are done": ([DONE], "Always", "Running"),
    "a sidecar runs": ([container("side", restartPolicy="Always")], "Always", "Running"),
    "a sidecar has not started": (
        [container("side", image=MISSING, restartPolicy="Always")],
        "Always",
        "Pending",
    ),
}


@pytest.mark.parametrize(("inits", "policy", "phase"), INITS.values(), ids=INITS)
def test_the_phase_of_a_pod_with_init_containers(cluster, inits, policy, phase):
    pod = make(cluster, container("main"), initContainers=inits, restartPolicy=policy)
    assert pod["status"]["phase"] == phase
    begun = phase == "Running"
    names = f"containers with incomplete status: [{inits[0]['name']}]"
    why = (None, None) if begun else ("ContainersNotInitialized", names)
    assert said(pod, "Initialized") == ("True" if begun else "False", *why)


def test_the_conditions_of_a_pod_that_is_done(cluster):
    pod = make(cluster, DONE, restartPolicy="Never")
    assert said(pod, "Initialized") == ("True", "PodCompleted", None)
    assert said(pod, "Ready") == said(pod, "ContainersReady") == ("False", "PodCompleted", None)
    assert said(pod, "PodReadyToStartContainers")[0] == "False"


def test_the_conditions_of_a_pod_that_failed(cluster):
    pod = make(cluster, FAILS, restartPolicy="Never")
    assert said(pod, "Initialized") == ("True", None, None)
    assert said(pod, "Ready") == said(pod, "ContainersReady") == ("False", "PodFailed", None)


def test_containers_that_are_not_ready_are_named(cluster):
    pod = make(cluster, RUNS, WAITS, FAILS)
    names = "containers with unready status: [waits fails]"
    assert said(pod, "Ready") == ("False", "ContainersNotReady", names)


def test_readiness_gates_must_be_open(cluster):
    """A gate without a condition, one that says no, and one that is open."""
    gates = [{"conditionType": f"example.com/{name}"} for name in ("one", "two")]
    pod = make(cluster, RUNS, readinessGates=gates)
    missing = 'corresponding condition of pod readiness gate "example.com/{}" does not exist.'
    both = ", ".join(missing.format(name) for name in ("one", "two"))
    assert said(pod, "Ready") == ("False", "ReadinessGatesNotReady", both)
    assert said(pod, "ContainersReady") == ("True", None, None)

    def tell(**statuses):
        found = cluster.get("Pod", "default", "p")
        kept = [it for it in found["status"]["conditions"] if "/" not in it["type"]]
        kept += [{"type": f"example.com/{it}", "status": to} for it, to in statuses.items()]
        cluster.world.api.update_status(found, {**found["status"], "conditions": kept})
        cluster.advance(5)
        return cluster.get("Pod", "default", "p")

    no = 'the status of pod readiness gate "example.com/one" is not "True", but False'
    why = f"{no}, {missing.format('two')}"
    assert said(tell(one="False"), "Ready") == ("False", "ReadinessGatesNotReady", why)
    assert said(tell(one="True", two="True"), "Ready") == ("True", None, None)


def test_a_pod_that_names_its_node_counts_as_scheduled(cluster):
    pod = make(cluster, RUNS, nodeName="node-1")
    assert said(pod, "PodScheduled") == ("True", None, None)
    assert [it["type"] for it in pod["status"]["conditions"]][-1] == "PodScheduled"


def restarts(pod):
    return {each["name"]: each["restartCount"] for each in pod["status"]["containerStatuses"]}


def test_a_container_with_a_restart_policy_of_its_own(cluster):
    """ContainerRestartRules: the pod says Never, one container Always, one by its exit code."""
    again = {"action": "Restart", "exitCodes": {"operator": "In", "values": [3]}}
    pod = make(
        cluster,
        container("always", "true", restartPolicy="Always"),
        container("ruled", "exit 3", restartPolicy="Never", restartPolicyRules=[again]),
        container("other", "exit 4", restartPolicy="Never", restartPolicyRules=[again]),
        container("plain", "exit 1"),
        restartPolicy="Never",
    )
    counts = restarts(pod)
    assert counts["always"] > 0 and counts["ruled"] > 0
    assert (counts["other"], counts["plain"]) == (0, 0)
    assert pod["status"]["phase"] == "Running"


def test_an_init_container_that_may_fail_for_good(cluster):
    pod = make(cluster, RUNS, initContainers=[container("init", "exit 1", restartPolicy="Never")])
    assert pod["status"]["phase"] == "Failed"
