from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions
from accounts.forms import TokenForm
from accounts.models import APIToken, User
from accounts.tokens import issue_token, revoke_token
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from tenants.models import Tenant


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the user's own API tokens; make one, and show its secret this once."""
    user, tenant = member(request)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = issue_token(user, now=timezone.now(), **form.cleaned_data)
        return render(request, "accounts/token_created.html", {"token": token, "secret": secret.reveal()})
    mine = APIToken.objects.filter(tenant=tenant, user=user)
    return render(request, "accounts/tokens.html", {"tokens": mine, "form": form, "now": timezone.now()})


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    user, tenant = member(request)
    revoke_token(tenant, token_id, of=user)
    return redirect("accounts:tokens")


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    sessions.end_one(_who(request), session_id)
    return redirect("usersessions_list")


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out here as well: for whoever thinks that somebody else is at it."""
    sessions.end_all([_who(request).pk])
    return redirect("account_login")


def _who(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user


def member(request: HttpRequest) -> tuple[User, Tenant]:
    """Whoever is signed in, and their tenant. Raises a Refusal (403) for an operator, who has none."""
    user = request.user
    if not isinstance(user, User) or user.tenant is None:
        raise Refusal("not_a_member", "Operators have no such thing: they belong to no tenant.", status=403)
    return user, user.tenant
