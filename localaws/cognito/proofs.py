"""The Logins of a call: each of its tokens is verified before it says anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

from localaws.cognito.errors import not_authorized
from localaws.cognito.providers import COGNITO, oidc_providers, user_pools
from localaws.cognito.tokens import GUEST, ISSUER
from localaws.sts.claims import Claims, read_claims
from localaws.sts.tokens import read_unverified_issuer, refuse_wrong_times, verify_signature, verify_token
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import Call
    from localaws.cognito.rows import IdentityPool

UNREACHABLE = "IDPCommunicationError"


@dataclass(frozen=True)
class Proof:
    """What a verified token says. `names` are those by which roles and tags may be mapped for its provider."""

    provider: str
    subject: str
    names: list[str] = field(default_factory=list)
    claims: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proofs:
    """All that a call proves. `own` is a token that Cognito made for an identity of the pool."""

    logins: list[Proof]
    own: Claims | None = None

    @property
    def any(self) -> bool:
        return bool(self.logins or self.own)


async def prove(call: Call, pool: IdentityPool, logins: dict[str, str]) -> Proofs:
    """Raises AWSError for the first token that does not hold."""
    proofs, own = [], None
    for provider, token in logins.items():
        if provider == COGNITO:
            own = await prove_own(call, pool, token)
        else:
            proofs.append(await prove_login(call, pool, provider, token))
    return Proofs(proofs, own)


async def prove_login(call: Call, pool: IdentityPool, provider: str, token: str) -> Proof:
    try:
        if provider in oidc_providers(pool):
            return await prove_openid(call, pool, provider, token)
        if provider in user_pools(pool):
            return await prove_user_of_pool(call, user_pools(pool)[provider], provider, token)
    except AWSError as error:
        raise translate(error) from error
    refuse_unserved(pool, provider)
    raise not_authorized("Token is not from a supported provider of this identity pool.")


async def prove_openid(call: Call, pool: IdentityPool, provider: str, token: str) -> Proof:
    """A provider that IAM knows in the account of the pool, by the issuer without its scheme."""
    refuse_other_issuer(token, provider)
    refuse_other_algorithms(token)
    claims = await verify_token(call.world, token, pool.account, call.now)
    return Proof(provider, claims.subject, [provider], {**claims.everything, "aud": claims.audience})


async def prove_user_of_pool(call: Call, clients: list[str], provider: str, token: str) -> Proof:
    issuer = refuse_other_issuer(token, provider, f"https://{provider}")
    refuse_other_algorithms(token)
    signed = await verify_signature(call.world, token, issuer)
    refuse_wrong_times(signed, call.now)
    claims = read_claims(signed, provider, provider)
    if claims.audience not in clients:
        raise not_authorized("Invalid login token. Incorrect token audience.")
    if signed.get("token_use") != "id":
        raise not_authorized("Invalid login token. Not an ID token.")
    return Proof(provider, claims.subject, [f"{provider}:{claims.audience}", provider], signed)


async def prove_own(call: Call, pool: IdentityPool, token: str) -> Claims:
    """For this pool, and for somebody who was authenticated when the token was made."""
    try:
        refuse_other_issuer(token, COGNITO, ISSUER)
        claims = await verify_token(call.world, token, pool.account, call.now)
    except AWSError as error:
        raise translate(error) from error
    if claims.audience != pool.id or claims.amr == GUEST:
        raise not_authorized("Invalid login token. Token is not for this identity pool.")
    return claims


def refuse_other_issuer(token: str, provider: str, whole: str | None = None) -> str:
    """So nobody makes us ask a provider that the login does not name."""
    issuer = read_unverified_issuer(token)
    if issuer.partition("://")[2] != provider or whole not in (None, issuer):
        raise not_authorized("Invalid login token. Issuer doesn't match providerName")
    return issuer


def refuse_other_algorithms(token: str) -> None:
    """Identity pools verify RSA only, unlike STS."""
    if not str(jwt.get_unverified_header(token).get("alg")).startswith("RS"):
        raise not_authorized("Invalid login token. The token must be signed with RSA.")


def refuse_unserved(pool: IdentityPool, provider: str) -> None:
    """Providers that a pool may have, and whose tokens can't be verified here."""
    settings = pool.settings
    if provider in settings.get("SupportedLoginProviders", {}) or provider in settings.get("SamlProviderARNs", []):
        raise AWSError("NotServedHereException", f"Logins of {provider} are not served here.")
    if provider == pool.developer_provider:
        raise not_authorized(f"Logins of {provider} need the credentials of the developer.")


def translate(error: AWSError) -> AWSError:
    """What STS says of a token, in the words of Cognito."""
    if error.code == UNREACHABLE:
        return AWSError("ExternalServiceException", error.message)
    if error.code in ("InvalidIdentityToken", "ExpiredTokenException"):
        return not_authorized(f"Invalid login token. {error.message}")
    return error
