"""Go's sort.Sort: sorted whatever comes, and what is equal in Go's own order (KC-015)."""

import pytest

from k8slab.kubectl import gosort


def go_sorted(items, less):
    made = list(items)
    gosort.sort(made, less)
    return made


@pytest.mark.parametrize("size", [0, 1, 12, 13, 50, 200, 1000])
@pytest.mark.parametrize("step", [1, 7, -1, 0])
def test_it_sorts(size, step):
    items = [(place * step * 31) % 101 for place in range(size)]
    assert go_sorted(items, lambda a, b: a < b) == sorted(items)


def test_equal_items_come_in_gos_order():
    """Not as a stable sort would leave them: the differential test holds them against kubectl."""
    pairs = [(place % 3, place) for place in range(20)]
    ordered = go_sorted(pairs, lambda a, b: a[0] < b[0])
    assert [first for first, _ in ordered] == sorted(first for first, _ in pairs)
    assert ordered != sorted(pairs)


def test_what_is_less_than_itself_is_turned_round():
    """Less that says true of what is missing (kubectl's) reverses a short list."""
    assert go_sorted([1, 2, 3, 4, 5], lambda a, b: True) == [5, 4, 3, 2, 1]


def test_a_bad_pattern_ends():
    """A less that lies in every way ends all the same."""
    lies = {"n": 0}

    def less(a, b):
        lies["n"] += 1
        return lies["n"] % 3 == 0

    assert sorted(go_sorted(range(300), less)) == list(range(300))
