"""Who may act as what, in IAM: the portal as an OpenID provider, and a role for each profile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from accounts.vouching import AUDIENCE
from exchange.abilities import USUAL, Place
from exchange.provisioning import keeper
from exchange.provisioning.wanted import POLICY, TAG, differences, permissions, provider_arn, trust
from tenants import aws
from tenants.failures import Missing, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.provisioning.wanted import Ground, Powers, Wish

_REGION = "us-east-1"  # IAM has one place for all regions.


class Provider:
    """The tenant's issuer as an OpenID provider, for the tokens that the portal signs."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish

    def differs(self, ground: Ground) -> Iterator[str]:
        if not self._look(ground):
            yield f"tell IAM of the OpenID provider {self.wish.issuer}, for {AUDIENCE}"

    def make(self, ground: Ground) -> None:
        with aws.sorted_failures():
            made = aws.client("iam", _REGION).create_open_id_connect_provider(
                Url=self.wish.issuer, ClientIDList=[AUDIENCE], Tags=_tags(self.wish)
            )
        ground.provider_arn = made["OpenIDConnectProviderArn"]

    def gone(self, ground: Ground) -> Iterator[str]:
        if self._look(ground):
            yield f"let IAM forget the OpenID provider {self.wish.issuer}"

    def unmake(self, ground: Ground) -> None:
        with aws.sorted_failures():
            aws.client("iam", _REGION).delete_open_id_connect_provider(OpenIDConnectProviderArn=ground.provider_arn)

    def _look(self, ground: Ground) -> bool:
        host = self.wish.issuer.partition("://")[2]
        ground.provider_arn = f"arn:{ground.partition}:iam::{ground.account}:oidc-provider/{host}"
        try:
            with aws.sorted_failures():
                found = aws.client("iam", _REGION).get_open_id_connect_provider(
                    OpenIDConnectProviderArn=ground.provider_arn
                )
        except Missing:
            return False
        _demand_ours(self.wish, found.get("Tags", []), ground.provider_arn)
        return True


class Role:
    """The role of a profile: whom it trusts, what it may do, and for how long at a time."""

    def __init__(self, wish: Wish, powers: Powers) -> None:
        self.wish, self.powers, self.name, self.label = wish, powers, wish.role_name(powers), powers.label

    def differs(self, ground: Ground) -> Iterator[str]:
        live = self._look(ground)
        if live is None:
            yield f"create the role {self.name}"
            yield from differences(None, self._policy(ground), "  may: ")
            return
        for what, seen, wanted in (
            ("trusts", live["AssumeRolePolicyDocument"], self._trust(ground)),
            ("may", self._live_policy(), self._policy(ground)),
            ("lasts", live.get("MaxSessionDuration", 3_600), self.wish.longest_seconds),
        ):
            yield from differences(seen, wanted, f"{self.name} {what}: ")

    def make(self, ground: Ground) -> None:
        iam, trusted = aws.client("iam", _REGION), json.dumps(self._trust(ground))
        longest = self.wish.longest_seconds
        with aws.sorted_failures():
            if self._look(ground) is None:
                made = iam.create_role(
                    RoleName=self.name,
                    AssumeRolePolicyDocument=trusted,
                    MaxSessionDuration=longest,
                    Tags=_tags(self.wish),
                )
                ground.role_arns[self.label] = made["Role"]["Arn"]
            else:
                iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=trusted)
                iam.update_role(RoleName=self.name, MaxSessionDuration=longest)
            policy = json.dumps(self._policy(ground))
            iam.put_role_policy(RoleName=self.name, PolicyName=POLICY, PolicyDocument=policy)

    def gone(self, ground: Ground) -> Iterator[str]:
        if self._look(ground) is not None:
            yield f"delete the role {self.name} and its policies"

    def unmake(self, ground: Ground) -> None:  # noqa: ARG002 - every piece has this form
        iam = aws.client("iam", _REGION)
        with aws.sorted_failures():
            for policy in iam.list_role_policies(RoleName=self.name)["PolicyNames"]:
                iam.delete_role_policy(RoleName=self.name, PolicyName=policy)
            iam.delete_role(RoleName=self.name)

    def _policy(self, ground: Ground) -> dict[str, Any]:
        return permissions(self.wish, ground, self.powers)

    def _trust(self, ground: Ground) -> dict[str, Any]:
        return trust(self.wish, ground, AUDIENCE, self.powers.tag_keys)

    def _look(self, ground: Ground) -> Any:
        try:
            with aws.sorted_failures():
                live = aws.client("iam", _REGION).get_role(RoleName=self.name)["Role"]
        except Missing:
            return None
        _demand_ours(self.wish, live.get("Tags", []), self.name)
        ground.role_arns[self.label] = live["Arn"]
        return live

    def _live_policy(self) -> Any:
        try:
            with aws.sorted_failures():
                found = aws.client("iam", _REGION).get_role_policy(RoleName=self.name, PolicyName=POLICY)
        except Missing:
            return None
        return found["PolicyDocument"]


class PortalRole(Role):
    """The portal's own, where AWS trusts its tokens: so it needs no key."""

    def __init__(self, wish: Wish) -> None:
        self.wish, self.name, self.label = wish, f"{wish.name}-{keeper.LABEL}", keeper.LABEL

    def _policy(self, ground: Ground) -> dict[str, Any]:
        place = Place(ground.partition, self.wish.region, ground.account, ground.app_instance_id)
        roles = f"arn:{ground.partition}:iam::{ground.account}:role/{self.wish.name}"
        return keeper.policy(place, [f"{roles}-{profile}*" for profile in USUAL])

    def _trust(self, ground: Ground) -> dict[str, Any]:
        return keeper.trust(provider_arn(self.wish, ground), AUDIENCE)


def _tags(wish: Wish) -> Any:
    return [{"Key": TAG, "Value": wish.tenant_id}]


def _demand_ours(wish: Wish, tags: Any, what: str) -> None:
    if {"Key": TAG, "Value": wish.tenant_id} not in tags:
        raise Rejected(f"{what} is there already and was not made for this tenant: it lacks the tag {TAG}.")
