"""Go templates: what they print, how they fail, and that they end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8slab.kubectl.printers.gotemplate import Template, TemplateError

POD = {
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web", "tier": "front"}, "annotations": None},
    "spec": {"containers": [{"name": "a", "ports": [80, 443]}, {"name": "b"}], "replicas": 3},
    "data": {"password": "czNjcjN0"},
    "ready": True,
    "share": 0.5,
}


@pytest.mark.parametrize(
    ("template", "out"),
    [
        ("{{.metadata.name}}", "web"),
        ('{{- /* none */ -}} {{- "x" -}} y', "xy"),
        ('{{urlquery "a b"}} {{js "<a>"}}', "a+b \\u003Ca\\u003E"),
        ("{{range .spec.containers}}{{break}}x{{end}}", ""),
        ('{{.spec.replicas | printf "%d"}}', "3"),
        ("{{.data.password | base64decode}}", "s3cr3t"),
        ('{{range .spec.containers}}{{.name}}{{"\\n"}}{{end}}', "a\nb\n"),
        ("{{range $i, $c := .spec.containers}}{{$i}}={{$c.name}} {{end}}", "0=a 1=b "),
        ("{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}},{{end}}", "app:web,tier:front,"),
        ("{{range .nothing}}x{{else}}none{{end}}", "none"),
        ("{{if .ready}}yes{{else}}no{{end}}", "yes"),
        ('{{if eq .kind "Node"}}n{{else if eq .kind "Pod"}}p{{else}}?{{end}}', "p"),
        ("{{if and .ready (gt .spec.replicas 2)}}many{{end}}", "many"),
        ("{{if or .nothing (not .ready)}}a{{else}}b{{end}}", "b"),
        ("{{with .metadata}}{{.name}} {{$.kind}}{{end}}", "web Pod"),
        (
            "{{$n := .metadata.name}}{{range .spec.containers}}{{$n}}/{{.name}} {{end}}",
            "web/a web/b ",
        ),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        ('{{index .spec.containers 1 "name"}}', "b"),
        ("{{(index .spec.containers 0).name}}", "a"),
        ("{{len .spec.containers}} {{len .metadata.name}}", "2 3"),
        ("{{.nothing}}", "<no value>"),
        ("{{.metadata.labels}}", "map[app:web tier:front]"),
        ("{{range .spec.containers}}{{.ports}}{{end}}", "[80 443]<no value>"),
        ("a {{- 1 -}} b", "a1b"),
        ("{{/* a remark */}}x", "x"),
        ('{{printf "%-5s|%5s|%05d|%q|%v|%%" "a" "b" 7 "c" true}}', 'a    |    b|00007|"c"|true|%'),
        ('{{print 1 2 "a" 3}}', "1 2a3"),
        ('{{exists . "metadata" "name"}} {{exists . "spec" "x"}}', "true false"),
        ('{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}', "b"),
        ('{{.share}} {{printf "%.1f" .share}}', "0.5 0.5"),
        ("{{slice .metadata.name 1 3}}", "eb"),
        ("{{ne 1 2}} {{le 2 2}} {{ge 1 2}}", "true true false"),
        ('{{`raw "text"`}}', 'raw "text"'),
    ],
)
def test_prints(template, out):
    """KC-068's neighbour: -o go-template."""
    assert Template(template).render(POD) == out


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{.spec", "template: output:1: unclosed action"),
        ("{{if .x}}", "template: output:1: unexpected EOF"),
        ("{{end}}", "template: output:1: unexpected {{end}}"),
        ("{{nosuch .x}}", 'template: output:1: function "nosuch" not defined'),
        ("{{}}", "template: output:1: missing value for command"),
        ("{{.a | }}", "missing value for command"),
        ('{{define "x"}}{{end}}', "{{define}} is not read here"),
        ("{{$x}}", 'undefined variable "$x"'),
        ("{{.metadata.name.x}}", "can't evaluate field x in type string"),
        ("{{.nothing.x}}", "nil pointer evaluating interface {}.x"),
        ("{{index .spec.containers 7}}", "error calling index: index out of range: 7"),
        ("{{range .kind}}{{end}}", "range can't iterate over Pod"),
        ("{{len .ready}}", "error calling len: len of type bool"),
        ('{{lt 1 "a"}}', "incompatible types for comparison"),
        ("{{eq .spec.replicas 3.0}}", "error calling eq: incompatible types for comparison"),
        ("{{break}}", "template: output:1: {{break}} outside {{range}}"),
        ("{{range .spec.containers}}{{end}}{{continue}}", "{{continue}} outside {{range}}"),
        ("{{len}}", "wrong number of args for len"),
        ("{{.kind .spec}}", "can't give argument to non-function .kind"),
    ],
)
def test_fails_in_gos_words(template, says):
    with pytest.raises(TemplateError) as failed:
        Template(template).render(POD)
    assert says in str(failed.value)


def test_what_is_missing_may_be_an_error():
    assert Template("{{.nosuch}}").render(POD) == "<no value>"
    with pytest.raises(TemplateError, match=r'at <.nosuch>: map has no entry for key "nosuch"'):
        Template("{{.nosuch}}", allow_missing=False).render(POD)


@pytest.mark.parametrize(
    "template",
    [
        "{{range $a := .}}" * 60 + "{{end}}" * 60,
        "{{range 100000000}}{{range 100000000}}x{{end}}{{end}}",
        "{{" + "(" * 500 + "1" + ")" * 500 + "}}",
        '{{printf "%999d%999d" 1 2}}' * 2000,
    ],
)
def test_what_would_run_for_ever_ends(template):
    try:
        assert len(Template(template).render(POD)) <= 1 << 22
    except TemplateError as failed:
        assert str(failed)


@given(st.text('{}.$|()"`= abcdeifrngwthlse1-\n', max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_renders_or_is_refused(text):
    try:
        Template(text).render(POD)
    except TemplateError as failed:
        assert str(failed)
