"""Which identity somebody is, by what they prove: an old one, a new one, or a guest who becomes somebody.

https://docs.aws.amazon.com/cognito/latest/developerguide/switching-identities.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.cognito.errors import conflict, forbidden, not_authorized, too_many
from localaws.cognito.rows import MOST_LOGINS, Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localaws.cognito.rows import IdentityPool

Login = tuple[str, str]


def find_or_create(pool: IdentityPool, logins: list[Login], now: float) -> Identity:
    """Several logins at once belong together from now on."""
    owner = sole_owner(pool, logins)
    if owner is None and not logins:
        refuse_guests(pool)
    identity = owner or create(pool, now)
    link_all(pool, identity, logins, now)
    return identity


def recognise(pool: IdentityPool, asked: Identity, logins: list[Login], now: float, *, known: bool) -> Identity:
    """The identity that was asked for, if the logins are its own; or who the guest turns out to be.

    `known` says that it is proved by other means already. Raises AWSError.
    """
    if asked.disabled:
        raise forbidden(asked.id)
    if asked.guest and not known:
        return recognise_guest(pool, asked, logins, now)
    owners = owners_of(pool, logins)
    if not known:
        refuse_strangers(asked, logins, owners)
    if any(owner is not asked for owner in owners):
        raise conflict("Login is already linked to another account.")
    link_all(pool, asked, logins, now)
    return asked


def recognise_guest(pool: IdentityPool, guest: Identity, logins: list[Login], now: float) -> Identity:
    """Who had an identity before gets that back, and the guest is no more."""
    if not logins:
        refuse_guests(pool)
        return guest
    owner = sole_owner(pool, logins) or guest
    link_all(pool, owner, logins, now)
    if owner is not guest:
        guest.merged_into = owner.id
        pool.touch(guest, now)
    return owner


def refuse_strangers(asked: Identity, logins: list[Login], owners: list[Identity]) -> None:
    if not logins:
        raise forbidden(asked.id)
    if not any(owner is asked for owner in owners):
        message = "Logins don't match. Please include at least one valid login for this identity or identity pool."
        raise not_authorized(message)


def refuse_guests(pool: IdentityPool) -> None:
    if not pool.allows_guests:
        raise not_authorized("Unauthenticated access is not supported for this identity pool.")


def sole_owner(pool: IdentityPool, logins: list[Login]) -> Identity | None:
    owners = owners_of(pool, logins)
    if any(owner is not owners[0] for owner in owners):
        raise conflict("The logins are linked to different accounts.")
    return owners[0] if owners else None


def owners_of(pool: IdentityPool, logins: Iterable[Login]) -> list[Identity]:
    return [pool.owners[login] for login in logins if login in pool.owners]


def link_all(pool: IdentityPool, identity: Identity, logins: list[Login], now: float) -> None:
    """All of them or none. Raises AWSError."""
    new = [login for login in logins if login not in pool.owners]
    if any(provider in identity.logins and provider != pool.developer_provider for provider, _ in new):
        raise conflict("The identity has another login of the same provider.")
    if identity.login_count + len(new) > MOST_LOGINS:
        raise too_many(f"An identity can't have more than {MOST_LOGINS} logins.")
    for provider, name in new:
        pool.link(identity, provider, name, now)


def create(pool: IdentityPool, now: float) -> Identity:
    identity = Identity(f"{pool.region}:{uuid.uuid4()}", now, now)
    pool.identities.put(identity.id, identity)
    return identity
