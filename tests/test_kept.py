"""Parts of pages that are kept: they depend on what they are given, and on nothing else."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import mark_safe

from k8slab import kept

PARTS = {
    "name.html": "<b>{{ who }}</b>{{ request }}{{ other }}",
    "form.html": "<i>{{ csrf_token }}</i><i>{{ csrf_token }}</i>",
    "word.html": "{% load i18n %}{% translate 'Close' %}",
}


@pytest.fixture(autouse=True)
def parts(settings):
    loaders = [("django.template.loaders.locmem.Loader", PARTS)]
    cached = [("django.template.loaders.cached.Loader", loaders)]
    (engine,) = settings.TEMPLATES
    options = {**engine["OPTIONS"], "loaders": cached}
    settings.TEMPLATES = [{**engine, "DIRS": [], "OPTIONS": options}]
    kept._rendered.cache_clear()


def shown(tag, **context):
    return Template(f"{{% load kept %}}{{% kept {tag} %}}").render(Context(context))


def test_it_is_rendered_once_for_all_who_come_with_the_same():
    assert shown('"name.html" who=who', who="web") == "<b>web</b>"
    assert shown('"name.html" who=who', who="web") == "<b>web</b>"
    assert shown('"name.html" who=who', who="api") == "<b>api</b>"
    assert (kept._rendered.cache_info().hits, kept._rendered.cache_info().misses) == (1, 2)


def test_it_sees_nothing_but_what_it_is_given():
    assert shown('"name.html" who=who', who="web", request="mine", other="x") == "<b>web</b>"


def test_what_is_safe_is_not_what_only_looks_like_it():
    assert shown('"name.html" who=it', it=mark_safe("<u>")) == "<b><u></b>"
    assert shown('"name.html" who=it', it="<u>") == "<b>&lt;u&gt;</b>"


def test_each_page_has_its_own_token_in_it():
    assert shown('"form.html"', csrf_token="mine") == "<i>mine</i><i>mine</i>"
    assert shown('"form.html"', csrf_token="yours") == "<i>yours</i><i>yours</i>"
    assert kept._rendered.cache_info().misses == 1


def test_each_language_has_its_own():
    assert shown('"word.html"') == "Close"
    with translation.override("ru"):
        assert shown('"word.html"') == "Закрыть"


def test_what_can_change_under_it_is_refused():
    with pytest.raises(TypeError, match="unhashable"):
        shown('"name.html" who=them', them=["a"])
    with pytest.raises(TemplateSyntaxError):
        shown("")
