"""A StatefulSet's claims one look at a time: whom they go with, and what keeps pods from them.

The cases are those of upstream's stateful_pod_control_test and stateful_set_utils_test.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.objects import Key, key_of, set_in

from .stage import quota
from .test_statefulset_looks import Set, running

BOTH = [("Retain", "Retain"), ("Retain", "Delete"), ("Delete", "Retain"), ("Delete", "Delete")]
SET, POD_1 = [("StatefulSet", "db", True)], [("Pod", "db-1", True)]


def retention(scaled, deleted):
    return {"persistentVolumeClaimRetentionPolicy": {"whenScaled": scaled, "whenDeleted": deleted}}


def claim(db, name):
    return db.stage.world.store.get(Key("PersistentVolumeClaim", "default", name))


def owned_by(db, claimed, **more):
    """The claim with one owner more."""
    reference = {"apiVersion": "v1", "kind": "X", "name": "x", "uid": "x", **more}
    stored = claim(db, claimed)
    owners = [*stored["metadata"].get("ownerReferences", ()), reference]
    db.stage.world.store.write(set_in(stored, ("metadata", "ownerReferences"), owners), 0)


@pytest.mark.parametrize(("scaled", "deleted"), BOTH)
def test_whom_a_claim_goes_with(scaled, deleted):
    """From its creation with the set (as its controller); with its pod once that is scaled away."""
    db = Set(2, claims=True, **retention(scaled, deleted))
    db.look()
    kept = SET if deleted == "Delete" else []
    assert db.claims() == {"data-db-0": kept}
    db.run()
    db.edit("spec", "replicas", value=1)
    db.look()
    assert db.claims() == {"data-db-0": kept, "data-db-1": POD_1 if scaled == "Delete" else kept}


def test_all_condemned_pods_take_their_claims_before_the_first_goes():
    db = running(3, claims=True, **retention("Delete", "Delete"))
    db.edit("spec", "replicas", value=1)
    db.look()
    assert db.staying() == ["db-0", "db-1"]
    assert db.claims()["data-db-1"] == POD_1


def test_a_policy_that_changes_is_carried_out_on_claims_that_exist():
    db = running(1, claims=True)
    before = len(db.told())
    policy = retention("Retain", "Delete")["persistentVolumeClaimRetentionPolicy"]
    db.edit("spec", "persistentVolumeClaimRetentionPolicy", value=policy)
    db.look()
    assert db.claims() == {"data-db-0": SET}
    update = ("SuccessfulUpdate", "Update Pod db-0 in StatefulSet db successful")
    assert db.told()[before:] == [update]
    policy = {**policy, "whenDeleted": "Retain"}
    db.edit("spec", "persistentVolumeClaimRetentionPolicy", value=policy)
    db.look()
    assert db.claims() == {"data-db-0": []}


@pytest.mark.parametrize(
    ("owner", "left"),
    [
        ({}, [("X", "x", False), *SET]),
        ({"controller": True}, [("X", "x", True)]),
        ({"kind": "StatefulSet", "name": "db"}, [("StatefulSet", "db", False)]),
        ({"kind": "Pod", "name": "db-0"}, [("Pod", "db-0", False)]),
    ],
)
def test_owners_that_others_put_on_a_claim(owner, left):
    """Another's controller wins; a set or pod of that name that is gone is left to the garbage."""
    db = running(1, claims=True)
    owned_by(db, "data-db-0", **owner)
    policy = retention("Retain", "Delete")["persistentVolumeClaimRetentionPolicy"]
    db.edit("spec", "persistentVolumeClaimRetentionPolicy", value=policy)
    db.look()
    assert db.claims() == {"data-db-0": left}


def test_a_conflicting_controller_takes_the_claim_and_is_told():
    db = running(1, claims=True, **retention("Retain", "Delete"))
    owned_by(db, "data-db-0", controller=True)
    db.look()
    assert db.claims() == {"data-db-0": [("X", "x", True)]}
    ((reason, message),) = db.told("Warning")
    assert reason == "ConflictingController"
    assert message.startswith("PersistentVolumeClaim data-db-0 has a conflicting OwnerReference")


def test_a_pod_waits_until_its_predecessors_claim_is_gone():
    """Scaled away and back at once: the claim that dies with the old pod is not for the new one."""
    db = running(2, claims=True, **retention("Delete", "Retain"))
    db.edit("spec", "replicas", value=1)
    db.look()
    db.settle()
    db.edit("spec", "replicas", value=2)
    db.look()
    assert db.staying() == ["db-0"]
    assert db.stage.again_ms is not None, "nothing else would wake it"
    stale = claim(db, "data-db-1")
    db.stage.world.store.delete(key_of(stale), 0)
    db.look()
    assert db.staying() == ["db-0", "db-1"]
    assert claim(db, "data-db-1")["metadata"]["uid"] != stale["metadata"]["uid"]


def test_a_claim_that_is_refused_keeps_the_pod_away_and_both_are_told():
    db = Set(1, claims=True)
    hard = {"persistentvolumeclaims": "0"}
    db.stage.put(quota(**hard), status={"hard": hard, "used": hard})
    db.stateful_set = db.stage.refused(db.stateful_set)
    (first, second) = db.told("Warning")
    head = "Create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: "
    assert first[0] == second[0] == "FailedCreate"
    assert first[1].startswith(head + "persistentvolumeclaims ")
    why = first[1].removeprefix(head)
    pod = "Create Pod db-0 in StatefulSet db failed error: "
    assert second[1] == f"{pod}failed to create PVC data-db-0: {why}"
    assert db.pods() == {}


def test_a_claim_that_is_going_keeps_the_pod_away():
    db = running(1, claims=True)
    db.stage.world.store.delete(key_of(db.pods()["db-0"]), 0)
    going = set_in(claim(db, "data-db-0"), ("metadata", "deletionTimestamp"), db.stage.ago(0))
    db.stage.world.store.write(going, 0)
    db.stateful_set = db.stage.refused(db.stateful_set)
    failed = "Create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted"
    assert db.told("Warning") == [("FailedCreate", failed)]


def test_a_pending_pods_missing_claim_is_made_again():
    db = Set(1, claims=True)
    db.look()
    db.stage.world.store.delete(key_of(claim(db, "data-db-0")), 0)
    db.look()
    assert claim(db, "data-db-0") is not None
