"""What the SCIM library reads and writes: one tenant's users and groups, by the rules of the token that asks."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from scim2_models import (
    InvalidValueException,
    NotFoundException,
    PreconditionFailedException,
    SCIMException,
    UniquenessException,
)
from scim2_models import NotImplementedException as NotImplementedInSCIM
from scim2_server.storage import ScimStorage, SearchPage

from accounts import groups
from accounts.models import Group, Membership
from accounts.scim import people
from accounts.scim.filters import GroupConditions, UserConditions
from accounts.scim.resources import USER
from accounts.scim.resources import User as UserResource
from accounts.scim.translation import said_of, shown_group, shown_user
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Q, QuerySet
    from scim2_models import Resource, ResourceType, ResponseParameters, ScimFilter, SearchRequest

    from accounts.models import SCIMToken, User
    from accounts.scim.resources import Group as GroupResource

_CONFLICT = 409
_FURTHEST = 2**31  # No tenant has more users, and no database counts on for ever.
_TAKEN = ("unique", "unique_together")
# Our fields by the names under which directories know them.
_SAID = {
    "user_name": "userName",
    "key": "userName",
    "external_id": "externalId",
    "email": "emails",
    "name": "displayName",
}


class Storage(ScimStorage):
    def __init__(self, token: SCIMToken) -> None:
        self.token, self.tenant = token, token.tenant

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Say in SCIM's words what our services and the database refuse (RFC 7644, section 3.12)."""
        try:
            yield
        except IntegrityError as error:
            raise UniquenessException(detail="Another request took this name a moment ago. Look again.") from error
        except (Refusal, ValidationError) as error:
            raise _in_scim(error) from error

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        if resource_type.name == USER.name:
            return self._shown_users([self._user(resource_id)])[0]
        return self._shown_groups([self._group(resource_id)], with_members=_wants_members(response_parameters))[0]

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        if len(resource_types) != 1:
            raise NotImplementedInSCIM(detail="Search /Users or /Groups: both at once can't be searched.")
        of_users = resource_types[0].name == USER.name
        rows: QuerySet[Any] = people.visible(self.tenant) if of_users else self._groups()
        if search_request.filter is not None:
            rows = rows.filter(self._condition(search_request.filter, of_users=of_users))
        start = min(search_request.start_index_0 or 0, _FURTHEST)
        page = rows[start : start + (search_request.count or 0)]
        found: list[Resource[Any]]
        if of_users:
            found = list(self._shown_users(list(page)))
        else:
            found = list(self._shown_groups(list(page), with_members=_wants_members(search_request)))
        return SearchPage(rows.count(), found)

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        if resource_type.name == USER.name:
            return self._shown_users([people.make(self.token, said_of(cast("UserResource", resource)))])[0]
        wanted = cast("GroupResource", resource)
        members = self._members(wanted)
        group = groups.make_group(self.tenant, name=wanted.display_name or "", external_id=wanted.external_id or "")
        groups.change_members(group, add=members)
        return self.get(resource_type, str(group.pk))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        if resource_type.name == USER.name:
            user, said = self._user(resource.id or ""), said_of(cast("UserResource", resource))
            people.change(self.token, user, said, seen=expected_version or "")
        else:
            self._change_group(cast("GroupResource", resource), expected_version)
        return self.get(resource_type, resource.id or "")

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        if resource_type.name == USER.name:
            people.leave(self.token, self._user(resource_id))
        else:
            groups.drop_group(self._group(resource_id))

    def _change_group(self, wanted: GroupResource, expected_version: str | None) -> None:
        group, members = self._group(wanted.id or ""), set(self._members(wanted))
        if expected_version != f'W/"{group.version}"':
            raise PreconditionFailedException
        there = set(self._members_of(group))
        name, external_id = wanted.display_name or "", wanted.external_id or ""
        if (name, external_id) != (group.name, group.external_id):
            groups.rename_group(group, name=name, external_id=external_id)
        groups.change_members(group, add=members - there, remove=there - members)

    def _user(self, resource_id: str) -> User:
        known = _uuid(resource_id)
        user = people.visible(self.tenant).filter(pk=known).first() if known else None
        if user is None:
            raise NotFoundException(detail=f"There is no user {resource_id}.")
        return user

    def _groups(self) -> QuerySet[Group]:
        return Group.objects.filter(tenant=self.tenant).order_by("created_at", "pk")

    def _group(self, resource_id: str) -> Group:
        known = _uuid(resource_id)
        group = self._groups().filter(pk=known).first() if known else None
        if group is None:
            raise NotFoundException(detail=f"There is no group {resource_id}.")
        return group

    def _members(self, group: GroupResource) -> list[UUID]:
        """The members that a directory wants: users alone. Raises InvalidValueException for anybody else."""
        wanted = {one.value or "": one for one in group.members or []}
        known = dict.fromkeys(_uuid(value) for value in wanted)
        there = set(people.visible(self.tenant).filter(pk__in=list(known)).values_list("pk", flat=True))
        unknown = [value for value in wanted if _uuid(value) not in there]
        if unknown:
            raise InvalidValueException(detail=f"There is no user {unknown[0]}: members are users of the portal.")
        return [one for one in known if one is not None]

    def _members_of(self, group: Group) -> list[UUID]:
        """Those of them whom SCIM shows: of an app or a guest in the group a directory knows nothing."""
        shown = people.visible(self.tenant).order_by().values("pk")
        return list(group.memberships.filter(user__in=shown).order_by("pk").values_list("user_id", flat=True))

    def _shown_users(self, users: list[User]) -> list[UserResource]:
        theirs = defaultdict(list)
        rows = Membership.objects.filter(tenant=self.tenant, user__in=[user.pk for user in users])
        for user_id, group_id, name in rows.values_list("user_id", "group_id", "group__name"):
            theirs[user_id].append((group_id, name))
        return [shown_user(user, people.row_of(user), theirs[user.pk]) for user in users]

    def _shown_groups(self, found: Iterable[Group], *, with_members: bool) -> list[GroupResource]:
        return [shown_group(group, self._members_of(group) if with_members else None) for group in found]

    def _condition(self, wanted: ScimFilter[Any], *, of_users: bool) -> Q:
        return (UserConditions if of_users else GroupConditions)(self.tenant).visit(wanted.ast)


def _wants_members(asked: ResponseParameters[Any] | None) -> bool:
    """Tell whether the answer is to hold a group's members, which may be very many."""
    if asked is None:
        return True
    if asked.attributes:
        return any(str(path).lower().startswith("members") for path in asked.attributes)
    return not any(str(path).lower() == "members" for path in asked.excluded_attributes or [])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _in_scim(error: Refusal | ValidationError) -> SCIMException:
    if isinstance(error, Refusal):
        if error.code == "changed_meanwhile":
            return PreconditionFailedException(detail=error.sentence)
        of = UniquenessException if error.status == _CONFLICT else InvalidValueException
        return of(detail=error.sentence)
    complaints = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    each = [one for found in complaints.values() for one in found]
    of = UniquenessException if any(one.code in _TAKEN for one in each) else InvalidValueException
    return of(detail=" ".join(f"{field}: {message}" for field, message in _sentences(complaints)))


def _sentences(complaints: dict[str, list[ValidationError]]) -> Iterator[tuple[str, str]]:
    for field, found in complaints.items():
        for one in found:
            yield from ((_SAID.get(field, field or "The request"), message) for message in one.messages)
