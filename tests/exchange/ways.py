"""The ways to AWS, each made ready at localaws: what its roles trust, and the tenant's link and rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.vouching import AUDIENCE
from exchange.abilities import trust_in_pool, trust_in_tokens
from exchange.services import set_rule
from portal.demo import policies
from tenants.scope import scope
from tenants.services import link_aws
from tests.conftest import stagehand

if TYPE_CHECKING:
    from tenants.models import Tenant
    from tests.servers import LocalAWS

DEVELOPER = "login.acme.example"
# Tags that these roles take beside the portal's own.
MORE_TAGS = ["Team"]


@dataclass
class Pool:
    """A Cognito identity pool, and the role of whoever it vouches for."""

    id: str
    role_arn: str
    tenant: Tenant

    def choose(self, way: str, **changes: Any) -> Tenant:
        """Let the tenant's credentials come by this pool."""
        with scope(self.tenant):
            arn = self.tenant.aws_link.app_instance_arn
            told = {"identity_pool_id": self.id, "developer_provider": DEVELOPER} | changes
            self.tenant.aws_link = link_aws(self.tenant, app_instance_arn=arn, way=way, **told)
            set_rule(self.tenant, profile="member", role_arn=self.role_arn)
        return self.tenant


def make_pool(tenant: Tenant, server: LocalAWS, **providers: Any) -> Pool:
    """A pool and a role that trusts it, whose members act as themselves by their tags."""
    cognito = stagehand(server, "cognito-identity")
    made = cognito.create_identity_pool(
        IdentityPoolName="chat",
        AllowUnauthenticatedIdentities=False,
        AllowClassicFlow=True,
        DeveloperProviderName=DEVELOPER,
        **providers,
    )
    pool_id = made["IdentityPoolId"]
    role_arn = _role(server, f"Pool{pool_id.rpartition(':')[2]}", trust_in_pool(pool_id, tag_keys=MORE_TAGS))
    cognito.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role_arn})
    return Pool(pool_id, role_arn, tenant)


def trust_tokens(tenant: Tenant, server: LocalAWS, issuer: str) -> Tenant:
    """IAM knows the tenant's issuer, and a role trusts it."""
    iam = stagehand(server, "iam")
    provider = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    role = _role(server, f"ByToken{issuer.rpartition(':')[2]}", trust_in_tokens(provider, AUDIENCE, tag_keys=MORE_TAGS))
    by_token(tenant, issuer, role)
    return tenant


def by_token(tenant: Tenant, issuer: str, role_arn: str) -> None:
    with scope(tenant):
        arn = tenant.aws_link.app_instance_arn
        tenant.aws_link = link_aws(tenant, app_instance_arn=arn, way="web_identity", issuer=issuer)
        set_rule(tenant, profile="member", role_arn=role_arn)


def _role(server: LocalAWS, name: str, trust: dict[str, Any]) -> str:
    iam = stagehand(server, "iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="member", PolicyDocument=json.dumps(policies.member()))
    return str(role["Arn"])
