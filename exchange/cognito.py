"""Cognito identity pools: the portal vouches for a user as the pool's developer provider, and gets Credentials.

Amazon Cognito Developer Guide, "Developer-authenticated identities" and "Identity pools authentication flow".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.sts import Credentials, narrowed, read
from tenants import aws
from tenants.refusal import Secret

if TYPE_CHECKING:
    from exchange.policy import Grant
    from tenants.models import Tenant

# Cognito's own name among the logins of its enhanced flow.
_COGNITO = "cognito-identity.amazonaws.com"
# Seconds: AWS is shown the token at once.
_GOOD_FOR = 300


def issue(tenant: Tenant, grant: Grant) -> Credentials:  # noqa: ARG001 - every way has this form
    """Ask the pool for a token, and STS for the rule's role by it (basic flow). Raises one of tenants.failures."""
    _, token = _vouched(grant)
    with aws.sorted_failures():
        answer = aws.unsigned_sts(grant.road.region).assume_role_with_web_identity(
            RoleArn=grant.role_arn,
            RoleSessionName=grant.session_name,
            DurationSeconds=grant.duration_seconds,
            WebIdentityToken=token.reveal(),
            **narrowed(grant),  # type: ignore[arg-type]
        )["Credentials"]
    return read(answer)


def issue_enhanced(tenant: Tenant, grant: Grant) -> Credentials:  # noqa: ARG001 - the same
    """Ask the pool for credentials of the role that it has for who is signed in. Raises one of tenants.failures."""
    identity_id, token = _vouched(grant)
    with aws.sorted_failures():
        answer = aws.unsigned_cognito(grant.road.region).get_credentials_for_identity(
            IdentityId=identity_id, Logins={_COGNITO: token.reveal()}
        )["Credentials"]
    return Credentials(
        answer["AccessKeyId"], Secret(answer["SecretKey"]), Secret(answer["SessionToken"]), answer["Expiration"]
    )


def _vouched(grant: Grant) -> tuple[str, Secret]:
    """Return the user's identity in the pool and a token for it, in which the session's tags stand."""
    with aws.sorted_failures():
        answer = aws.client("cognito-identity", grant.road.region).get_open_id_token_for_developer_identity(
            IdentityPoolId=grant.road.identity_pool_id,
            Logins={grant.road.developer_provider: grant.tags["UserUUID"]},
            PrincipalTags=grant.tags,
            TokenDuration=_GOOD_FOR,
        )
    return answer["IdentityId"], Secret(answer["Token"])
