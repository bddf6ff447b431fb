"""An account is a choice: it carries a visitor's progress to another browser. So is leaving."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from .data import adopt, exported, renew
from .guesses import Guesses
from .models import Visitor
from .visitors import become_visitor, remember_visitor, visitor_of

guesses = Guesses()
TOO_MANY = gettext_lazy("Too many wrong passwords. Wait a minute.")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and what can be done about it."""
    return _page(request)


@require_POST
@sensitive_post_parameters()
def sign_up(request: HttpRequest) -> HttpResponse:
    """Give this visitor a name and a password; all that they did so far is in the account.

    The visitor's id is a new one: whoever knows the old one's cookie does not come along.
    """
    if _signed_in(request):
        return redirect("account")
    form = UserCreationForm(request.POST)
    if not form.is_valid():
        return _page(request, status=400, sign_up=form)
    visitor = become_visitor(request)
    visitor.account = form.save()
    visitor.save(update_fields=["account"])
    _enter(request, renew(visitor))
    return redirect("account")


@require_POST
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become the account's visitor; what was done in this browser before is moved there."""
    who = request.META.get("REMOTE_ADDR", "")
    form = AuthenticationForm(request, request.POST)
    if guesses.blocked(who):
        form.errors.clear()
        return _page(request, status=429, sign_in=form, refusal=TOO_MANY)
    if not form.is_valid():
        guesses.wrong(who)
        return _page(request, status=400, sign_in=form)
    here = visitor_of(request)
    visitor, _ = Visitor.objects.get_or_create(account=form.get_user())
    if here is not None and here.account_id is None:
        adopt(visitor, here)
    _enter(request, visitor)
    return redirect("account")


@require_POST
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the account's password, by the old one; every other browser is signed out."""
    visitor = visitor_of(request)
    if visitor is None or visitor.account is None:
        return redirect("account")
    who = request.META.get("REMOTE_ADDR", "")
    form = PasswordChangeForm(visitor.account, request.POST)
    if guesses.blocked(who):
        form.errors.clear()
        return _page(request, status=429, password=form, refusal=TOO_MANY)
    if not form.is_valid():
        if form.has_error("old_password"):
            guesses.wrong(who)
        return _page(request, status=400, password=form)
    form.save()
    _enter(request, renew(visitor))
    return redirect(f"{reverse('account')}?changed")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """This browser forgets who it was; the account keeps everything."""
    logout(request)
    return redirect("account")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All that is kept of the visitor, as a file."""
    visitor = visitor_of(request)
    response = JsonResponse(exported(visitor) if visitor else {}, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = 'attachment; filename="k8slab.json"'
    return response


@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the visitor, the account, and all that hangs on them, for good."""
    visitor = visitor_of(request)
    if request.POST.get("sure") != "yes":
        return _page(request, status=400, unsure=True)
    if visitor is not None:
        User.objects.filter(pk=visitor.account_id).delete()
        Visitor.objects.filter(pk=visitor.pk).delete()
    logout(request)
    return redirect("account")


def _enter(request: HttpRequest, visitor: Visitor) -> None:
    login(request, visitor.account, backend="django.contrib.auth.backends.ModelBackend")
    remember_visitor(request, visitor)


def _signed_in(request: HttpRequest) -> bool:
    visitor = visitor_of(request)
    return visitor is not None and visitor.account_id is not None


def _page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    visitor = visitor_of(request)
    account = visitor.account if visitor else None
    context = {
        "visitor": visitor,
        "account": account,
        "password": PasswordChangeForm(account) if account else None,
        "changed": "changed" in request.GET,
        "sign_up": UserCreationForm(),
        "sign_in": AuthenticationForm(request),
        **context,
    }
    return render(request, "accounts/account.html", context, status=status)
