"""One fault in a good object, in the API server's words: the families of faults.yaml.

RO-001, RO-004.
"""

from pathlib import Path

import pytest
import yaml

from k8slab.engine.api.patch.merge import merge_patch
from k8slab.engine.base import names

from .real_server import new_cluster, post

TABLE = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text())
LONG = {
    "<subdomain>": names.dns_subdomain("!")[0],
    "<label>": names.dns_label("!")[0],
    "<label value>": names.label_value("!")[0],
}
CASES = [
    pytest.param(kind, case[kind], case["told"], id=f"{function}-{at}")
    for function, cases in TABLE["cases"].items()
    for at, case in enumerate(cases)
    for kind in case.keys() - {"told"}
]


@pytest.fixture(scope="module")
def cluster():
    return new_cluster()


@pytest.mark.parametrize(("kind", "change", "told"), CASES)
def test_one_fault_is_told_in_the_servers_words(cluster, kind, change, told):
    for short, text in LONG.items():
        told = told.replace(short, text)
    manifest = merge_patch(TABLE["bases"][kind], change)
    code, message, _ = post(cluster, kind, manifest, dry_run=True)
    assert (code, message.partition(" is invalid: ")[2]) == (422, told)


@pytest.mark.parametrize("kind", TABLE["bases"])
def test_the_bases_have_no_fault(cluster, kind):
    assert post(cluster, kind, TABLE["bases"][kind], dry_run=True)[:2] == (201, "")
