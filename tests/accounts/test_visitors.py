"""A visitor is a signed cookie, and a row only once there is something to own (PX-010)."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory, override_settings

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, visitor_of

pytestmark = pytest.mark.django_db


def request(cookie=None):
    made = RequestFactory().get("/")
    made.session = SessionStore(cookie)
    return made


def saved(made):
    made.session.save()
    return made.session.session_key


def test_who_only_reads_is_nobody():
    assert visitor_of(request()) is None
    assert Visitor.objects.count() == 0


def test_a_visitor_is_known_again_by_the_cookie():
    first = request()
    visitor = become_visitor(first)
    assert become_visitor(first) == visitor
    assert visitor_of(request(saved(first))) == visitor


def test_a_forged_or_foreign_cookie_is_nobody():
    first = request()
    become_visitor(first)
    assert visitor_of(request(saved(first)[:-2] + "xx")) is None


def test_a_deleted_visitor_is_nobody():
    first = request()
    become_visitor(first).delete()
    assert visitor_of(request(saved(first))) is None


def test_the_key_rotates_without_losing_anybody():
    first = request()
    visitor = become_visitor(first)
    with override_settings(SECRET_KEY="old", SECRET_KEY_FALLBACKS=[]):
        cookie = saved(first)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert visitor_of(request(cookie)) == visitor
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert visitor_of(request(cookie)) is None
