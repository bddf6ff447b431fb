"""What is kept, and what is depended on. Numbers: docs/security.md."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.access import enter_lab
from k8slab.labs.archive import create_lab, restore
from k8slab.labs.models import Lab, new_lab_id
from k8slab.workshops.joining import CannotJoin, new_code, take_seat
from k8slab.workshops.models import Room

ROOT = Path(__file__).resolve().parents[2]


class Evil:
    def __reduce__(self):
        return exec, ("raise SystemExit('unpickled')",)


def flipped(snapshot: bytes, at: int) -> bytes:
    """The snapshot with one bit of a byte turned."""
    return snapshot[:at] + bytes([snapshot[at] ^ 1]) + snapshot[at + 1 :]


def spoiled(snapshot: bytes) -> dict[str, bytes]:
    """What somebody could put in a snapshot's place."""
    middle = len(snapshot) // 2
    return {
        "pickle": pickle.dumps(Evil()),
        "cut": snapshot[:middle],
        "one bit": flipped(snapshot, middle),
        "nothing": b"",
    }


def test_one_wrong_bit_is_noticed_wherever_it_is() -> None:
    """53"""
    cluster = Cluster(nodes=2, seed=3)
    cluster.advance(60)
    snapshot = cluster.snapshot()
    for at in range(len(snapshot)):
        with pytest.raises(ValueError, match="not packed here"):
            Cluster.restore(flipped(snapshot, at))


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["pickle", "cut", "one bit", "nothing"])
def test_a_tampered_snapshot_is_passed_over(how: str) -> None:
    """53: the journal leads to the same cluster."""
    cluster = Cluster(nodes=2, seed=3)
    cluster.advance(60)
    lab = create_lab(Visitor.objects.create(), cluster)
    evil = spoiled(bytes(lab.snapshot))[how]
    with pytest.raises(ValueError, match="not packed here"):
        Cluster.restore(evil)
    Lab.objects.update(snapshot=evil)
    assert restore(lab.id)[1].snapshot() == cluster.snapshot()


def test_nothing_here_unpickles() -> None:
    """53"""
    sources = [path.read_text() for path in (ROOT / "k8slab").rglob("*.py")]
    assert not [it for it in sources if re.search(r"\b(pickle|marshal|shelve|dill)\b", it)]


@pytest.mark.django_db
def test_anothers_lab_and_no_lab_take_the_same_way() -> None:
    """39: the same queries, so the same time."""
    lab = create_lab(Visitor.objects.create(), Cluster(nodes=1))
    stranger = Visitor.objects.create()
    ways = []
    for lab_id in (lab.id, new_lab_id()):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert enter_lab(lab_id, stranger.id) is None
        ways.append([it["sql"].replace(lab_id, "ID") for it in asked])
    assert ways[0] == ways[1] and ways[0]


@pytest.mark.django_db
def test_nobody_sits_under_a_name_that_looks_like_anothers() -> None:
    """35: bidi marks and zero-width letters of a nickname are left out."""
    room = Room.objects.create(
        instructor=Visitor.objects.create(), title="R", code=new_code(), lessons=["x"]
    )
    take_seat(room, Visitor.objects.create(), "Ada")
    for twin in ("Ada\u200b", "\u202eAda", "A\u2066da\u2069", "Ada\x00"):
        with pytest.raises(CannotJoin, match="called Ada already"):
            take_seat(room, Visitor.objects.create(), twin)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_package_is_pinned_by_its_hash(name: str) -> None:
    """56"""
    pinned = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text())
    packages = [it for it in pinned if not it.startswith("#")]
    assert len(packages) > 20
    for package in packages:
        assert re.match(r"[\w.\[\],-]+==[\w.]+ ", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]
    assert "--require-hashes -r requirements.txt" in (ROOT / "Makefile").read_text()
