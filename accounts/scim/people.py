"""Users as directories want them. The only writer of what SCIM says of users.

Somebody is the same person as before only by the same externalId: a user name is given to others, and with it would go
what was written to the one who had it first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import arrivals, services, standing
from accounts.models import Kind, SCIMUser, User, WhenOut
from accounts.names import MEMBER
from accounts.scim.translation import version_of
from accounts.usernames import free_username
from tenants.prepared import Prepared
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import SCIMToken
    from accounts.scim.translation import Said
    from tenants.models import Tenant


_GONE = Prepared(
    lambda tenant, external_id: (
        SCIMUser.objects.filter(tenant=tenant, external_id=external_id, gone_at__isnull=False)
        .select_related("user")
        .order_by("-gone_at")
    ),
    tenant=UUID,
    external_id=str,
)
_KEPT = Prepared(
    lambda tenant, key: SCIMUser.objects.filter(tenant=tenant, key=key, gone_at=None).order_by(), tenant=UUID, key=str
)
_NAMED = Prepared(lambda tenant, key: User.objects.filter(tenant=tenant, username=key).order_by(), tenant=UUID, key=str)


def visible(tenant: Tenant) -> QuerySet[User]:
    """The people of a tenant that SCIM shows. Whom a directory made inactive it goes on seeing, also when deleted."""
    shown = Q(deleted_at=None) | Q(scim__isnull=False)
    people = User.objects.filter(shown, tenant=tenant, kind=Kind.PERSON, scim__gone_at=None)
    return people.select_related("scim").order_by("created_at", "pk")


def make(token: SCIMToken, said: Said) -> User:
    """Make somebody a user, or take back in who was deleted before. Raises ValidationError or a Refusal."""
    _check_name(token.tenant, said, None)
    user = _returning(token, said) or _newcomer(token, said)
    return _follow_standing(token, user, said)


def change(token: SCIMToken, user: User, said: Said, *, seen: str) -> None:
    """Let a user be what the directory says. Raises ValidationError or a Refusal.

    `seen` is the version that the directory saw; when it is another one by now that is refused (409).
    """
    _check_name(token.tenant, said, user)
    _rewrite(token, user, said, seen=seen)
    _follow_standing(token, user, said)


def leave(token: SCIMToken, user: User) -> None:
    """Put out whom the directory deletes, as the token says; SCIM does not show them any more."""
    if token.when_deleted == WhenOut.DISABLE:
        standing.disable(token.tenant, [user.pk])
    elif user.deleted_at is None:
        standing.delete(token.tenant, [user.pk])
    _note_gone(token.tenant, user)


def row_of(user: User) -> SCIMUser | None:
    found: SCIMUser | None = getattr(user, "scim", None)
    return found


@transaction.atomic(durable=True)
def _newcomer(token: SCIMToken, said: Said) -> User:
    tenant, email = token.tenant, said.email
    _check_address(tenant, email, None)
    user = User(tenant=tenant, email=email, display_name=said.display_name)
    user.username = free_username(tenant, said.user_name)
    user.role = token.provider.default_role if token.provider else MEMBER
    services.enrol(user, password=None)
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _keep(SCIMUser(tenant=tenant, user=user, version=0), said)
    _tie(token, user, "", said.external_id)
    return user


def _returning(token: SCIMToken, said: Said) -> User | None:
    """Whom a directory deleted, and has again while the portal still knows them."""
    row = _GONE.first(tenant=token.tenant_id, external_id=said.external_id) if said.external_id else None
    if row is None:
        return None
    _rewrite(token, row.user, said, seen=version_of(row.user, row))
    if said.active is None:
        standing.restore(token.tenant, [row.user_id])
        row.user.refresh_from_db()
    return row.user


@transaction.atomic(durable=True)
def _rewrite(token: SCIMToken, user: User, said: Said, *, seen: str) -> None:
    tenant, row = token.tenant, row_of(user)
    # Locked, so that of two requests at a time the later one sees what the earlier one wrote.
    now = User.objects.select_for_update(of=("self",)).select_related("scim").filter(tenant=tenant, pk=user.pk).first()
    if now is None or version_of(now, row_of(now)) != seen:
        raise Refusal("changed_meanwhile", "Somebody else changed this user meanwhile. Look again.", status=409)
    wanted = {"display_name": said.display_name, "email": said.email}
    if said.key != (row.key if row else user.username):
        wanted["username"] = free_username(tenant, said.user_name)
    changes = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if changes:
        _check_address(tenant, said.email, user)
        services.amend(user, expected_version=user.version, **changes)
    before = row.external_id if row else ""
    _keep(row or SCIMUser(tenant=tenant, user=user, version=0), said)
    _tie(token, user, before, said.external_id)


@transaction.atomic(durable=True)
def _note_gone(tenant: Tenant, user: User) -> None:
    """Where the portal has forgotten them already, there is nothing to note."""
    if User.objects.filter(tenant=tenant, pk=user.pk).exists():
        row = row_of(user) or SCIMUser(tenant=tenant, user=user, user_name=user.username, key=user.username)
        row.gone_at = timezone.now()
        row.save()


def _keep(row: SCIMUser, said: Said) -> None:
    """Write what the directory says; that its user name is nobody else's was looked up, and the database sees to it."""
    row.user_name, row.key, row.external_id = said.user_name, said.key, said.external_id
    row.attributes, row.gone_at = said.attributes, None
    row.version, row.changed_at = row.version + 1, timezone.now()
    row.clean_fields(exclude=["tenant", "user"])
    row.save()


def _tie(token: SCIMToken, user: User, before: str, external_id: str) -> None:
    """Let somebody sign in at the token's provider, which knows them as `external_id`."""
    if token.provider is not None and external_id != before:
        arrivals.follow_subject(user, token.provider, before=before, subject=external_id)


def _follow_standing(token: SCIMToken, user: User, said: Said) -> User:
    """Let them in or put them out, where the directory says which; whoever waits for an approval has it by that."""
    if said.active is None or said.active == user.is_active:
        return user
    if said.active:
        (standing.approve if user.awaits_approval else standing.restore)(token.tenant, [user.pk])
    elif token.when_inactive == WhenOut.DISABLE:
        standing.disable(token.tenant, [user.pk])
    elif user.deleted_at is None:
        standing.delete(token.tenant, [user.pk])
    return visible(token.tenant).get(pk=user.pk)


def _check_name(tenant: Tenant, said: Said, user: User | None) -> None:
    """Refuse a user name that somebody else has at the directory, or at the portal when no directory keeps them."""
    own = user.pk if user else None
    kept, named = _KEPT.first(tenant=tenant.pk, key=said.key), _NAMED.first(tenant=tenant.pk, key=said.key)
    is_taken = kept is not None and kept.user_id != own
    if named is not None and named.pk != own:
        is_taken = is_taken or visible(tenant).filter(pk=named.pk, scim=None).exists()
    if is_taken:
        raise _taken("userName", f"Another user has the userName “{said.user_name}”.")


def _check_address(tenant: Tenant, email: str, user: User | None) -> None:
    if email and not services.address_is_free(tenant, email, but_for=user):
        raise _taken("emails", f"Another user has the e-mail address {email}.")


def _taken(field: str, sentence: str) -> Any:
    return ValidationError({field: ValidationError(sentence, code="unique")})
