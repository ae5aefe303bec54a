"""A user name and a password, for apps that know no better, where the tenant lets them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate

from accounts.factors import has_factor, is_demanded_of
from accounts.models import User
from accounts.proofs.proof import Presented, Proof
from accounts.stages import owes_proof
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

KIND = "password"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe what the sign-in page would believe, of people who need no second factor beside it."""
    tenant = unverified.tenant
    if not tenant.password_proofs:
        sentence = "Passwords are not taken here. Send an API token, or sign in with a browser."
        raise Refusal("password_proofs_off", sentence, status=403)
    user = authenticate(None, username=unverified.username, password=_password(unverified))
    if not isinstance(user, User) or user.tenant != tenant:
        raise Refusal("wrong_password", "User name or password is wrong.", status=401)
    if has_factor(user) or is_demanded_of(user):
        sentence = "A password is not enough for you: you have a second factor, or need one. Sign in with a browser."
        raise Refusal("second_factor_required", sentence, status=403)
    if owes_proof(user):
        sentence = "Confirm your e-mail address first: sign in with a browser, and you are sent a link."
        raise Refusal("address_unconfirmed", sentence, status=403)
    ends_at = now + timedelta(seconds=tenant.login_seconds)
    return Proof(KIND, tenant.pk, user.pk, ends_at, reference="")


def _password(unverified: Presented) -> str:
    return unverified.value.reveal() if unverified.value else ""
