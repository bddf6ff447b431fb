"""The editor's diff: what a person wrote, not what kubectl notes."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.labs.diffs import without_bookkeeping
from k8slab.shell import Shell

MANIFEST = """apiVersion: v1
kind: ConfigMap
metadata:
  name: colours
data:
  sky: blue
"""


def diff(changed: str) -> str:
    """What kubectl diff says of a changed manifest, after the first was applied."""
    shell = Shell(Cluster(), files={"a.yaml": MANIFEST})
    shell.run("kubectl apply -f a.yaml")
    shell.files["a.yaml"] = changed
    return without_bookkeeping(shell.run("kubectl diff -f a.yaml").stdout)


def test_only_what_was_changed_is_shown():
    """TE-046."""
    text = diff(MANIFEST.replace("blue", "grey"))
    assert "-  sky: blue\n+  sky: grey\n" in text
    assert "last-applied" not in text
    assert text.startswith("@@")


def test_no_change_is_no_diff():
    """TE-046."""
    assert diff(MANIFEST) == ""


def test_each_of_two_objects_has_its_hunks():
    """TE-046: the head of the second is no line of the first."""
    twice = f"{MANIFEST}---\n{MANIFEST.replace('colours', 'others')}"
    text = diff(twice.replace("blue", "grey"))
    assert text.count("@@ -") == 2
    assert all(line[0] in "@ +-" for line in text.splitlines())
    assert "diff -u" not in text
