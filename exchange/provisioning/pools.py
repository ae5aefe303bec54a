"""The Cognito identity pool by which the portal vouches for a tenant's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exchange.provisioning.wanted import TAG
from tenants import aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.provisioning.wanted import Ground, Wish


class Pool:
    """Found again by its tag, as names are not unique at Cognito."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish

    def differs(self, ground: Ground) -> Iterator[str]:
        if not self._look(ground):
            yield f"create the identity pool {self.wish.name}, for which the portal vouches as {self.wish.name}"

    def make(self, ground: Ground) -> None:
        with aws.sorted_failures():
            made = aws.client("cognito-identity", self.wish.region).create_identity_pool(
                IdentityPoolName=self.wish.name,
                AllowUnauthenticatedIdentities=False,
                AllowClassicFlow=True,
                DeveloperProviderName=self.wish.name,
                IdentityPoolTags={TAG: self.wish.tenant_id},
            )
        ground.pool_id = made["IdentityPoolId"]

    def gone(self, ground: Ground) -> Iterator[str]:
        if self._look(ground):
            yield f"delete the identity pool {ground.pool_id}"

    def unmake(self, ground: Ground) -> None:
        with aws.sorted_failures():
            aws.client("cognito-identity", self.wish.region).delete_identity_pool(IdentityPoolId=ground.pool_id)

    def _look(self, ground: Ground) -> bool:
        client = aws.client("cognito-identity", self.wish.region)
        with aws.sorted_failures():
            pages = client.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 60})
            named = [
                one for page in pages for one in page["IdentityPools"] if one["IdentityPoolName"] == self.wish.name
            ]
            for one in named:
                told: Any = client.describe_identity_pool(IdentityPoolId=one["IdentityPoolId"])
                if told.get("IdentityPoolTags", {}).get(TAG) == self.wish.tenant_id:
                    ground.pool_id = one["IdentityPoolId"]
                    return True
        return False


class PoolRoles:
    """The pool's role for who is signed in, which the enhanced flow gives."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish

    def differs(self, ground: Ground) -> Iterator[str]:
        wanted = ground.role_arns.get("member", "the role of members")
        if not ground.pool_id or self._live(ground) != wanted:
            yield f"let the pool give {wanted} to who is signed in"

    def make(self, ground: Ground) -> None:
        with aws.sorted_failures():
            aws.client("cognito-identity", self.wish.region).set_identity_pool_roles(
                IdentityPoolId=ground.pool_id, Roles={"authenticated": ground.role_arns["member"]}
            )

    def _live(self, ground: Ground) -> str:
        with aws.sorted_failures():
            found = aws.client("cognito-identity", self.wish.region).get_identity_pool_roles(
                IdentityPoolId=ground.pool_id
            )
        return found.get("Roles", {}).get("authenticated", "")
