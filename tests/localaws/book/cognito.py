from __future__ import annotations

from tests.localaws.book.row import Row
from tests.localaws.cloud import role_arn
from tests.localaws.federation import DEVELOPER

MISSING, NOT_AUTHORIZED, DENIED = "ResourceNotFoundException", "NotAuthorizedException", "AccessDeniedException"
SETTINGS = {"IdentityPoolName": "chat", "AllowUnauthenticatedIdentities": False}


def in_pool(**members):
    return lambda s: {"IdentityPoolId": s.pool.id, **members}


def lost_pool(scene):
    return {"IdentityPoolId": scene.lost_pool}


def tagged(**members):
    return lambda s: {"ResourceArn": s.pool_arn, **members}


def lost_pool_arn(scene):
    return {"ResourceArn": scene.pool_arn.replace(scene.pool.id, scene.lost_pool)}


def lost_identity(scene):
    return {"IdentityId": scene.lost_pool}


def stranger(scene):
    """A login that nobody signed for this issuer."""
    return {"Logins": dict.fromkeys(scene.logins, "nonsense")}


def entered(scene):
    return {"IdentityId": scene.identity, "Logins": scene.logins}


def merging(scene):
    for person in ("alice", "bob"):
        scene.pool.vouch(person)
    people = {"SourceUserIdentifier": "alice", "DestinationUserIdentifier": "bob"}
    return {"IdentityPoolId": scene.pool.id, "DeveloperProviderName": DEVELOPER, **people}


def unlinking(scene):
    person = {"DeveloperProviderName": DEVELOPER, "DeveloperUserIdentifier": "alice"}
    return {"IdentityId": scene.vouched, "IdentityPoolId": scene.pool.id, **person}


POOLS = [
    Row(
        "CreateIdentityPool",
        lambda _: SETTINGS,
        "InvalidParameterException",
        lambda _: {"OpenIdConnectProviderARNs": ["arn:aws:iam::444455556666:oidc-provider/login.example"]},
    ),
    Row("DescribeIdentityPool", in_pool(), MISSING, lost_pool),
    Row("UpdateIdentityPool", in_pool(**SETTINGS), MISSING, lost_pool),
    Row("DeleteIdentityPool", in_pool(), MISSING),
    Row("ListIdentityPools", lambda _: {"MaxResults": 1}, DENIED, refused_to="idle"),
    Row("SetIdentityPoolRoles", in_pool(Roles={"authenticated": role_arn("PoolMember")}), MISSING, lost_pool),
    Row("GetIdentityPoolRoles", in_pool(), MISSING, lost_pool),
    Row(
        "SetPrincipalTagAttributeMap",
        lambda s: {
            "IdentityPoolId": s.pool.id,
            "IdentityProviderName": s.stage.issuer.name,
            "PrincipalTags": {"UserUUID": "sub"},
        },
        MISSING,
        lost_pool,
    ),
    Row(
        "GetPrincipalTagAttributeMap",
        lambda s: {"IdentityPoolId": s.pool.id, "IdentityProviderName": s.stage.issuer.name},
        MISSING,
        lost_pool,
    ),
]
TAGS = [
    Row("TagResource", tagged(Tags={"team": "a"}), MISSING, lost_pool_arn),
    Row("UntagResource", tagged(TagKeys=["team"]), MISSING, lost_pool_arn),
    Row("ListTagsForResource", tagged(), MISSING, lost_pool_arn),
]
EVERYBODY = [
    Row("GetId", lambda s: {"IdentityPoolId": s.pool.id, "Logins": s.logins}, NOT_AUTHORIZED, stranger),
    Row("GetOpenIdToken", entered, NOT_AUTHORIZED, stranger),
    Row("GetCredentialsForIdentity", entered, NOT_AUTHORIZED, stranger),
    Row(
        "UnlinkIdentity",
        lambda s: {"IdentityId": s.identity, "Logins": s.logins, "LoginsToRemove": list(s.logins)},
        NOT_AUTHORIZED,
        stranger,
    ),
]
DEVELOPERS = [
    Row("GetOpenIdTokenForDeveloperIdentity", in_pool(Logins={DEVELOPER: "alice"}), MISSING, lost_pool),
    Row(
        "LookupDeveloperIdentity",
        lambda s: {"IdentityPoolId": s.pool.id, "IdentityId": s.vouched},
        MISSING,
        lost_identity,
    ),
    Row("MergeDeveloperIdentities", merging, MISSING, lambda _: {"SourceUserIdentifier": "nobody"}),
    Row("UnlinkDeveloperIdentity", unlinking, MISSING),
]
IDENTITIES = [
    Row("DescribeIdentity", lambda s: {"IdentityId": s.identity}, MISSING, lost_identity),
    Row("ListIdentities", in_pool(MaxResults=10), MISSING, lost_pool),
    Row("DeleteIdentities", lambda s: {"IdentityIdsToDelete": [s.identity]}, DENIED, refused_to="idle"),
]
PAGE = [*POOLS, *TAGS, *EVERYBODY, *DEVELOPERS, *IDENTITIES]
