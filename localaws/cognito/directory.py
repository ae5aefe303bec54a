"""ListIdentities, DescribeIdentity and DeleteIdentities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.lookup import every_pool, find_pool, no_identity, the_pool
from localaws.state.paging import page

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.cognito.rows import Identity, IdentityPool


def list_identities(call: Call) -> Members:
    pool = find_pool(call)
    hide = call.get("HideDisabled", False)
    found, next_token = page(call, pool.identities, keep=lambda identity: not (hide and identity.disabled))
    return {"IdentityPoolId": pool.id, "Identities": [describe(each) for each in found], "NextToken": next_token}


def describe_identity(call: Call) -> Members:
    found = find_own(call, call["IdentityId"])
    if found is None:
        raise no_identity(call["IdentityId"])
    return describe(found[1])


def delete_identities(call: Call) -> Members:
    """Those that can't be deleted are told one by one; what does not exist is nobody's."""
    unprocessed = []
    for identity_id in dict.fromkeys(call["IdentityIdsToDelete"]):
        found = find_own(call, identity_id)
        if found:
            pool, identity = found
            pool.remove(identity)
        else:
            unprocessed.append({"IdentityId": identity_id, "ErrorCode": "AccessDenied"})
    return {"UnprocessedIdentityIds": unprocessed}


def find_own(call: Call, identity_id: str) -> tuple[IdentityPool, Identity] | None:
    """Of the caller's account, in the region of the call; disabled or not."""
    for pool in call.store.identity_pools:
        identity = pool.identities.get(identity_id)
        if identity and (pool.account, pool.region) == (call.principal.account, call.region):
            return pool, identity
    return None


def describe(identity: Identity) -> Members:
    return {
        "IdentityId": identity.id,
        "Logins": sorted(identity.logins),
        "CreationDate": identity.created_at,
        "LastModifiedDate": identity.changed_at,
    }


SERVED = {
    "ListIdentities": Service((the_pool,), list_identities),
    "DescribeIdentity": Service((every_pool,), describe_identity),
    "DeleteIdentities": Service((every_pool,), delete_identities),
}
