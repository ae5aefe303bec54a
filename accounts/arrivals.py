"""Who comes in by a provider becomes a user of ours: known by (tenant, provider, subject), never by e-mail.

The only writer of identities and used proofs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import services
from accounts.claims import Claims
from accounts.models import Identity, SCIMUser, UsedProof, User
from accounts.names import normal_display_name
from accounts.usernames import free_username
from audit.log import record
from audit.names import EventName
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import IdentityProvider
    from tenants.models import Tenant

_EMAIL_MAX = 254  # characters (RFC 5321, section 4.5.3.1.3)


def welcome(provider: IdentityProvider, claims: Claims, *, now: datetime) -> User:
    """Return the active user somebody is, made or brought up to date as the provider's rules say.

    Raises a Refusal for whoever may not come in: 403 for a stranger where nobody is made a user, for a disabled user,
    and for a newcomer whose e-mail address belongs to a user already (both must then be proved, see link()).
    """
    identity = _find(provider, claims)
    user = identity.user if identity else _make_user(provider, claims)
    if not user.is_active:
        raise Refusal("account_disabled", "This account is disabled or waits for an admin's approval.", status=403)
    if identity:
        _touch(identity, now=now)
        user = _follow(provider, user, claims)
    return user


def foretell(provider: IdentityProvider, claims: Claims, *, role: str = "") -> str:
    """What would become of somebody who comes in so, in one sentence; nothing is written.

    A new user has the provider's role, unless whoever lets them in says which.
    """
    identity = _find(provider, claims)
    if identity:
        return f"They are the user {identity.user.username}{'' if identity.user.is_active else ', who is disabled'}."
    if not provider.creates_users:
        return "They would be refused: people who are no users yet are not let in."
    email = _address(claims)
    if email and not services.address_is_free(provider.tenant, email, but_for=None):
        return f"They would be refused: another user has the e-mail address {email}."
    username = _free_username(provider.tenant, claims)
    return f"They would become the new user {username}, as {role or provider.default_role}."


@transaction.atomic(durable=True)
def link(user: User, provider: IdentityProvider, claims: Claims) -> Identity:
    """Tie somebody's account at a provider to the user who is signed in. Raises a Refusal when it is another's."""
    identity = _find(provider, claims)
    if user.tenant != provider.tenant or (identity and identity.user_id != user.pk):
        raise _taken()
    try:
        with transaction.atomic():
            return identity or _tie(user, provider, claims)
    except IntegrityError as error:
        raise _taken() from error


@transaction.atomic
def follow_subject(user: User, provider: IdentityProvider, *, before: str, subject: str) -> None:
    """Let a provider know a user as `subject`, no more as `before`, in the caller's transaction.

    Raises a Refusal (409) when it knows another user so.
    """
    claims = Claims(subject)
    identity = _find(provider, claims) if subject else None
    if identity is not None and identity.user_id != user.pk:
        raise _taken()
    if identity is None and subject:
        _tie(user, provider, claims)
    if before:
        Identity.objects.filter(tenant=user.tenant, provider=provider, user=user, subject=before).delete()


@transaction.atomic(durable=True)
def unlink(user: User, identity_id: Any) -> None:
    """Untie an account. Raises a Refusal (409) when the user could not come in any more."""
    mine = Identity.objects.filter(tenant=user.tenant, user=user)
    identity = mine.filter(pk=identity_id).first()
    if identity is None:
        raise Refusal("unknown_identity", "There is no such sign-in method.", status=404)
    if not user.has_usable_password() and mine.count() == 1:
        raise Refusal("last_way_in", "This is your only way in. Set a password first.", status=409)
    identity.delete()
    record(
        EventName.IDENTITY_UNLINKED, tenant_id=user.tenant_id, subject_id=user.pk, provider=str(identity.provider_id)
    )


@transaction.atomic(durable=True)
def use_once(provider: IdentityProvider, proof_id: str, *, expires_at: datetime) -> None:
    """Note that a one-time proof was used. Raises a Refusal (401) when it was used before."""
    digest = hashlib.sha256(proof_id.encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedProof.objects.create(tenant=provider.tenant, provider=provider, digest=digest, expires_at=expires_at)
    except IntegrityError as error:
        raise Refusal("proof_replayed", "This sign-in was used already. Start again.", status=401) from error


def forget_used_proofs(*, now: datetime) -> None:
    """Delete the ids of proofs that have expired, which nobody can use again anyway."""
    UsedProof.objects.filter(expires_at__lt=now).delete()


def _find(provider: IdentityProvider, claims: Claims) -> Identity | None:
    identities = Identity.objects.filter(tenant=provider.tenant, provider=provider, subject=claims.subject)
    return identities.select_related("user").first()


def _make_user(provider: IdentityProvider, claims: Claims) -> User:
    """Make a newcomer a user; of two first sign-ins at the same moment the later one finds what the other made."""
    try:
        return _newcomer(provider, claims)
    except (Refusal, ValidationError, IntegrityError) as error:
        meanwhile = _find(provider, claims)
        if meanwhile is not None:
            return meanwhile.user
        if isinstance(error, Refusal):
            raise
        sentence = "Your user name or e-mail address was taken a moment ago. Try again."
        raise Refusal("taken_meanwhile", sentence, status=409) from error


@transaction.atomic(durable=True)
def _newcomer(provider: IdentityProvider, claims: Claims) -> User:
    if not provider.creates_users:
        sentence = "You have no account here yet. Ask your admin for one."
        raise Refusal("no_account", sentence, status=403)
    email = _address(claims)
    if email and not services.address_is_free(provider.tenant, email, but_for=None):
        sentence = "A user with your e-mail address exists. Sign in as that user, then link this account to it."
        raise Refusal("email_taken", sentence, status=403)
    user = User(tenant=provider.tenant, email=email, display_name=claims.display_name, groups=list(claims.groups))
    user.role, user.username = provider.default_role, _free_username(provider.tenant, claims)
    services.enrol(user, password=None)
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=claims.email_verified, primary=True)
    _tie(user, provider, claims)
    return user


def _tie(user: User, provider: IdentityProvider, claims: Claims) -> Identity:
    identity = Identity(tenant=provider.tenant, provider=provider, subject=claims.subject, user=user)
    identity.save(force_insert=True)
    record(EventName.IDENTITY_LINKED, tenant_id=provider.tenant_id, subject_id=user.pk, provider=str(provider.pk))
    return identity


@transaction.atomic(durable=True)
def _touch(identity: Identity, *, now: datetime) -> None:
    Identity.objects.filter(tenant=identity.tenant, pk=identity.pk).update(last_used_at=now)


def _follow(provider: IdentityProvider, user: User, claims: Claims) -> User:
    """Bring names and groups up to date; the e-mail address and user name stay as they are.

    Of whom a directory keeps by SCIM, it alone says what they are called and in which groups they are.
    """
    if SCIMUser.objects.filter(tenant=user.tenant, user=user, gone_at=None).exists():
        return user
    told = {
        "display_name": normal_display_name(claims.display_name) or user.display_name,
        "groups": list(claims.groups),
    }
    changes = {name: value for name, value in told.items() if getattr(user, name) != value}
    if provider.updates_users and changes:
        services.update(user, expected_version=user.version, **changes)
    return user


def _taken() -> Refusal:
    return Refusal("identity_taken", "This account is tied to another user of the portal.", status=409)


def _address(claims: Claims) -> str:
    try:
        validate_email(claims.email)
    except ValidationError:
        return ""
    return claims.email if len(claims.email) <= _EMAIL_MAX else ""


def _free_username(tenant: Tenant, claims: Claims) -> str:
    return free_username(tenant, claims.username or claims.email.partition("@")[0] or claims.subject)
