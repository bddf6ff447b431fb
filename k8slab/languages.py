"""The languages of the interface: what the pages' scripts say, and which one a socket speaks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog


@require_safe
@cache_control(public=True, max_age=settings.WHITENOISE_MAX_AGE)
def words(request: HttpRequest, language: str) -> HttpResponse:
    """The scripts' texts in a language: a script that comes before them. English needs none."""
    if language not in dict(settings.LANGUAGES):
        raise Http404("no such language")
    with translation.override(language):
        response: HttpResponse = JavaScriptCatalog.as_view()(request)
        return response


def language_of_scope(scope: dict[str, Any]) -> str:
    """The language of the page that opened a websocket, by the rule of LocaleMiddleware."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return translation.get_language_from_request(request)
