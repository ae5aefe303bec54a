"""Between what SCIM says of somebody and what the portal keeps. Pure.

A directory reads back what it wrote, as long as nobody changed it here meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from scim2_models import Meta
from scim2_models.resources.user import GroupMembership

from accounts.names import normal_username, plain_display_name
from accounts.scim.resources import GROUP, USER, Email, Member
from accounts.scim.resources import Group as GroupResource
from accounts.scim.resources import User as UserResource

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import Group, SCIMUser, User

_EMAIL_MAX = 254  # characters (RFC 5321, section 4.5.3.1.3)
_KEPT = ("name", "displayName", "emails")


@dataclass(frozen=True, slots=True)
class Said:
    """What a directory says of somebody. `active` is None where it says nothing."""

    user_name: str
    external_id: str = ""
    active: bool | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return normal_username(self.user_name)

    @property
    def display_name(self) -> str:
        """The first that there is: the display name, the formatted name, given and family name."""
        name = self.attributes.get("name", {})
        parts = f"{name.get('givenName') or ''} {name.get('familyName') or ''}"
        return plain_display_name(self.attributes.get("displayName") or name.get("formatted") or parts)

    @property
    def email(self) -> str:
        """The address marked as primary, or else the first one of work, or the first one."""
        emails = self.attributes.get("emails", [])
        ranked = sorted(emails, key=lambda one: (not one.get("primary"), one.get("type") != "work"))
        return next((address for one in ranked if (address := _address(one))), "")


def said_of(resource: UserResource) -> Said:
    """Read what a directory says of somebody. Raises ValidationError for names longer than the portal can keep."""
    user_name = (resource.user_name or "").strip()
    told = resource.model_dump()
    attributes = {name: told[name] for name in _KEPT if told.get(name)}
    return Said(user_name, resource.external_id or "", resource.active, attributes)


def said_before(row: SCIMUser) -> Said:
    return Said(row.user_name, row.external_id, None, row.attributes)


def shown_user(user: User, row: SCIMUser | None, groups: Iterable[tuple[UUID, str]]) -> UserResource:
    """Return a user as SCIM shows them; `groups` are ids and names."""
    before = said_before(row) if row else Said(user.username)
    told = dict(before.attributes)
    if before.display_name != user.display_name:
        told["displayName"] = user.display_name
    if before.email != user.email:
        told["emails"] = [{"value": user.email, "primary": True}] if user.email else []
    return UserResource(
        id=str(user.pk),
        external_id=before.external_id or None,
        user_name=before.user_name,
        name=told.get("name"),
        display_name=told.get("displayName") or None,
        emails=[Email(**one) for one in told.get("emails", [])] or None,
        active=user.is_active,
        groups=[_membership(pk, name) for pk, name in groups] or None,
        meta=Meta(
            resource_type=USER.name,
            created=user.created_at,
            last_modified=row.changed_at if row else user.created_at,
            version=version_of(user, row),
        ),
    )


def version_of(user: User, row: SCIMUser | None) -> str:
    """Return the weak entity tag of a user: it changes with what the portal says, and with what the directory says."""
    return f'W/"{user.version}.{row.version if row else 0}"'


def shown_group(group: Group, members: Iterable[UUID] | None) -> GroupResource:
    """Return a group as SCIM shows it; `members` are None where nobody wants to know them.

    They are ids alone here, as directories take them out again by; the service shows the rest of them.
    """
    return GroupResource(
        id=str(group.pk),
        external_id=group.external_id or None,
        display_name=group.name,
        members=[Member.model_construct(value=str(pk)) for pk in members or []] or None,
        meta=Meta(
            resource_type=GROUP.name,
            created=group.created_at,
            last_modified=group.changed_at,
            version=f'W/"{group.version}"',
        ),
    )


def _membership(group_id: UUID, name: str) -> GroupMembership:
    return GroupMembership.model_construct(value=str(group_id), ref=f"Groups/{group_id}", display=name, type="direct")


def _address(email: dict[str, Any]) -> str:
    """Return the address, or nothing where mail could not be sent to it."""
    address = (email.get("value") or "").lower()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= _EMAIL_MAX else ""
