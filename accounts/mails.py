"""What allauth changes on its own pages about e-mail addresses is a change of the user, and told as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_changed
from django.dispatch import receiver

from accounts import services

if TYPE_CHECKING:
    from accounts.models import User


@receiver(email_changed)
def note_email(user: User, **_: Any) -> None:
    services.note_email(user)
