"""``{% kept "parts/header.html" here=name %}``: a part of a page, rendered once for all who see it.

The template is given the named values and nothing else, neither the request nor the rest of the
context. So it can depend on them and the language alone, and whoever comes with the same gets the
same text. The token of its forms is put in anew each time. The values must be hashable.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from secrets import token_hex

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST = 4000
"""Parts that are kept, of some 3 KB each."""
_TOKEN = token_hex(32)
"""Where the forms' token goes: nobody can have written this."""

register = template.Library()


@register.simple_tag(takes_context=True)
def kept(context: template.Context, name: str, **values: Hashable) -> SafeString:
    """The template with these values."""
    compiled = context.template.engine.get_template(name)
    parts = _rendered(compiled, get_language(), tuple(values), *values.values())
    whole = parts[0] if len(parts) == 1 else str(context.get("csrf_token", "")).join(parts)
    return mark_safe(whole)


@lru_cache(maxsize=MOST, typed=True)
def _rendered(
    compiled: template.Template, language: str | None, names: tuple[str, ...], *values: Hashable
) -> list[str]:
    """What stands between the places of the token."""
    context = dict(zip(names, values, strict=True))
    text = compiled.render(template.Context({**context, "csrf_token": _TOKEN}))
    return text.split(_TOKEN)
