"""What the editor advises against."""

from __future__ import annotations

import pytest

from k8slab.labs.advice import BARE_POD, STATUS, advice

POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
"""


def test_a_bare_pod_on_its_own_line():
    """PC-015: the kind of the pod, wherever it stands in the file."""
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n" + POD
    assert advice(text) == [{"line": 6, "column": 1, "message": BARE_POD}]


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
status:
  replicas: 3
"""


def test_a_status_is_the_controllers_to_write():
    """CM-016: it is said where it stands; of a kind of one's own nobody knows who writes it."""
    said = {"line": 7, "column": 1, "message": STATUS}
    assert advice("apiVersion: v1\nkind: Secret\n---\n" + DEPLOYMENT) == [said]
    assert advice(DEPLOYMENT.replace("apps/v1", "acme.io/v1")) == []
    assert advice(DEPLOYMENT.replace("status:\n  replicas: 3\n", "status: {}\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        POD.replace("Pod", "Deployment"),
        POD.replace("{name: a}", "{name: a, ownerReferences: [{kind: ReplicaSet, name: b}]}"),
        "kind: [",
        "just words",
        "",
    ],
)
def test_nothing_to_advise(text):
    """PC-015: a pod with an owner, other kinds, and texts that are no manifests."""
    assert advice(text) == []


@pytest.mark.asyncio
async def test_the_reply_to_diff_carries_it(lab, visitor, open_page):
    """PC-015."""
    async with open_page(lab, visitor) as page:
        await page.ask("file", name="pod.yaml", text=POD)
        reply = await page.ask("diff", name="pod.yaml")
        assert [it["message"] for it in reply["result"]["warnings"]] == [BARE_POD]
