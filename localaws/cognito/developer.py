"""Users whom the developer's own backend has authenticated: Cognito believes it blindly.

https://docs.aws.amazon.com/cognito/latest/developerguide/developer-authenticated-identities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.errors import conflict, invalid, not_found
from localaws.cognito.identities import find_or_create, recognise
from localaws.cognito.lookup import find_identity_in, find_pool, the_pool
from localaws.cognito.proofs import prove
from localaws.cognito.rows import MOST_LOGINS
from localaws.cognito.sessions import claim
from localaws.cognito.tokens import write_token
from localaws.state.paging import page
from localaws.state.shelf import Shelf
from localaws.sts.tags import refuse_bad_tags
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.cognito.identities import Login
    from localaws.cognito.rows import Identity, IdentityPool

DEFAULT_LIFETIME = 900
LONGEST_USER_ID = 1024


async def get_open_id_token_for_developer_identity(call: Call) -> Members:
    pool = find_pool(call)
    provider = developer_provider(pool)
    user = read_user(call, provider)
    tags = read_tags(call)
    public = {name: token for name, token in call["Logins"].items() if name != provider}
    proofs = await prove(call, pool, public)
    if proofs.own:
        raise invalid("A token of Cognito is no login of a developer's user.")
    logins = [(provider, user), *((proof.provider, proof.subject) for proof in proofs.logins)]
    identity = find_user(call, pool, logins)
    claims = claim(pool, identity, proofs)
    token = write_token(
        call.world,
        pool,
        identity,
        tuple(dict.fromkeys(["authenticated", provider, *claims.amr[1:]])),
        {**claims.tags, **tags},
        now=call.now,
        lifetime=call.get("TokenDuration", DEFAULT_LIFETIME),
    )
    return {"IdentityId": identity.id, "Token": token}


def find_user(call: Call, pool: IdentityPool, logins: list[Login]) -> Identity:
    """Where an identity is named, the logins become its own."""
    if "IdentityId" not in call.members:
        return find_or_create(pool, logins, call.now)
    asked = find_identity_in(pool, call["IdentityId"])
    if pool.owners.get(logins[0], asked) is not asked:
        message = "This developer user identifier is already registered with Cognito."
        raise AWSError("DeveloperUserAlreadyRegisteredException", message)
    return recognise(pool, asked, logins, call.now, known=True)


def read_user(call: Call, provider: str) -> str:
    user: str = call["Logins"].get(provider, "")
    if not user or len(user) > LONGEST_USER_ID:
        raise invalid(f"Logins must name a user of {provider}, in at most {LONGEST_USER_ID} characters.")
    return user


def read_tags(call: Call) -> dict[str, str]:
    tags: dict[str, str] = call.get("PrincipalTags", {})
    try:
        refuse_bad_tags(tags)
    except AWSError as error:
        raise invalid(error.message) from error
    return tags


def lookup_developer_identity(call: Call) -> Members:
    pool = find_pool(call)
    provider, user = developer_provider(pool), call.get("DeveloperUserIdentifier")
    if user is None and "IdentityId" not in call.members:
        raise invalid("Either IdentityId or DeveloperUserIdentifier must be given.")
    owner = pool.owners.get((provider, user)) if user is not None else None
    identity = find_identity_in(pool, call["IdentityId"]) if "IdentityId" in call.members else owner
    if identity is None:
        raise not_found(f"Developer user '{user}' not found.")
    if user is not None:
        if owner is not identity:
            raise conflict("The developer user is linked to another identity.")
        return {"IdentityId": identity.id, "DeveloperUserIdentifierList": [user]}
    users, next_token = page(call, Shelf({name: name for name in identity.logins.get(provider, [])}))
    return {"IdentityId": identity.id, "DeveloperUserIdentifierList": users, "NextToken": next_token}


def merge_developer_identities(call: Call) -> Members:
    """The source is no more; all its logins are the destination's."""
    pool = find_pool(call)
    source = find_registered(call, pool, call["SourceUserIdentifier"])
    destination = find_registered(call, pool, call["DestinationUserIdentifier"])
    if source is not destination:
        merge(pool, source, destination, call.now)
    return {"IdentityId": destination.id}


def merge(pool: IdentityPool, source: Identity, destination: Identity, now: float) -> None:
    if (source.logins.keys() & destination.logins.keys()) - {pool.developer_provider}:
        raise conflict("The identities are different users of the same public provider.")
    if source.login_count + destination.login_count > MOST_LOGINS:
        raise conflict(f"An identity can't have more than {MOST_LOGINS} logins.")
    for provider, names in [(provider, list(names)) for provider, names in source.logins.items()]:
        for name in names:
            pool.unlink(source, provider, name, now)
            pool.link(destination, provider, name, now)
    source.merged_into = destination.id
    pool.touch(source, now)


def unlink_developer_identity(call: Call) -> Members:
    pool = find_pool(call)
    identity = find_identity_in(pool, call["IdentityId"])
    if find_registered(call, pool, call["DeveloperUserIdentifier"]) is not identity:
        raise conflict("The developer user is linked to another identity.")
    pool.unlink(identity, call["DeveloperProviderName"], call["DeveloperUserIdentifier"], call.now)
    return {}


def find_registered(call: Call, pool: IdentityPool, user: str) -> Identity:
    if call["DeveloperProviderName"] != developer_provider(pool):
        raise invalid("The DeveloperProviderName is not that of the identity pool.")
    owner = pool.owners.get((call["DeveloperProviderName"], user))
    if owner is None:
        raise not_found(f"Developer user '{user}' not found.")
    return owner


def developer_provider(pool: IdentityPool) -> str:
    if pool.developer_provider is None:
        raise invalid("The identity pool has no developer provider.")
    return pool.developer_provider


SERVED = {
    "GetOpenIdTokenForDeveloperIdentity": Service((the_pool,), get_open_id_token_for_developer_identity),
    "LookupDeveloperIdentity": Service((the_pool,), lookup_developer_identity),
    "MergeDeveloperIdentities": Service((the_pool,), merge_developer_identities),
    "UnlinkDeveloperIdentity": Service((the_pool,), unlink_developer_identity),
}
