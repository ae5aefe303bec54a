from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend


class TenantBackend(AuthenticationBackend):
    """allauth's password check. It looks users up by scoped managers, for sign-in as for each request's session."""
