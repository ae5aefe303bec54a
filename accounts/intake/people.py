"""A page of a source's entries becomes users, a few statements for all of them. The only writer of people in bulk.

Who is known by (tenant, provider, subject) follows the source; who is new becomes a user, unless a user of this tenant
has proved that the e-mail address is theirs: nobody is taken for somebody by an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import groups, standing
from accounts.intake.entry import Tally, role_of
from accounts.models import Identity, User
from accounts.names import normal_display_name, plain_username
from accounts.telling import tell
from accounts.usernames import numbered
from audit.log import record_many
from audit.names import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.intake.entry import Entry
    from accounts.models import IdentityProvider, Source

_EMAIL_MAX = 254  # characters (RFC 5321, section 4.5.3.1.3)
_FOLLOWED = ("display_name", "groups", "role", "email")


def take_in(source: Source, entries: list[Entry], *, now: datetime) -> Tally:
    """Make users of new people, bring known ones up to date, mark who is let in no more; return what became of them."""
    provider, tally = source.provider, Tally()
    known = _known(provider, entries)
    _bring_back(provider, [entry for entry in entries if entry.is_active], known, tally)
    with transaction.atomic(durable=True):
        newcomers = [entry for entry in entries if entry.is_active and entry.claims.subject not in known]
        if provider.creates_users:
            _make(source, newcomers, tally, now=now)
        if provider.updates_users:
            _follow(source, [entry for entry in entries if entry.claims.subject in known], known, tally)
        _mark(known, entries, now=now)
    return tally


def _known(provider: IdentityProvider, entries: Iterable[Entry]) -> dict[str, Identity]:
    subjects = [entry.claims.subject for entry in entries]
    found = Identity.objects.filter(tenant=provider.tenant, provider=provider, subject__in=subjects)
    return {identity.subject: identity for identity in found.select_related("user")}


def _bring_back(provider: IdentityProvider, entries: list[Entry], known: dict[str, Identity], tally: Tally) -> None:
    """Whom the source had put out, and has again, is in again; whom an admin put out stays out."""
    back = [known[entry.claims.subject] for entry in entries if entry.claims.subject in known]
    gone = [identity for identity in back if identity.gone_at and not identity.user.is_active]
    tally.restored = standing.restore(provider.tenant, [identity.user_id for identity in gone])
    for identity in gone:
        identity.user.refresh_from_db()


def _mark(known: dict[str, Identity], entries: list[Entry], *, now: datetime) -> None:
    """Write down who was seen, and who is let in no more."""
    active = {entry.claims.subject for entry in entries if entry.is_active}
    seen = [identity.pk for subject, identity in known.items() if subject in active]
    gone = [identity.pk for subject, identity in known.items() if subject not in active]
    Identity.objects.filter(pk__in=seen).update(seen_at=now, gone_at=None)
    Identity.objects.filter(pk__in=gone).update(gone_at=now)


def _make(source: Source, entries: list[Entry], tally: Tally, *, now: datetime) -> None:
    provider, tenant = source.provider, source.tenant
    taken = _taken_addresses(source, entries)
    names = _free_usernames(source, entries)
    users, identities, addresses = [], [], []
    for entry, username in zip(entries, names, strict=True):
        email = _address(entry)
        if email in taken:
            tally.problems.append(f"{username}: another user has the e-mail address {email}.")
            continue
        user = User(tenant=tenant, username=username, email=email)
        user.set_unusable_password()
        _dress(source, user, entry)
        if _is_sound(user, tally):
            taken |= {email} if email else set()
            users.append(user)
            identities.append(_identity(provider, user, entry, now))
            addresses += [_proved(user, entry)] if email else []
    User.objects.bulk_create(users)
    groups.follow(tenant, [user for user in users if user.groups])
    EmailAddress.objects.bulk_create(addresses)
    Identity.objects.bulk_create(identities)
    made = [user.pk for user in users]
    record_many(EventName.IDENTITY_LINKED, tenant_id=tenant.pk, subject_ids=made, provider=str(provider.pk))
    tell(tenant, made, EventName.USER_REGISTERED)
    tally.made = len(made)


def _follow(source: Source, entries: list[Entry], known: dict[str, Identity], tally: Tally) -> None:
    """Bring what the source says of its people up to date. A user name stays as it is."""
    taken, changed, moved = _taken_addresses(source, entries), [], []
    for entry in entries:
        user = known[entry.claims.subject].user
        before = [getattr(user, name) for name in _FOLLOWED]
        _dress(source, user, entry)
        email = _address(entry)
        if email and email != user.email and email not in taken:
            user.email = email
            moved.append(_proved(user, entry))
        if before != [getattr(user, name) for name in _FOLLOWED] and _is_sound(user, tally):
            user.version += 1
            changed.append(user)
    User.objects.bulk_update(changed, [*_FOLLOWED, "version"])
    groups.follow(source.tenant, changed)
    EmailAddress.objects.filter(user__in=[address.user_id for address in moved]).delete()
    EmailAddress.objects.bulk_create(moved)
    tell(source.tenant, [user.pk for user in changed], EventName.USER_CHANGED)
    tally.changed = len(changed)


def _dress(source: Source, user: User, entry: Entry) -> None:
    claims = entry.claims
    user.display_name = normal_display_name(claims.display_name) or user.display_name
    user.groups = list(claims.groups)
    if source.roles or user._state.adding:  # noqa: SLF001 - the documented way to tell a new row
        user.role = role_of(claims.groups, source.roles, source.provider.default_role)


def _identity(provider: IdentityProvider, user: User, entry: Entry, now: datetime) -> Identity:
    return Identity(tenant=provider.tenant, provider=provider, subject=entry.claims.subject, user=user, seen_at=now)


def _proved(user: User, entry: Entry) -> EmailAddress:
    return EmailAddress(user=user, email=user.email, verified=entry.claims.email_verified, primary=True)


def _is_sound(user: User, tally: Tally) -> bool:
    """Check values one by one; what is unique was looked up for the whole page, and the database has the last word."""
    try:
        user.clean_fields(exclude=["password", "tenant"])
    except ValidationError as error:
        tally.problems.append(f"{user.username}: {' '.join(error.messages)}")
        return False
    return True


def _address(entry: Entry) -> str:
    email = entry.claims.email
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= _EMAIL_MAX else ""


def _taken_addresses(source: Source, entries: list[Entry]) -> set[str]:
    wanted = {_address(entry) for entry in entries} - {""}
    found = EmailAddress.objects.filter(user__tenant=source.tenant, email__in=wanted, verified=True)
    return set(found.values_list("email", flat=True))


def _free_usernames(source: Source, entries: list[Entry]) -> list[str]:
    """Return a free name for each, as near to what the source says as can be."""
    wanted = [plain_username(_called(entry)) for entry in entries]
    taken = set(User.objects.filter(tenant=source.tenant, username__in=wanted).values_list("username", flat=True))
    names = []
    for name in wanted:
        free = next(one for one in numbered(name) if one not in taken and (one == name or _is_free(source, one)))
        taken.add(free)
        names.append(free)
    return names


def _is_free(source: Source, username: str) -> bool:
    return not User.objects.filter(tenant=source.tenant, username=username).exists()


def _called(entry: Entry) -> str:
    claims = entry.claims
    return claims.username or claims.email.partition("@")[0] or claims.subject
