"""A short walk: some seeds, and the tools that a failing one would need."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

from .moves import draw
from .run import moves_of, one, replay
from .shrink import shrink
from .view import Breach
from .walker import walk, walked

SEEDS = 25
MOVES = 20


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_invariant_holds(seed):
    breach = walk(seed, moves_of(seed, MOVES))
    assert breach is None, f"python -m tests.walk {seed} --moves {MOVES}: {breach}"


def test_a_seed_always_draws_the_same_moves():
    assert moves_of(7, 40) == moves_of(7, 40)
    assert moves_of(7, 40) != moves_of(8, 40)


def test_moves_without_their_controller_are_not_drawn():
    kinds = {move["body"]["kind"] for move in draw(3, 400, frozenset()) if move["do"] == "apply"}
    assert "Deployment" in kinds
    assert not kinds & {"StatefulSet", "Job", "PodDisruptionBudget"}


def test_shrinking_keeps_what_it_takes_to_fail():
    moves = [{"do": "advance", "ms": number} for number in range(40)]

    def fails(shorter):
        return {3, 17, 31} <= {move["ms"] for move in shorter}

    assert [move["ms"] for move in shrink(moves, fails)] == [3, 17, 31]


def test_a_failing_seed_is_shrunk_and_can_be_replayed(tmp_path, monkeypatch, capsys):
    """A walk that breaks whenever a node is cordoned comes down to that one move."""

    def shy(seed, moves):
        it, breach = walked(seed, moves)
        cordons = any(it.cluster.list("Node")[0]["spec"].get("unschedulable") for _ in moves)
        return it, Breach(10, it.cluster.now_ms, "cordoned") if cordons else breach

    monkeypatch.setattr("tests.walk.run.walked", shy)
    monkeypatch.setattr("tests.walk.run.walk", lambda seed, moves: shy(seed, moves)[1])
    monkeypatch.setattr("tests.walk.run.FOLDER", tmp_path)
    cordon = {"do": "line", "line": "kubectl cordon node-1"}
    rest = [{"do": "advance", "ms": 10, "slices": 1}] * 5
    monkeypatch.setattr("tests.walk.run.moves_of", lambda *_: [*rest, cordon, *rest])
    assert one(1, 11) == 1
    assert json.loads((tmp_path / "1.json").read_text())["moves"] == [cordon]
    assert replay(tmp_path / "1.json") == 1
    assert "invariant 10" in capsys.readouterr().out


DIGEST = """
import hashlib
from tests.walk.run import moves_of
from tests.walk.walker import walked
it, breach = walked(11, moves_of(11, 15))
assert breach is None
print(hashlib.sha256(it.cluster.snapshot()).hexdigest())
"""


def test_a_walk_ends_in_the_same_bytes_under_any_hash_seed():
    """Invariant 25."""

    def digest(hash_seed):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run([sys.executable, "-c", DIGEST], env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    it, _ = walked(11, moves_of(11, 15))
    here = hashlib.sha256(it.cluster.snapshot()).hexdigest()
    assert {digest("1"), digest("4711")} == {here}
