"""Where allauth looks over all users, it is made to look over the open scope's only.

allauth finds users through the user model's default manager, which is scoped, and e-mail addresses through a manager
of its own, which is not and can't be swapped. Its rule that a verified address exists once is moved from the whole
table to each tenant by migration 0002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.managers import EmailAddressManager

from tenants.scope import narrowed

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.db.models import QuerySet

_every_address = EmailAddressManager.get_queryset


def scope_email_addresses() -> None:
    EmailAddressManager.get_queryset = _scoped_addresses


def _scoped_addresses(manager: EmailAddressManager) -> QuerySet[EmailAddress]:
    return narrowed(_every_address(manager), path="user__tenant")
