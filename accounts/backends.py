from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from accounts import arrivals, kinds, ldap
from accounts.kinds.ldap import directory, said
from accounts.models import ProviderKind
from accounts.passwords import may_use_password
from accounts.providers import ways_in
from tenants.refusal import Secret
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import IdentityProvider, User


class TenantBackend(AuthenticationBackend):
    """allauth's password check. It looks users up by scoped managers, for sign-in as for each request's session.

    A password is hashed once whoever it is said to be of, and everybody who does not get in hears the same; but for
    who waits for an admin's approval, and has shown by the password that they may know.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: str) -> User | None:  # noqa: ARG002 - allauth's
        """Look for one user, by the address or else by the name, so that one password is checked at most."""
        name, password = credentials.get("email") or credentials.get("username") or "", credentials.get("password", "")
        by_address = filter_users_by_email(name, prefer_verified=True, for_login=True) if "@" in name else []
        return self._check_password(next(iter(by_address), None) or get_user_by_username(name), password)

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is None:
            return None
        self._did_check_password = True
        if not user.check_password(password) or not may_use_password(user):
            return None
        if user.awaits_approval:
            self._stash_user(user)
        return user if user.is_active else None


class DirectoryBackend(ModelBackend):
    """The tenant's directories, in the order of its ways in, for whoever has no password of the portal's own."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
    ) -> User | None:
        """Return the user whom a directory knows under this name and password.

        Raises a Refusal when a directory can't be asked, or when its user may not come in here.
        """
        tenant, name = current_tenant(), username or email
        if tenant is None or not name or not password:
            return None
        directories = [way for way in ways_in(tenant) if way.kind == ProviderKind.LDAP]
        found = (_sign_in(provider, name, Secret(password)) for provider in directories)
        return next((user for user in found if user), None)


def _sign_in(provider: IdentityProvider, name: str, password: Secret) -> User | None:
    entry = ldap.sign_in(directory(provider), name, password)
    if entry is None:
        return None
    return arrivals.welcome(provider, kinds.claims_of(provider, said(entry)), now=timezone.now())
