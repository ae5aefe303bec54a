"""The only writer of users. Each change is one transaction: the rows, their audit trail and members_changed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import groups
from accounts.models import Kind, User
from accounts.names import normal_display_name, normal_username
from accounts.proofs import Proof, guest, token
from accounts.telling import announce, batches, tell
from accounts.tokens import touch_token
from audit.log import record
from audit.names import EventName
from tenants.prepared import Prepared
from tenants.refusal import Refusal
from tenants.scope import Realm, current_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tenants.models import Tenant
    from tenants.refusal import Secret


@transaction.atomic(durable=True)
def register(
    *, tenant: Tenant | None, username: str, password: Secret | None = None, email: str = "", **rest: Any
) -> User:
    """Make a user whose e-mail address an admin vouches for. Raises ValidationError when a value is wrong or taken."""
    user = enrol(User(tenant=tenant, username=username, email=email, **rest), password=password)
    _keep_address(user)
    return user


@transaction.atomic
def enrol(user: User, *, password: Secret | None) -> User:
    """Save a user that has just been filled in; without a password nobody can sign in with one."""
    user.username, user.display_name = normal_username(user.username), normal_display_name(user.display_name)
    user.email = user.email.lower()
    user.set_password(password.reveal() if password else None)
    _check_home(user)
    user.full_clean(exclude=["id"])
    with _unless_taken():
        user.save(force_insert=True)
    if user.tenant is not None and user.groups:
        groups.follow(user.tenant, [user])
    record(EventName.USER_REGISTERED, tenant_id=user.tenant_id, subject_id=user.pk, username=user.username)
    announce(user.tenant_id, [user.pk])
    return user


@transaction.atomic(durable=True)
def update(user: User, *, expected_version: int, **changes: Any) -> User:
    """Change some values of a user, unless somebody else did since `expected_version` was read (then 409)."""
    return amend(user, expected_version=expected_version, **changes)


@transaction.atomic
def amend(user: User, *, expected_version: int, **changes: Any) -> User:
    """update() within the caller's transaction."""
    _check_home(user)
    for name, value in _normal(changes).items():
        setattr(user, name, value)
    user.full_clean()
    rows = User.objects.filter(pk=user.pk, version=expected_version)
    with _unless_taken():
        updated = rows.update(version=F("version") + 1, **{name: getattr(user, name) for name in changes})
    if updated != 1:
        raise Refusal("changed_meanwhile", "Somebody else changed this user meanwhile. Look again.", status=409)
    user.version = expected_version + 1
    if "email" in changes:
        _keep_address(user)
    if "groups" in changes and user.tenant is not None:
        groups.follow(user.tenant, [user])
    record(EventName.USER_CHANGED, tenant_id=user.tenant_id, subject_id=user.pk, **_telling(changes))
    announce(user.tenant_id, [user.pk])
    return user


@transaction.atomic(durable=True)
def set_password(user: User, password: Secret) -> None:
    _check_home(user)
    user.set_password(password.reveal())
    user.save(update_fields=["password"])
    record(EventName.PASSWORD_CHANGED, tenant_id=user.tenant_id, subject_id=user.pk)


@contextmanager
@transaction.atomic(durable=True)
def addresses_change(user: User) -> Iterator[None]:
    """Let allauth change the addresses of a user: when their e-mail is another one then, that is told as a change."""
    these = User.objects.filter(tenant=user.tenant, pk=user.pk)
    before = these.values_list("email", flat=True).get()
    yield
    after = these.values_list("email", flat=True).get()
    if after != before:
        these.update(version=F("version") + 1)
        record(EventName.USER_CHANGED, tenant_id=user.tenant_id, subject_id=user.pk, email=after)
        announce(user.tenant_id, [user.pk])


def rename_many(tenant: Tenant, names: dict[UUID, str]) -> int:
    """Set the display names of many users; return how many there were. Raises ValidationError for a bad name."""
    changed = 0
    for batch in batches(names):
        with transaction.atomic(durable=True):
            users = list(User.objects.select_for_update().filter(tenant=tenant, pk__in=batch))
            for user in users:
                user.display_name, user.version = normal_display_name(names[user.pk]), user.version + 1
                user.clean_fields(exclude=["password"])
            User.objects.bulk_update(users, ["display_name", "version"])
            tell(tenant, [user.pk for user in users], EventName.USER_CHANGED)
            changed += len(users)
    return changed


def address_is_free(tenant: Tenant | None, email: str, *, but_for: User | None) -> bool:
    """Tell whether nobody else of this tenant has proved that the address is theirs."""
    taken = EmailAddress.objects.filter(user__tenant=tenant, email=email.lower(), verified=True)
    return not (taken.exclude(user=but_for.pk) if but_for else taken).exists()


_BY_ID = Prepared(lambda tenant, user: User.objects.filter(tenant=tenant, pk=user).order_by(), tenant=UUID, user=UUID)


def find(proof: Proof, *, tenant: Tenant, now: datetime) -> User:
    """Return the active user a proof names; a guest is made anew. Raises a Refusal for anybody else."""
    if proof.tenant_id != tenant.pk:
        raise Refusal("unknown_subject", "This proof is about nobody here.", status=401)
    if proof.kind == guest.KIND:
        return _welcome_guest(tenant)
    if proof.kind == token.KIND:
        touch_token(proof.reference, now=now)
    user = _BY_ID.first(tenant=tenant.pk, user=proof.subject_id) if proof.subject_id else None
    if user is None:
        raise Refusal("unknown_subject", "This proof is about nobody here.", status=401)
    if not user.is_active:
        raise Refusal("account_disabled", "This account is disabled or waits for an admin's approval.", status=403)
    return user


@transaction.atomic(durable=True)
def _welcome_guest(tenant: Tenant) -> User:
    """A guest has no name but the portal's and no way to sign in."""
    user = User(tenant=tenant, kind=Kind.GUEST)
    user.username = f"anon_{user.pk}"
    return enrol(user, password=None)


def _keep_address(user: User) -> None:
    """Make the user's e-mail the one address that allauth knows of them, unless they have it already.

    Then nobody vouched for anything: an address that waits for its owner's word goes on waiting.
    """
    if EmailAddress.objects.filter(user=user, email=user.email, primary=True).exists():
        return
    if not address_is_free(user.tenant, user.email, but_for=user):
        taken = ValidationError("This e-mail address belongs to another user.", code="unique")
        raise ValidationError({"email": taken})
    EmailAddress.objects.filter(user=user).delete()
    if user.email:
        with _unless_taken():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@contextmanager
def _unless_taken() -> Iterator[None]:
    """Refuse what somebody else was given between our check and our write; the database alone can see that."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentence = "This user name or e-mail address was taken a moment ago. Choose another one."
        raise Refusal("taken_meanwhile", sentence, status=409) from error


def _check_home(user: User) -> None:
    """Refuse to write over the border of the open scope, whoever asks."""
    found = current_scope()
    if found is not Realm.EVERYWHERE and user.tenant != (None if found is Realm.OPERATOR else found):
        raise Refusal("unknown_user", "There is no such user.", status=404)


def _normal(changes: dict[str, Any]) -> dict[str, Any]:
    normal = {"username": normal_username, "display_name": normal_display_name, "email": str.lower}
    return {name: normal[name](value) if name in normal else value for name, value in changes.items()}


def _telling(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in changes.items()}
