"""allauth's hooks: each makes one call to our services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.utils import timezone

from accounts import provider_logins, services
from accounts.browser.saml_logout import farewell
from accounts.logins import begin_login, is_fresh
from accounts.models import User
from accounts.names import normal_username
from accounts.passwords import check_may_have_password
from tenants.models import Signup
from tenants.refusal import Secret
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

# Seconds for which an operator stays signed in; a tenant sets its own time.
_OPERATOR_LOGIN = 43_200
# Ours in the place of allauth's.
_STAGES = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.AddressStage"}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        tenant = current_tenant()
        return tenant is not None and tenant.signup != Signup.CLOSED and tenant.local_passwords

    def new_user(self, request: HttpRequest) -> User:
        tenant = current_tenant()
        waits = tenant is not None and tenant.signup == Signup.APPROVAL
        return User(tenant=tenant, is_active=not waits, awaits_approval=waits)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        cleaned: str = super().clean_username(normal_username(username), shallow)
        return cleaned

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed sign-ins by the account, as we spell it; the cache keeps the tenants apart.

        allauth's own key holds the Host header, whose port a client chooses, and tells the spellings of a name apart.
        """
        return normal_username(credentials.get("email") or credentials.get("username") or "")

    def save_user(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        form: BaseForm,
        commit: bool = True,
    ) -> AbstractBaseUser:
        data: dict[str, Any] = form.cleaned_data
        newcomer: User = user  # type: ignore[assignment]
        newcomer.username, newcomer.email = data["username"], data["email"]
        return services.enrol(newcomer, password=Secret(data["password1"]))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        owner: User = user  # type: ignore[assignment]
        check_may_have_password(owner)
        services.set_password(owner, Secret(password))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        with services.addresses_change(email_address.user):
            confirmed: bool = super().confirm_email(request, email_address)
        return confirmed

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **hints: Any) -> HttpResponse | None:
        """Ask whoever has just signed up for a proof of the address first, be there somebody to approve of them or not.

        What follows must be the same as for an address that somebody has already: it would tell strangers who is here.
        """
        if hints["signup"]:
            return None
        answer: HttpResponse | None = super().pre_login(request, user, **hints)
        return answer

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        return [_STAGES.get(stage, stage) for stage in stages]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        by_provider = _came_by_provider(request, user)
        super().login(request, user)
        tenant = current_tenant()
        seconds = tenant.login_seconds if tenant else _OPERATOR_LOGIN
        begin_login(request.session, seconds=seconds, now=timezone.now(), by_provider=by_provider)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in is not asked for the same proof again."""
        asked: bool = super().is_reauthentication_required(app=app, **kwargs)
        return asked and not is_fresh(context.request.session, now=timezone.now())

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> HttpResponse:
        """The session stands on the user's list once this is done."""
        response: HttpResponse = super().post_login(request, user, **rest)
        provider_logins.note(request)
        return response

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the provider somebody came from, where it wants to know that they sign out."""
        return farewell(request) or super().get_logout_redirect_url(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send an admin without a chat to the admin pages, everybody else to where they wanted to go."""
        user = request.user
        return "/admin/" if isinstance(user, User) and user.is_operator else super().get_login_redirect_url(request)


def _came_by_provider(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Read allauth's record of this sign-in: what came before a second factor, last of all."""
    methods = [one["method"] for one in get_authentication_records(request, user) if one["method"] != "mfa"]
    return methods[-1:] == ["socialaccount"]
