"""What the portal itself keeps of a tenant at AWS: its link and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exchange.models import Rule
from exchange.provisioning import keeper
from exchange.services import drop_rule, set_rule
from tenants.models import AWSLink
from tenants.services import link_aws, unlink_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from exchange.provisioning.wanted import Ground, Powers, Wish
    from tenants.models import Tenant


# What of a link provisioning does not decide.
_KEPT = ("names_source", "login_key", "files_bucket")


class Link:
    """It draws the external id, which a role in the tenant's own account demands."""

    def __init__(self, wish: Wish, tenant: Tenant) -> None:
        self.wish, self.tenant = wish, tenant

    def differs(self, ground: Ground) -> Iterator[str]:
        link = AWSLink.objects.filter(tenant=self.tenant).first()
        ground.external_id = link.external_id if link else ""
        seen = {name: getattr(link, name) for name in self._wanted(ground)} if link else None
        if seen != self._wanted(ground):
            yield f"link the tenant to {ground.app_instance_arn or 'it'}, by {self.wish.way}"

    def make(self, ground: Ground) -> None:
        link = AWSLink.objects.filter(tenant=self.tenant).first()
        kept = {name: getattr(link, name) for name in _KEPT} if link else {}
        ground.external_id = link_aws(self.tenant, **kept, **self._wanted(ground)).external_id

    def gone(self, ground: Ground) -> Iterator[str]:  # noqa: ARG002 - every piece has this form
        if AWSLink.objects.filter(tenant=self.tenant).exists():
            yield "unlink the tenant: nobody of it chats any more"

    def unmake(self, ground: Ground) -> None:  # noqa: ARG002 - the same
        unlink_aws(self.tenant)

    def _wanted(self, ground: Ground) -> dict[str, Any]:
        pool = {"identity_pool_id": ground.pool_id, "developer_provider": self.wish.name if ground.pool_id else ""}
        told = {"app_instance_arn": ground.app_instance_arn, "region": self.wish.region, "way": self.wish.way}
        return {**told, "issuer": self.wish.issuer, "portal_role_arn": ground.role_arns.get(keeper.LABEL, ""), **pool}


class PortalRule:
    """Who of the tenant acts as which role."""

    def __init__(self, wish: Wish, tenant: Tenant, powers: Powers) -> None:
        self.wish, self.tenant, self.powers = wish, tenant, powers
        self._people: Any = {"profile": powers.profile, "user_role": powers.user_role, "group": powers.group}

    def differs(self, ground: Ground) -> Iterator[str]:
        wanted, rule = ground.role_arns.get(self.powers.label), self._rules().first()
        if rule is None or rule.role_arn != wanted:
            yield f"let {self._who} act as {wanted or self.wish.role_name(self.powers)}"
        elif set(rule.abilities) != set(self.powers.abilities):
            yield f"note what {self._who} may do: {', '.join(self.powers.abilities)}"

    def make(self, ground: Ground) -> None:
        rule = self._rules().first()
        set_rule(
            self.tenant,
            **self._people,
            role_arn=ground.role_arns[self.powers.label],
            max_seconds=min(self.wish.longest_seconds, rule.max_seconds if rule else 3_600),
            abilities=[ability.value for ability in self.powers.abilities],
        )

    def gone(self, ground: Ground) -> Iterator[str]:  # noqa: ARG002 - every piece has this form
        if self._rules().exists():
            yield f"drop the rule for {self._who}"

    def unmake(self, ground: Ground) -> None:  # noqa: ARG002 - the same
        for rule in self._rules():
            drop_rule(rule)

    def _rules(self) -> QuerySet[Rule]:
        return Rule.objects.filter(tenant=self.tenant, **self._people)

    @property
    def _who(self) -> str:
        few = " ".join(filter(None, [self.powers.user_role, self.powers.group]))
        return f"{self.powers.profile}s{few and f' ({few})'}"
