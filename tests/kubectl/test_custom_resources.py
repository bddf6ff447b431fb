"""A CustomResourceDefinition and its objects, as recorded of a real 1.36 (KX-025, KX-026, CT-012).

Schema, pruning (CT-013), defaults, CEL rules, printer columns, scale and status, ratcheting, and
the end: a definition takes its objects along.
"""

import json
import re
from pathlib import Path

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError
from k8slab.shell import Shell

RECORDED = json.loads((Path(__file__).parents[1] / "truth" / "kubectl" / "crd.json").read_text())
NAMESPACE = "t-10-crd-customresource"
REMEMBERED = "(post widgets.example.com)"
"""In the first refusal: the recorder's kubectl had seen the definition before, ours has not."""


def normal(text):
    """Text less its ages, times, uids and versions."""
    text = re.sub(r"(uid|UID|resourceVersion|Resource Version): +\S+", r"\1", text)
    return re.sub(r"\b\d+s\b|\"?2026-\S+", "T", text)


def lines(text):
    """The faults of a fault list: a real server walks fields in no order."""
    return sorted(text.strip().split("\n"))


@pytest.fixture(scope="module")
def played():
    cluster = Cluster(nodes=1, settings={"frozen": True})
    shell = Shell(cluster)
    shell.run(f"kubectl create namespace {NAMESPACE}")
    shell.run(f"kubectl config set-context --current --namespace={NAMESPACE}")
    outputs = []
    for step in RECORDED:
        due_ms = round((step["t"] - RECORDED[0]["t"]) * 1000)
        cluster.run_until(max(cluster.now_ms, due_ms))
        line = step["cmd"].replace("kubectl", f"kubectl -n {NAMESPACE}", 1)
        outputs.append(shell.run(line, stdin=step["stdin"]))
    return outputs


@pytest.mark.parametrize("index", range(len(RECORDED)), ids=lambda it: RECORDED[it]["cmd"][:60])
def test_each_line_is_answered_as_recorded(played, index):
    wanted, have = RECORDED[index], played[index]
    assert have.exit_code == wanted["rc"]
    if REMEMBERED in wanted["stderr"]:
        assert "ensure CRDs are installed first" in have.stderr
        return
    assert normal(have.stdout) == normal(wanted["stdout"])
    assert lines(have.stderr) == lines(wanted["stderr"])


def crd(kind, schema, **version):
    plural = f"{kind.lower()}s"
    names = {"plural": plural, "kind": kind}
    whole = {"type": "object", "properties": {"spec": schema}}
    version = {"name": "v1", "served": True, "storage": True, **version}
    version["schema"] = {"openAPIV3Schema": whole}
    spec = {"group": "acme.io", "scope": "Namespaced", "names": names, "versions": [version]}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.acme.io"},
        "spec": spec,
    }


def lab(definition):
    shell = Shell(Cluster(nodes=1, settings={"frozen": True}))
    out = shell.run("kubectl apply -f -", stdin=json.dumps(definition))
    shell.cluster.advance(1)
    return shell, out


def apply(shell, kind, spec, name="x"):
    obj = {"apiVersion": "acme.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return shell.run("kubectl apply -f -", stdin=json.dumps(obj))


def test_a_bare_schema_prunes_everything():
    """CT-013."""
    shell, _ = lab(crd("PostgresDB", {"type": "object"}))
    assert "unknown field" in apply(shell, "PostgresDB", {"version": "16"}).stderr
    shell, _ = lab(
        crd("PostgresDB", {"type": "object", "x-kubernetes-preserve-unknown-fields": True})
    )
    assert apply(shell, "PostgresDB", {"version": "16"}).exit_code == 0
    found = shell.run("kubectl get postgresdb x -o jsonpath='{.spec.version}'")
    assert found.stdout == "16"


def test_a_transition_rule_sees_what_was():
    rule = {"rule": "self >= oldSelf", "message": "may only grow"}
    size = {"type": "integer", "x-kubernetes-validations": [rule]}
    shell, _ = lab(crd("Disk", {"type": "object", "properties": {"size": size}}))
    assert apply(shell, "Disk", {"size": 3}).exit_code == 0
    assert apply(shell, "Disk", {"size": 2}).stderr == (
        'The Disk "x" is invalid: spec.size: Invalid value: may only grow\n'
    )


def test_patterns_and_rules_end_in_time():
    """Attacks 19 and 22: a pattern that backtracks, a rule that loops in loops."""
    text = {"type": "string", "pattern": "^(a+)+$"}
    shell, _ = lab(crd("Slow", {"type": "object", "properties": {"text": text}}))
    assert apply(shell, "Slow", {"text": "a" * 5000 + "!"}).exit_code == 1
    loops = "self.l.all(a, self.l.all(b, self.l.all(c, a == b || b == c || true)))"
    many = {"type": "array", "items": {"type": "integer"}}
    schema = {"type": "object", "properties": {"l": many}}
    schema["x-kubernetes-validations"] = [{"rule": loops}]
    shell, _ = lab(crd("Loop", schema))
    assert apply(shell, "Loop", {"l": [1, 2, 3]}).exit_code == 0
    assert "cost exceeds limit" in apply(shell, "Loop", {"l": list(range(2000))}, "y").stderr


def test_an_object_nested_too_deeply_is_refused():
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    shell, _ = lab(crd("Deep", anything))
    value = []
    for _ in range(100):
        value = [value]
    request = {"verb": "create", "kind": "Deep", "body": {"spec": {"v": value}}}
    with pytest.raises(ApiError) as refused:
        shell.cluster.request(request)
    assert refused.value.code == 400


def test_a_rule_that_is_no_rule_is_refused():
    schema = {"type": "object", "x-kubernetes-validations": [{"rule": "1 +"}]}
    _, out = lab(crd("Wrong", schema))
    assert "compilation failed" in out.stderr


def test_a_kind_that_is_taken_is_not_served():
    shell, _ = lab(crd("Service", {"type": "object"}))
    path = "{.status.conditions[0].reason}"
    found = shell.run(f"kubectl get crd services.acme.io -o jsonpath='{path}'")
    assert found.stdout == "KindConflict"


def test_a_snapshot_keeps_definitions_and_objects():
    shell, _ = lab(crd("Disk", {"type": "object", "properties": {"size": {"type": "integer"}}}))
    apply(shell, "Disk", {"size": 3})
    again = Shell(Cluster.restore(shell.cluster.snapshot()))
    assert again.run("kubectl get disks -o name").stdout == "disk.acme.io/x\n"
