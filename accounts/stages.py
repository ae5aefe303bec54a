"""What stands between a right password and the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage

from accounts.models import Identity

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import User


class AddressStage(EmailVerificationStage):
    """allauth's demand that an e-mail address be proved, of those only who said themselves that it is theirs."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user  # Nobody, where allauth only pretends, so as not to tell that an address is known.
        if user is not None and not owes_proof(user):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


def owes_proof(user: User) -> bool:
    """Tell whether nobody but the user has vouched for any of their addresses: no admin, no provider, no mail."""
    verified = EmailAddress.objects.filter(user=user).values_list("verified", flat=True)
    if not verified or any(verified):
        return False
    return not Identity.objects.filter(tenant=user.tenant, user=user).exists()
