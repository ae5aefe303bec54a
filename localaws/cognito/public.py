"""What everybody may call who has a token, or wants to be a guest.

https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.choice import choose_role
from localaws.cognito.errors import invalid, misconfigured, not_authorized
from localaws.cognito.identities import find_or_create, recognise, refuse_strangers
from localaws.cognito.lookup import find_identity, find_identity_in, find_public_pool
from localaws.cognito.proofs import prove
from localaws.cognito.sessions import LIFETIME, SCOPED_DOWN, SESSION_NAME, claim
from localaws.cognito.tokens import write_token
from localaws.sts.tags import refuse_bad_tags
from localaws.sts.web_identity import assume_with_claims
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.cognito.identities import Login
    from localaws.cognito.proofs import Proofs
    from localaws.cognito.rows import Identity, IdentityPool
    from localaws.sts.claims import Claims

SECONDS_A_TOKEN_LIVES = 600


async def get_id(call: Call) -> Members:
    pool = find_public_pool(call)
    proofs = await prove(call, pool, call.get("Logins", {}))
    if proofs.own:
        asked = find_identity_in(pool, proofs.own.subject)
        return {"IdentityId": recognise(pool, asked, logins_of(proofs), call.now, known=True).id}
    return {"IdentityId": find_or_create(pool, logins_of(proofs), call.now).id}


async def get_open_id_token(call: Call) -> Members:
    pool, _ = find_identity(call.store, call["IdentityId"])
    if not pool.allows_classic_flow:
        raise invalid("Basic (classic) flow is not enabled, please use enhanced flow.")
    if pool.role_mappings:
        raise invalid("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")
    identity, proofs = await enter(call, pool)
    claims = claim(pool, identity, proofs)
    token = write_token(
        call.world, pool, identity, claims.amr, claims.tags, now=call.now, lifetime=SECONDS_A_TOKEN_LIVES
    )
    return {"IdentityId": identity.id, "Token": token}


async def get_credentials_for_identity(call: Call) -> Members:
    pool, _ = find_identity(call.store, call["IdentityId"])
    identity, proofs = await enter(call, pool)
    role = choose_role(pool, proofs, call.get("CustomRoleArn"))
    credentials = assume(call, role, claim(pool, identity, proofs), guest=not proofs.any)
    secret = credentials.pop("SecretAccessKey")
    return {"IdentityId": identity.id, "Credentials": {**credentials, "SecretKey": secret}}


def assume(call: Call, role: str, claims: Claims, *, guest: bool) -> Members:
    """As Cognito does it in the name of its users. Raises AWSError, which does not say what STS refused."""
    policy = SCOPED_DOWN if guest else None
    try:
        refuse_bad_tags(claims.tags)
        answer = assume_with_claims(call, role, SESSION_NAME, claims, duration=LIFETIME, policy=policy)
    except AWSError as error:
        raise misconfigured() from error
    return dict(answer["Credentials"])


async def unlink_identity(call: Call) -> Members:
    """Who has a login of the identity may take logins from it."""
    pool, asked = find_identity(call.store, call["IdentityId"])
    proofs = await prove(call, pool, call["Logins"])
    if not (proofs.own and is_of(pool, asked, proofs.own)):
        owners = [pool.owners[login] for login in logins_of(proofs) if login in pool.owners]
        refuse_strangers(asked, logins_of(proofs), owners)
    if not set(call["LoginsToRemove"]) <= asked.logins.keys():
        raise invalid("LoginsToRemove must be logins of the identity.")
    for provider in set(call["LoginsToRemove"]):
        for name in list(asked.logins[provider]):
            pool.unlink(asked, provider, name, call.now)
    return {}


async def enter(call: Call, pool: IdentityPool) -> tuple[Identity, Proofs]:
    """Who comes in under an identity id, now that all they bring is verified."""
    proofs = await prove(call, pool, call.get("Logins", {}))
    # The identity may have changed while others were asked for their keys.
    asked = find_identity_in(pool, call["IdentityId"])
    if proofs.own and not is_of(pool, asked, proofs.own):
        raise not_authorized("Invalid login token. Token is for another identity.")
    return recognise(pool, asked, logins_of(proofs), call.now, known=proofs.own is not None), proofs


def is_of(pool: IdentityPool, identity: Identity, own: Claims) -> bool:
    return find_identity_in(pool, own.subject) is identity


def logins_of(proofs: Proofs) -> list[Login]:
    return [(proof.provider, proof.subject) for proof in proofs.logins]


SERVED = {
    "GetId": Service((), get_id),
    "GetOpenIdToken": Service((), get_open_id_token),
    "GetCredentialsForIdentity": Service((), get_credentials_for_identity),
    "UnlinkIdentity": Service((), unlink_identity),
}
