"""Roles, bindings, limits, quotas, priorities with one fault each, as a real 1.36 tells it."""

import pytest

from .real_server import load, mutated, new_cluster, post

MUTATIONS = load("policy_mutations")


@pytest.fixture(scope="module")
def cluster():
    return new_cluster()


@pytest.mark.parametrize(
    "case", MUTATIONS["cases"], ids=lambda it: f"{it['base']} {it['op']} {it['at']}"
)
def test_one_fault_is_told_as_there(cluster, case):
    manifest = mutated(MUTATIONS["bases"], case)
    code, message, _ = post(cluster, case["base"].partition("/")[0], manifest, dry_run=True)
    assert (code, message) == (int(case["status"]), case.get("message") or "")
