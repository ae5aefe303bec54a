"""Amazon Cognito user pools as a source: always everybody, since pools don't tell what has changed.

Amazon Cognito user pools API Reference, DescribeUserPool, ListUsers, ListGroups and ListUsersInGroup. Groups are read
before people, and held: their members' names are all that an import keeps in memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from accounts.claims import Unusable, read
from accounts.intake.entry import Entry, Page
from accounts.kinds import attribute_map
from tenants import aws
from tenants.failures import Failure, Unavailable
from tenants.models import AWSLink
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import UserTypeTypeDef

    from accounts.models import IdentityProvider, Import

# Whoever owns a pool says by this tag whose people it has: the portal may be allowed to read pools of many tenants.
OWNER_TAG = "TenantId"
_AT_ONCE = 480  # users, which are eight of ListUsers' largest pages
TRIES = 6
# Who has not shown yet that they are who they say.
_UNCONFIRMED = "UNCONFIRMED"
_FILTER = re.compile(r'[a-z_:]+\s*\^?=\s*"([^"\\]|\\.)*"')


def pages(run: Import) -> Iterator[Page]:
    """Yield pages of 480 people. Raises a Refusal (503) when the pool can't be read, or is not this tenant's."""
    provider = run.source.provider
    try:
        with aws.sorted_failures():
            pool = _Pool(provider)
            pool.check_owner()
            groups: dict[str, list[str]] = defaultdict(list)
            for group, usernames in pool.memberships():
                for username in usernames:
                    groups[username].append(group)
                yield Page([])  # A step, by which the run is known to be alive: groups may be large.
            users = pool.users(run.source.people)
            while found := list(islice(users, _AT_ONCE)):
                yield _page(provider, found, groups)
    except Failure as failure:
        raise _unreadable(str(failure)) from failure


def check_filter(condition: str) -> None:
    """Raises ValidationError for what ListUsers would not take."""
    if not _FILTER.fullmatch(condition):
        raise ValidationError('A filter of a user pool compares one attribute: email ^= "a", or status = "Enabled".')


class _Pool:
    """A tenant's user pool, read by the portal's role in the tenant's account, or else by its own access to AWS."""

    def __init__(self, provider: IdentityProvider) -> None:
        self.id: str = provider.settings["user_pool_id"]
        self._tenant_id = provider.tenant_id
        region = self.id.partition("_")[0]
        link = AWSLink.objects.filter(tenant=provider.tenant_id).first()
        self._client: CognitoIdentityProviderClient = (
            aws.client_of(link, "cognito-idp", region) if link else aws.client("cognito-idp", region)
        )

    def check_owner(self) -> None:
        pool = _patiently(self._client.describe_user_pool, UserPoolId=self.id)["UserPool"]
        if pool.get("UserPoolTags", {}).get(OWNER_TAG) != str(self._tenant_id):
            command = f"aws cognito-idp tag-resource --resource-arn {pool['Arn']} --tags {OWNER_TAG}={self._tenant_id}"
            raise _unreadable(
                f"The pool does not say that its people are this tenant's. Whoever owns it can say so: {command}"
            )

    def users(self, condition: str) -> Iterator[UserTypeTypeDef]:
        asked = {"Filter": condition} if condition else {}
        for page in self._pages("list_users", "PaginationToken", **asked):
            yield from page["Users"]

    def memberships(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each group's name with some of its members' names, a page of them at a time."""
        names = [group["GroupName"] for page in self._pages("list_groups", "NextToken") for group in page["Groups"]]
        for name in names:
            for page in self._pages("list_users_in_group", "NextToken", GroupName=name):
                yield name, [user["Username"] for user in page["Users"]]

    def _pages(self, operation: str, token: str, **asked: str) -> Iterator[Any]:
        following: dict[str, str] = {}
        while True:
            page = _patiently(getattr(self._client, operation), UserPoolId=self.id, Limit=60, **asked, **following)
            yield page
            if not page.get(token):
                return
            following = {token: page[token]}


def _patiently(call: Any, **asked: Any) -> Any:
    """Make a call, and again, later and later, when the account's quota for lists of pools is used up."""
    for turn in range(TRIES):
        try:
            with aws.sorted_failures():
                return call(**asked)
        except Unavailable as failure:
            if turn == TRIES - 1:
                raise
            sleep(min(failure.after, 1.0) * 2**turn / 2)
    raise AssertionError("unreachable")


def _page(provider: IdentityProvider, users: Iterable[UserTypeTypeDef], groups: dict[str, list[str]]) -> Page:
    names, entries, problems = attribute_map(provider), {}, []
    for user in users:
        try:
            claims = read(_said(user, groups), names)
        except Unusable as unusable:
            problems.append(f"{user['Username']}: {unusable}")
        else:
            is_active = user["Enabled"] and user["UserStatus"] != _UNCONFIRMED
            entries[claims.subject] = Entry(claims, is_active=is_active)
    return Page(list(entries.values()), problems)


def _said(user: UserTypeTypeDef, groups: dict[str, list[str]]) -> dict[str, Any]:
    """What the pool knows of somebody, under the names that its ID tokens have for it."""
    attributes = {attribute["Name"]: attribute.get("Value", "") for attribute in user.get("Attributes", [])}
    return {**attributes, "cognito:username": user["Username"], "cognito:groups": groups.get(user["Username"], [])}


def _unreadable(reason: str) -> Refusal:
    refusal = Refusal("user_pool_unreadable", "The tenant's Cognito user pool can't be read.", status=503)
    refusal.add_note(reason)
    return refusal
