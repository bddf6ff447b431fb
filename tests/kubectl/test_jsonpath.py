"""jsonpath templates, with the cases of client-go's own tests, and turns of the real kubectl."""

from __future__ import annotations

import pytest

from k8slab.kubectl.printers.jsonpath import JsonPathError, Template

LISTS = {
    "flags": [True, False, True, False],
    "counts": [1, 2, 3, 4],
    "shares": [1.0, 2.2, 3.3, 4.0],
    "names": ["a", "b", "c", "d"],
    "mixed": [True, "one", 1, 1.1],
    "maps": [{"n": "a", "v": 1}, {"n": "b", "v": 2.5}, {"n": "c", "v": 3}, {"n": "d", "v": 4}],
}
SHOP = {
    "Name": "corner",
    "Fruit": [{"Kind": "apple", "Price": 1.5}, {"Kind": "pear", "Price": 2}],
    "Boxes": [
        {"Size": "S", "Price": 9, "IsNew": True},
        {"Size": "L", "Price": 12, "IsNew": False},
    ],
    "Labels": {"web/html": 15, "k8s-app": 20, "tier": 1},
}
NODES = {
    "kind": "List",
    "items": [
        {
            "kind": "None",
            "metadata": {"name": "10.0.0.1", "labels": {"kubernetes.io/hostname": "one"}},
            "status": {
                "capacity": {"cpu": "4"},
                "ready": True,
                "addresses": [{"address": "10.0.0.1"}],
            },
        },
        {
            "kind": "None",
            "metadata": {"name": "10.0.0.2", "labels": {"kubernetes.io/hostname": "two"}},
            "status": {
                "capacity": {"cpu": "8"},
                "ready": False,
                "addresses": [{"address": "10.0.0.2"}, {"address": "10.0.0.3"}],
            },
        },
    ],
    "users": [{"name": "me", "user": {}}, {"name": "ci", "user": {"password": "secret"}}],
}
POINTS = [
    {"id": "i1", "x": 4},
    {"id": "i2", "x": -2, "z": 1},
    {"id": "i3", "x": 8},
    {"id": "i4", "z": 1},
]
PODS = {
    "items": [
        {
            "metadata": {"name": "p1"},
            "spec": {"c": [{"n": "foo", "m": [1, 2]}, {"n": "bar", "m": [3]}]},
        },
        {"metadata": {"name": "p2"}, "spec": {"c": [{"n": "baz", "m": [4]}]}},
    ]
}
SIX = {"c": [{"n": f"c{number}"} for number in range(6)]}
FOUR = {"c": SIX["c"][:4]}
COLOURED = {
    "items": [
        {"metadata": {"name": "p1", "annotations": {"color": "blue"}}},
        {"metadata": {"name": "p2"}},
        {"metadata": {"name": "p3", "annotations": {"color": "green"}}},
        {"metadata": {"name": "p4", "annotations": {"color": "blue"}}},
    ]
}

TURNS = {
    "word": "hey",
    "none": None,
    "list": [{"e": [], "m": {"a": "blue"}}, {"e": [1, 2]}, {"e": [3], "m": {"a": "green"}}],
    "labels": {"tier": 1, "web": 15},
    "boxes": [{"s": "S", "p": 9.75, "new": True}, {"s": "L", "p": 12, "new": False}],
}

VALUES = [
    (TURNS, "{.word.*}", "104 101 121"),
    (TURNS, "{.word }{ .word}{@.word}", "heyheyhey"),
    (TURNS, "{1}{true}{1.50}", "1true1.5"),
    (TURNS, '{"a" "b"}', "b"),
    (TURNS, '{"tab\\tq\\"uote"}', 'tab\tq"uote'),
    (TURNS, "{'single'}", "single"),
    (TURNS, "{.list[]}", '{"e":[],"m":{"a":"blue"}}'),
    (TURNS, "{.list[?(@.m)].e}", "[] [3]"),
    (TURNS, '{.boxes[?(@.s in "S")].s}', "S L"),  # an error in what may exist finds what it had
    (TURNS, '{.boxes[?(@.s == "S" )].p}', "9.75"),
    (TURNS, "{range .boxes[:1]}{.s}{end}{.word}", "Shey"),
    (LISTS, "{ .flags }", "[true,false,true,false]"),
    (LISTS, "{ .flags[-1] }", "false"),
    (LISTS, "{ .flags[:4:2] }", "true true"),
    (LISTS, "{ .counts[-2] }", "3"),
    (LISTS, "{ .counts[0:2] }", "1 2"),
    (LISTS, "{ .shares }", "[1,2.2,3.3,4]"),
    (LISTS, "{ .shares[0] }", "1"),
    (LISTS, "{ .shares[:4:2] }", "1 3.3"),
    (LISTS, "{ .names }", '["a","b","c","d"]'),
    (LISTS, "{ .names[:2] }", "a b"),
    (LISTS, "{ .mixed }", '[true,"one",1,1.1]'),
    (LISTS, "{ .mixed[:4:2] }", "true 1"),
    (LISTS, "{ .maps[0] }", '{"n":"a","v":1}'),
    (LISTS, "{ .maps[::2] }", '{"n":"a","v":1} {"n":"c","v":3}'),
    (LISTS, "{ .maps[1::2] }", '{"n":"b","v":2.5} {"n":"d","v":4}'),
    ({}, "hello jsonpath", "hello jsonpath"),
    ([1, 2, 3], "{..}", "[1,2,3]"),
    ([2, 6, 3, 7], "{[?(@<5)]}", "2 3"),
    ({}, '{"{"}', "{"),
    ([0, 1, 2, 3, 4], "{[1,3,4]}", "1 3 4"),
    (["Mo", "Tu"], "{[0:2]}", "Mo Tu"),
    (SHOP, "hello {.Name}", "hello corner"),
    (SHOP, "{$.Labels.web/html}", "15"),
    (SHOP, "{.Labels.k8s-app}", "20"),
    (SHOP, "{.Fruit[*].Kind}", "apple pear"),
    (SHOP, '{range .Fruit[*]}{ "{" }{ @.* }{ "} " }{end}', "{apple 1.5} {pear 2} "),
    (SHOP, "{..Kind}", "apple pear"),
    (SHOP, "{...Kind}", "apple pear"),
    (SHOP, "{.Fruit[-1:]}", '{"Kind":"pear","Price":2}'),
    (SHOP, "{..Fruit[1]}", '{"Kind":"pear","Price":2}'),
    (SHOP, "{.Boxes[?(@.IsNew==true)].Size}", "S"),
    (SHOP, "{.Boxes[?(@.Price>10)].Size}", "L"),
    (SHOP, '{.Boxes[?(@.Size!="S")].Price}', "12"),
    (POINTS, "{[?(@.z)].id}", "i2 i4"),
    (POINTS, "{[0]['id']}", "i1"),
    (NODES, "{range .items[*]}{.metadata.name}, {end}{.kind}", "10.0.0.1, 10.0.0.2, List"),
    (NODES, '{range .items[*]}{.metadata.name}{"\\t"}{end}', "10.0.0.1\t10.0.0.2\t"),
    (NODES, "{.items[*].status.addresses[*].address}", "10.0.0.1 10.0.0.2 10.0.0.3"),
    (
        NODES,
        "{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}",
        "10.0.0.1, 10.0.0.2, 10.0.0.3, ",
    ),
    (
        NODES,
        "{.items[*]['metadata.name', 'status.capacity']}",
        '10.0.0.1 10.0.0.2 {"cpu":"4"} {"cpu":"8"}',
    ),
    (
        NODES,
        "{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}",
        '[10.0.0.1, {"cpu":"4"}] [10.0.0.2, {"cpu":"8"}] ',
    ),
    (NODES, '{.users[?(@.name=="ci")].user.password}', "secret"),
    (NODES, "{.items[0].metadata.labels.kubernetes\\.io/hostname}", "one"),
    (NODES, '{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="one")].kind}', "None"),
    (NODES, "{.items[?(@..ready==true)].metadata.name}", "10.0.0.1"),
    (
        PODS,
        '{range .items[*]}{.metadata.name}{":"}{range @.spec.c[*]}{.n}{","}{end}{"+"}{end}',
        "p1:foo,bar,+p2:baz,+",
    ),
    (
        PODS,
        (
            '{range .items[*]}{.metadata.name}{"~"}{range @.spec.c[*]}{.n}{":"}{range @.m[*]}{@}'
            '{","}{end}{"+"}{end}{"#"}{end}'
        ),
        "p1~foo:1,2,+bar:3,+#p2~baz:4,+#",
    ),
    (
        PODS,
        (
            '{range .items[*]}{range @.spec.c[*]}{.n}{" "}{end}{"-"}{range @.spec.c[*]}{.n}{" "}'
            '{end}{"\\n"}{end}'
        ),
        "foo bar -foo bar \nbaz -baz \n",
    ),
    (FOUR, "{.c[0:0].n}", ""),
    (FOUR, "{.c[0:-1].n}", "c0 c1 c2"),
    (FOUR, "{.c[-1:].n}", "c3"),
    (FOUR, "{.c[-2:].n}", "c2 c3"),
    (FOUR, "{.c[-4].n}", "c0"),
    (FOUR, "{.c[-4:].n}", "c0 c1 c2 c3"),
    (FOUR, "{.c[5:5].n}", ""),
    (FOUR, "{.c[-5:-5].n}", ""),
    (SIX, "{.c[0:6:].n}", "c0 c1 c2 c3 c4 c5"),
    (SIX, "{.c[0:6:1].n}", "c0 c1 c2 c3 c4 c5"),
    (SIX, "{.c[1:4:2].n}", "c1 c3"),
    (SIX, "{.c[1:4:4].n}", "c1"),
    (SIX, "{.c[0:6:5].n}", "c0 c5"),
]
LENIENT = [
    ({"items": []}, "{range .items[*]}{.metadata.name}{end}", ""),
    ({"items": []}, '{range .items[*]}{.a}{range @.c[*]}{.n}{end}{"+"}{end}', ""),
    (TURNS, "{.none}|{.none.a}", "null|"),
    (TURNS, "{range .nosuch[*]}x{end}y", "y"),
    (TURNS, "{.list[*].e[*]}", ""),  # an empty list ends the slice
    (TURNS, '{.list[?(@.m.a=="blue")].e}', "[]"),
    (TURNS, "{.nosuch[0]}|{.nosuch[*].a}", "|"),
    (TURNS, '{.a"b"}|', "|"),
    (SHOP, "{.hello}", ""),
    (SHOP, "before-{.hello}after", "before-after"),
    (COLOURED, '{.items[?(@.metadata.annotations.color=="blue")].metadata.name}', "p1 p4"),
    (
        {"items": [{"metadata": {"name": "p1"}, "status": {"phase": "Running"}}, {"selfLink": ""}]},
        '{range .items[?(.status.phase=="Running")]}{.metadata.name}{" is Running\\n"}{end}',
        "p1 is Running\n",
    ),
]
REFUSED = [
    (TURNS, "{.labels[*]}", "map[string]interface {} is not array or slice"),
    (TURNS, "{.word[0]}", "string is not array or slice"),
    (
        TURNS,
        "{.labels[?(@.x)]}",
        "map[tier:1 web:15] is not array or slice and cannot be filtered",
    ),
    (TURNS, "{.boxes[?(@.p>10)].s}", "incompatible types for comparison"),
    (TURNS, '{.boxes[?(@.new=="true")].s}', "incompatible types for comparison"),
    (TURNS, "{.boxes[?(@.new>true)].s}", "invalid type for comparison"),
    (TURNS, "{.boxes[?(@==@)].s}", "invalid type for comparison"),
    (TURNS, "{.boxes[?(@.s==S)].p}", "unrecognized identifier S"),
    (TURNS, "{.list[?(@.e[0]==3)].m}", "array index out of bounds: index 0, length 0"),
    (TURNS, "{.list[2:10].e}", "array index out of bounds: index 9, length 3"),
    (TURNS, "{end}", "not in range, nothing to end"),
    (SHOP, "{hello}", "unrecognized identifier hello"),
    (SHOP, "{.hello}", "hello is not found"),
    (SHOP, "{.Labels[0]}", "map[string]interface {} is not array or slice"),
    (SHOP, "{.Boxes[?(@.Price<>10)]}", "unrecognized filter operator <>"),
    (SHOP, "{range .Labels.*}{@}{end}{end}", "not in range, nothing to end"),
    (FOUR, "{.c[-1:0].n}", "starting index 3 is greater than ending index 0"),
    (FOUR, "{.c[3:1].n}", "starting index 3 is greater than ending index 1"),
    (FOUR, "{.c[-1:-2].n}", "starting index 3 is greater than ending index 2"),
    (FOUR, "{.c[-5].n}", "array index out of bounds: index -1, length 4"),
    (FOUR, "{.c[4].n}", "array index out of bounds: index 4, length 4"),
    (SIX, "{.c[0:6:0].n}", "step must be > 0"),
    (SIX, "{.c[0:6:-1].n}", "step must be > 0"),
    (
        COLOURED,
        '{.items[?(@.metadata.annotations.color=="blue")].kind}',
        "annotations is not found",
    ),
]


@pytest.mark.parametrize(("value", "template", "text"), VALUES)
def test_what_a_template_prints(value, template, text):
    """KC-066"""
    assert Template(template, allow_missing=False).render(value) == text


@pytest.mark.parametrize(("value", "template", "text"), LENIENT)
def test_what_is_missing_is_nothing(value, template, text):
    """KC-066"""
    assert Template(template, allow_missing=True).render(value) == text


UNREADABLE = [
    ("{.six[a]}", "invalid array index a"),
    ("{.six[ 1 ].n}", "invalid array index  1 "),
    ("{.six[1 : 3].n}", "invalid array index 1 : 3"),
    ('{.boxes[0]["s"]}', 'invalid array index "s"'),
    ("{.six[1,a]}", "invalid array index a"),
    ("{.six[0", "unterminated array"),
    ("{.a", "unclosed action"),
    ("{.six[*].n,word}", "unrecognized character in action: U+002C ','"),
    ('{.boxes[?(@.s=~"x")]}', "unrecognized character in action: U+007E '~'"),
    ("{.boxes[?(@.s==)]}", "unrecognized character in action: U+003D '='"),
    ("{.boxes[?(@.s)].p", "unclosed action"),
    ("{.boxes[?(@.s]}", "unterminated filter"),
    ("{....a}", "invalid multiple recursive descent"),
    ("{1.2.3}", "cannot parse number 1.2.3"),
    ('{"a}', "unterminated quoted string"),
]


@pytest.mark.parametrize(("template", "why"), UNREADABLE)
def test_what_can_not_be_read(template, why):
    """KC-066"""
    with pytest.raises(JsonPathError) as refused:
        Template(template)
    assert str(refused.value) == f"error parsing jsonpath {template}, {why}"


@pytest.mark.parametrize(("value", "template", "why"), REFUSED)
def test_what_a_template_is_refused_with(value, template, why):
    """KC-066"""
    with pytest.raises(JsonPathError) as refused:
        Template(template, allow_missing=False).render(value)
    assert str(refused.value) == why
