"""Snapshots as bytes: small, whole, and refused where they are something else."""

from hashlib import sha256

import pytest

from k8slab.engine import cluster, packing

SAMPLES = {4: "8405eff5e2f9688a"}
"""By the format of snapshots: what they were packed with."""


def test_the_sample_is_the_one_of_this_format():
    """Snapshots on disk can't be read with another: a new sample needs a new FORMAT."""
    assert sha256(packing.SAMPLE.read_bytes()).hexdigest()[:16] == SAMPLES[cluster.FORMAT]


def test_what_was_packed_comes_back():
    content = {"name": "web", "counts": [1, 2], "none": None}
    assert packing.unpack(packing.pack(content)) == content


@pytest.mark.parametrize("junk", [b"", b"junk", packing.pack({})[:-3], b"x" + packing.pack([1])])
def test_what_was_not_packed_is_refused(junk):
    with pytest.raises(ValueError, match="not packed here"):
        packing.unpack(junk)
