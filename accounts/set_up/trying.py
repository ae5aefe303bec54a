"""The test of a provider, as its admin makes it: somebody is looked up, or signs in there, and it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts import ldap, trials
from accounts.browser.errands import Purpose
from accounts.browser.views import leave
from accounts.kinds.ldap import directory, may_enter, said
from accounts.set_up.directory import TryForm
from tenants.refusal import Refusal, Secret
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.kinds.ldap import Entry
    from accounts.models import IdentityProvider

_NOT_LET_IN = "They would be refused: the account is disabled, or not in the group that is demanded."
_NOBODY = "The directory answers, but knows nobody by this name and password. Look at base and filter."
_ELSEWHERE = "Try it at the tenant's own host: that is where the provider leads people back to."


def try_directory(request: HttpRequest, provider: IdentityProvider) -> dict[str, Any]:
    """What the directory says about the name that was entered, and the form to enter one."""
    form = TryForm(request.POST or None)
    return {"form": form, **(_look_up(provider, form.cleaned_data) if form.is_valid() else {})}


def try_by_browser(request: HttpRequest, provider: IdentityProvider) -> dict[str, Any] | HttpResponse:
    """What the provider said when this browser came back from it, or the way there."""
    if current_tenant() is None:
        return {"trouble": _ELSEWHERE}
    if request.method != "POST":
        return trials.kept(request.session, provider)
    try:
        return leave(request, provider, Purpose.TEST)
    except Refusal as refusal:
        return trials.failed(refusal)


def _look_up(provider: IdentityProvider, entered: dict[str, str]) -> dict[str, Any]:
    settings = directory(provider)
    try:
        found = _ask(provider, entered["username"], Secret(entered["password"]))
    except Refusal as refusal:
        return trials.failed(refusal)
    if found is None:
        return {"trouble": _NOBODY}
    refused = "" if may_enter(settings, found) else _NOT_LET_IN
    return trials.passed(provider, said(found), now=timezone.now(), refused=refused)


def _ask(provider: IdentityProvider, username: str, password: Secret) -> Entry | None:
    settings = directory(provider)
    if password.reveal() or settings.user_dn:
        return ldap.sign_in(settings, username, password)
    return ldap.look_up(settings, username)
