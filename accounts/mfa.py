"""allauth's hooks for second factors: their secrets are encrypted, and the house has its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver

from audit.log import record
from audit.names import EventName
from tenants.encryption import decrypt, encrypt
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from typing import Any

    from django.contrib.auth.base_user import AbstractBaseUser

    from accounts.models import User

# Where the secrets are kept: table and column.
CONTEXT = "mfa_authenticator.data"


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encrypt(text, context=CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Undecipherable."""
        return decrypt(encrypted_text, context=CONTEXT)

    def get_totp_issuer(self) -> str:
        return _house_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey is bound to the host it was made at (WebAuthn Level 2, 5.1.2), and so to its tenant."""
        return {"id": context.request.get_host().partition(":")[0], "name": _house_name()}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"


def _house_name() -> str:
    tenant = current_tenant()
    return tenant.name if tenant else "Operator of the chat portal"


@receiver([authenticator_added, authenticator_reset])
def note_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    record(EventName.FACTOR_ADDED, tenant_id=user.tenant_id, subject_id=user.pk, kind=authenticator.type)


@receiver(authenticator_removed)
def note_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    record(EventName.FACTOR_REMOVED, tenant_id=user.tenant_id, subject_id=user.pk, kind=authenticator.type)
