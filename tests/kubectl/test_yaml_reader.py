"""PX-004: YAML is read as kubectl reads it, and hostile text is refused before it grows."""

import json
from pathlib import Path

import pytest

from k8slab.kubectl.yaml_reader import YamlError, problems, read_documents

TRUTH = json.loads((Path(__file__).parent.parent / "truth" / "kubectl" / "yaml.json").read_text())
CLIENT = [case for case in TRUTH if "--dry-run=client" in case["cmd"]]
READ = [case for case in CLIENT if case["rc"] == 0]
UNREADABLE = [case for case in CLIENT if "error parsing" in case.get("stderr", "")]


def _printed(text: str) -> list[object]:
    values, decoder = [], json.JSONDecoder()
    while text.strip():
        value, end = decoder.raw_decode(text)
        value["metadata"].pop("namespace")  # kubectl adds it after reading
        values.append(value)
        text = text[end:].lstrip()
    return values


@pytest.mark.parametrize("case", READ, ids=lambda case: repr(case["stdin"][-40:]))
def test_values_are_those_of_kubectl(case: dict[str, str]) -> None:
    assert [document.value for document in read_documents(case["stdin"])] == _printed(
        case["stdout"]
    )


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: repr(case["stdin"][-40:]))
def test_errors_are_those_of_kubectl(case: dict[str, str]) -> None:
    with pytest.raises(YamlError) as refused:
        read_documents(case["stdin"])
    assert case["stderr"].strip().endswith(str(refused.value))


ATTACKS = {
    "depth": ("[" * 100_000, "exceeded max depth"),
    "depth of JSON": ('{"a":' * 100_000, "exceeded max depth"),
    "aliases": (
        "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{i + 1}: &a{i + 1} [{','.join([f'*a{i}'] * 9)}]\n" for i in range(9)),
        "excessive aliasing",
    ),
    "merge keys": (
        "a0: &a0 {"
        + ",".join(f"k{i}: 1" for i in range(99))
        + "}\n"
        + "".join(f"b{i}: {{<<: [{','.join(['*a0'] * 99)}]}}\n" for i in range(50)),
        "excessive aliasing",
    ),
    "itself": ("a: &a [*a]", "value contains itself"),
    "unknown anchor": ("a: *b", "unknown anchor 'b' referenced"),
    "python": ("a: !!python/object:os.system x", "unknown tag !!python/object:os.system"),
    "NUL": ("a: b\0", "control characters are not allowed"),
    "size": ("a: " + "x" * (1 << 20), "too large"),
    "documents": ("a: 1\n---\n" * 1_000, "more than 500 documents"),
    "long number in JSON": ('{"a": ' + "1" * 5_000 + "}", "number out of range"),
    "infinity": ("a: .inf", "unsupported value"),
}


@pytest.mark.parametrize(("text", "message"), ATTACKS.values(), ids=ATTACKS)
def test_hostile_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(YamlError, match=message):
        read_documents(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 'key "a" already set in map'),
        ('{"a": 1, "b": 2, "a": 3}', 'duplicate field "a"'),
    ],
)
def test_of_a_key_that_is_there_twice_the_last_counts(text: str, message: str) -> None:
    """kubectl says nothing; the editor does."""
    assert read_documents(text)[0].value == {"a": 3, "b": 2}
    assert [each["message"] for each in problems(text)] == [message]


def test_json_documents_in_a_row() -> None:
    assert [each.value for each in read_documents('{"a": 1} {"b": 2}\n')] == [{"a": 1}, {"b": 2}]
    with pytest.raises(YamlError, match="unexpected EOF"):
        read_documents('{"a": 1')


@pytest.mark.parametrize("number", ["1" * 1_000_000, "1" + ":1" * 100_000])
def test_endless_numbers_are_text(number: str) -> None:
    assert read_documents(f"a: {number}")[0].value == {"a": number}


def test_a_problem_has_its_place_in_the_whole_text() -> None:
    text = "a: 1\n---\nb: 2\nc: d: e\n---\n\tx: 1\n"
    assert problems(text) == [
        {"line": 4, "column": 5, "message": "mapping values are not allowed in this context"},
        {"line": 6, "column": 1, "message": "found character that cannot start any token"},
    ]
    assert problems("a: 1\n") == []


def test_documents_know_where_they_start() -> None:
    assert [document.line for document in read_documents("a: 1\n---\n# no\n---\nb: 1\n")] == [1, 5]


def test_merge_keys_fill_in_what_is_not_said() -> None:
    text = "base: &b {p: 1, q: 2}\nmore: {<<: *b, q: 3}\n"
    assert read_documents(text)[0].value["more"] == {"p": 1, "q": 3}
