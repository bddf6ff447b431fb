"""Columns, YAML, JSON and jsonpath as Go prints them. KC-065, KC-066, KC-068."""

import pytest

from k8slab.kubectl.printers.json_text import to_compact_json, to_json
from k8slab.kubectl.printers.jsonpath import JsonPathError, Template
from k8slab.kubectl.printers.table import Widths
from k8slab.kubectl.printers.tabwriter import align
from k8slab.kubectl.printers.yaml_text import to_yaml
from k8slab.kubectl.yaml_reader import read_documents

POD = {
    "metadata": {"name": "a", "labels": {"app.io/x": "1"}},
    "ports": [{"name": "web", "port": 80}, {"name": "metrics", "port": 9090}],
    "ready": True,
    "none": None,
}


def test_a_column_ends_where_a_line_has_no_such_cell() -> None:
    text = "Name:\tweb\nPods:\n  A\tB\n  long\tB\nEnd:\tx\n"
    assert align(text) == "Name:  web\nPods:\n  A     B\n  long  B\nEnd:    x\n"


def test_table_columns_are_wide_enough_for_later_rows() -> None:
    widths = Widths()
    assert widths.lay_out([["NAME", "AGE"], ["a", "1s"]]) == "NAME   AGE\na      1s\n"
    assert widths.lay_out([["longer", "1s"]]) == "longer   1s\n"
    assert widths.lay_out([["a", "2s"]]) == "a        2s\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("y", '"y"'),
        ("on", '"on"'),
        ("010", '"010"'),
        ("1.5", '"1.5"'),
        ("", '""'),
        ("12:30:45", '"12:30:45"'),
        ("2026-01-05T09:00:00Z", '"2026-01-05T09:00:00Z"'),
        ("10.96.0.1", "10.96.0.1"),
        ("a: b", "'a: b'"),
        ("nginx:1.27", "nginx:1.27"),
        ("a\nb\n", "|\n  a\n  b"),
        (True, "true"),
        (None, "null"),
        ([], "[]"),
        ({}, "{}"),
        (3, "3"),
    ],
)
def test_yaml_scalars(value: object, text: str) -> None:
    assert to_yaml({"k": value}) == f"k: {text}\n"


def test_yaml_lists_are_not_indented_and_keys_are_in_goyamls_order() -> None:
    value = {"b": [{"y": 1, "x": [1]}], "a10": 1, "a9": 1, "_": 1}
    assert to_yaml(value) == '_: 1\na9: 1\na10: 1\nb:\n- x:\n  - 1\n  "y": 1\n'


def test_yaml_that_is_printed_is_read_as_the_same() -> None:
    value = {"a": "x " * 80, "b": ["yes", "~", "null", "0x1", "- a", "#", "'", '"', "\t", "é"]}
    assert read_documents(to_yaml(value))[0].value == value


def test_json_escapes_what_go_escapes() -> None:
    assert to_json({"b": "<&>", "a": []}) == (
        '{\n    "a": [],\n    "b": "\\u003c\\u0026\\u003e"\n}'
    )
    assert to_compact_json({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.metadata.name}", "a"),
        ("{.ports[*].port}", "80 9090"),
        ("{.ports[-1].name}", "metrics"),
        ("{.ports[0:1].name}", "web"),
        ('{.ports[?(@.name=="metrics")].port}', "9090"),
        ("{.ports[?(@.port<100)].name}", "web"),
        ("{.metadata.labels.app\\.io/x}", "1"),
        ("{.metadata.labels['app\\.io/x']}", "1"),
        ('{range .ports[*]}{.name}={.port}{"\\n"}{end}', "web=80\nmetrics=9090\n"),
        ("{.ready} {.none} {.nosuch}|", "true null |"),
        ("{.ports[0]}", '{"name":"web","port":80}'),
        ("{..port}", "80 9090"),
        ("{.ports[*]['name','port']}", "web metrics 80 9090"),
        ("name={$.metadata.name}", "name=a"),
    ],
)
def test_jsonpath(template: str, text: str) -> None:
    assert Template(template).render(POD) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.ports[5]}", "array index out of bounds: index 5, length 2"),
        ("{foo}", "unrecognized identifier foo"),
        ("{.ports[abc]}", "error parsing jsonpath {.ports[abc]}, invalid array index abc"),
        ("{.ports[?(@.port=80}", "unterminated filter"),
        ("{.a", "unclosed action"),
        ("{end}", "not in range"),
    ],
)
def test_jsonpath_refusals(template: str, message: str) -> None:
    with pytest.raises(JsonPathError) as refused:
        Template(template).render(POD)
    assert message in str(refused.value)


def test_jsonpath_over_a_large_object_stops() -> None:
    wide = {"a": [{"b": [1] * 300} for _ in range(300)]}
    with pytest.raises(JsonPathError, match="too many nodes"):
        Template("{..a..b..}").render({"a": [wide, wide]})
