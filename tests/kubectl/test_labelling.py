"""kubectl label, annotate, taint, patch and create job, in the words of a real kubectl 1.36."""

from k8slab.engine import Cluster
from k8slab.shell import Shell

OVERWRITE = "error: 'a' already has a value (1), and --overwrite is false\n"
BOTH = "error: can not both modify and remove a label in the same command\n"
DECLARED = (
    "error: --overwrite is false but found the following declared annotation(s): "
    "'a' already has a value (1)\n"
)
TAINTED = (
    "error: node node-1 already has team taint(s) with same effect(s) and --overwrite is false\n"
)
SAID = (
    ("label cm cm1 a=1", 0, "configmap/cm1 labeled\n", ""),
    ("label cm cm1 a=1", 0, "configmap/cm1 not labeled\n", ""),
    ("label cm cm1 a=2", 1, "", OVERWRITE),
    ("label cm cm1 x=1 x-", 1, "", BOTH),
    ("label cm cm1 a=2 --overwrite", 0, "configmap/cm1 labeled\n", ""),
    ("label cm cm1 a-", 0, "configmap/cm1 unlabeled\n", ""),
    ("label cm cm1 a-", 0, 'label "a" not found.\nconfigmap/cm1 not labeled\n', ""),
    ("label cm cm1 x=1 y=2", 0, "configmap/cm1 labeled\n", ""),
    ("label cm cm1 z=3 y-", 0, "configmap/cm1 modified\n", ""),
    ("label cm cm1 --list", 0, "x=1\nz=3\n", ""),
    ("label cm cm1", 1, "", "error: at least one label update is required\n"),
    ("label cm cm1 q=1 --dry-run=server", 0, "configmap/cm1 labeled (server dry run)\n", ""),
    ("annotate cm cm1 a=1", 0, "configmap/cm1 annotated\n", ""),
    ("annotate cm cm1 a=2", 1, "", DECLARED),
    ("annotate cm cm1 a-", 0, "configmap/cm1 annotated\n", ""),
    ("annotate cm cm1", 1, "", "error: at least one annotation update is required\n"),
    ("taint node node-1 team=a:NoSchedule", 0, "node/node-1 tainted\n", ""),
    ("taint node node-1 team=b:NoSchedule", 1, "", TAINTED),
    ("taint node node-1 team-", 0, "node/node-1 untainted\n", ""),
    ('patch cm cm1 -p \'{"data":{"k":"v"}}\'', 0, "configmap/cm1 patched\n", ""),
    ("patch cm cm1 -p 'data: {k: v}'", 0, "configmap/cm1 patched (no change)\n", ""),
    ("create cronjob c --image=i --schedule='0 2 * * *'", 0, "cronjob.batch/c created\n", ""),
    ("create job j --from=cronjob/c", 0, "job.batch/j created\n", ""),
    ("create job k", 1, "", "error: either --image or --from must be specified\n"),
)


def test_what_is_said():
    """Each line finds what those before it left."""
    shell = Shell(Cluster(nodes=1, settings={"kubelet": "fake", "frozen": True}))
    shell.run("kubectl create configmap cm1")
    for line, *wanted in SAID:
        output = shell.run(f"kubectl {line}")
        assert [output.exit_code, output.stdout, output.stderr] == wanted, line


def test_a_job_made_by_hand_belongs_to_its_cronjob():
    shell = Shell(Cluster(nodes=1, settings={"kubelet": "fake", "frozen": True}))
    shell.run("kubectl create cronjob c --image=i --schedule='0 2 * * *'")
    shell.run("kubectl create job j --from=cronjob/c")
    job = shell.cluster.get("Job", "default", "j")
    assert job["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"] == "manual"
    assert job["metadata"]["ownerReferences"][0]["name"] == "c"
