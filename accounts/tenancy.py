"""Where allauth looks over all users, it is made to look over the open scope's only.

allauth finds users through the user model's default manager, which is scoped; e-mail addresses through a manager of its
own, which is not and can't be swapped; OAuth clients and their tokens through managers that can. Its rule that a
verified address exists once is moved from the whole table to each tenant by migration 0002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.managers import EmailAddressManager
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.models import Client, Token

from tenants.scope import narrowed

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.db.models import Manager, Model, QuerySet

_every_address = EmailAddressManager.get_queryset


def scope_email_addresses() -> None:
    EmailAddressManager.get_queryset = _scoped_addresses


def _scoped_addresses(manager: EmailAddressManager) -> QuerySet[EmailAddress]:
    return narrowed(_every_address(manager), path="user__tenant")


def scope_oauth() -> None:
    """A client, and with it each of its tokens, belongs to the tenant that registered it."""
    _scope_rows(Client, path="registration__tenant")
    _scope_rows(Token, path="client__registration__tenant")


def scope_consent() -> None:
    """What somebody allowed one client is no consent for another one, which asks silently (prompt=none)."""
    OAuthLibRequestValidator.validate_silent_authorization = _has_consented


def _has_consented(_validator: OAuthLibRequestValidator, request: Any) -> bool:
    if request.client.skip_consent:
        return True
    given = Token.objects.valid().filter(user=request.user, client=request.client)
    allowed = {scope for token in given for scope in token.get_scopes()}
    return set(request.scopes) <= allowed


def _scope_rows(model: type[Model], *, path: str) -> None:
    kind: type[Manager[Any]] = type(model._default_manager)  # noqa: SLF001 - documented for code like this

    class Scoped(kind):  # type: ignore[valid-type, misc]
        def get_queryset(self) -> QuerySet[Any]:
            return narrowed(super().get_queryset(), path=path)

    model._meta.local_managers.clear()  # noqa: SLF001 - Django has no other way to put one manager for another
    model.add_to_class("objects", Scoped())
