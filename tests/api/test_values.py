"""Selectors, quantities and percentages."""

import pytest

from k8slab.engine.base.intstr import scaled
from k8slab.engine.base.quantity import canonical, milli_value, stored, whole_value
from k8slab.engine.base.selectors import format_selector, parse_selector


@pytest.mark.parametrize(
    ("selector", "labels", "matches"),
    [
        ("", {}, True),
        ("a=b", {"a": "b"}, True),
        ("a==b,c!=d", {"a": "b"}, True),
        ("a in (b, c)", {"a": "c"}, True),
        ("a notin (b)", {"a": "b"}, False),
        ("a notin (b)", {}, True),
        ("a", {"a": ""}, True),
        ("!a", {"a": ""}, False),
        ("a>5", {"a": "7"}, True),
        ("a=", {"a": ""}, True),
        ("x/y=z", {"x/y": "z"}, True),
    ],
)
def test_a_selector_matches(selector, labels, matches):
    assert parse_selector(selector)(labels) is matches


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("=b", "found '=', expected: !, identifier, or 'end of string'"),
    ],
)
def test_a_selector_that_is_none(selector, message):
    with pytest.raises(ValueError) as refused:
        parse_selector(selector)
    assert str(refused.value).startswith(message)


def test_a_selector_as_kubectl_prints_it():
    expressions = [{"key": "b", "operator": "In", "values": ["y", "x"]}]
    selector = {"matchLabels": {"c": "1"}, "matchExpressions": expressions}
    assert format_selector(selector) == "b in (x,y),c=1"
    assert format_selector({}) == "<none>"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("0.5", "500m"),
        ("1500m", "1500m"),
        ("1000m", "1"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1e3", "1e3"),
        ("1000k", "1M"),
        ("0", "0"),
        ("-1Gi", "-1Gi"),
        ("1234", "1234"),
    ],
)
def test_a_quantity_in_its_canonical_form(text, form):
    assert canonical(text) == form


def test_quantities_as_numbers():
    assert (milli_value("0.1"), milli_value("2"), whole_value("1Ki")) == (100, 2000, 1024)


@pytest.mark.parametrize("text", ["", "1.5x", "x", "1 Gi", "--1", "1" * 1000])
def test_what_is_no_quantity(text):
    with pytest.raises(ValueError, match="quantities must match"):
        canonical(text)


@pytest.mark.parametrize(("replicas", "surge", "unavailable"), [(3, 1, 0), (5, 2, 1), (10, 3, 2)])
def test_a_quarter_is_rounded_up_for_surge_and_down_for_unavailable(replicas, surge, unavailable):
    """RO-004, RO-005."""
    assert scaled("25%", replicas, round_up=True) == surge
    assert scaled("25%", replicas, round_up=False) == unavailable


@pytest.mark.parametrize(
    ("text", "milli", "shown"),
    [("1000m", 1000, "1"), ("1", 1000, "1"), ("250m", 250, "250m"), ("0.25", 250, "250m"),
     ("0.1", 100, "100m"), ("1.5m", 2, "2m"), ("0.0001", 1, "1m")],
)  # fmt: skip
def test_cpu(text, milli, shown):
    """RS-005: thousandths of a core; what is finer is rounded up when it is stored (1.36)."""
    assert milli_value(text) == milli
    assert stored(text) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [("256Mi", 256 << 20), ("1Gi", 1 << 30), ("1G", 10**9), ("256M", 256 * 10**6), ("1Ki", 1024),
     ("1k", 1000), ("1.5Gi", 3 << 29), ("128m", 1), ("1e3", 1000)],
)  # fmt: skip
def test_memory(text, number):
    """RS-006: Mi and Gi are powers of two, M and G of ten, and m is a thousandth of a byte."""
    assert whole_value(text) == number


@pytest.mark.parametrize("text", ["", "250 m", "1.5.0", "Mi", "1Mb", "1mi", "--1"])
def test_what_is_no_amount(text):
    """RS-005, RS-006."""
    with pytest.raises(ValueError, match="quantities must match the regular expression"):
        stored(text)
