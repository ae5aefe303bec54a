from __future__ import annotations

from tests.localaws.book.row import Row
from tests.localaws.book.scene import POLICY, TRUST

MISSING, EXISTS, DENIED = "NoSuchEntity", "EntityAlreadyExists", "AccessDenied"
THUMBPRINT = "0" * 40


def lost(kind: str):
    return lambda _: {f"{kind}Name": "lost"}


def of_oidc(**members):
    return lambda s: {"OpenIDConnectProviderArn": s.oidc, **members}


def lost_oidc(scene):
    return {"OpenIDConnectProviderArn": scene.lost_oidc}


def lists(*operations: str) -> list[Row]:
    return [Row(operation, lambda _: {}, DENIED, refused_to="idle") for operation in operations]


def of(kind: str) -> list[Row]:
    """What roles and users have in common."""
    name, it = f"{kind}Name", kind.lower()
    return [
        Row(f"Get{kind}", lambda s: {name: getattr(s, it)}, MISSING, lost(kind)),
        Row(f"Delete{kind}", lambda s: {name: getattr(s, it)}, MISSING),
        Row(f"Put{kind}Policy", lambda s: {**s.with_policy(kind), "PolicyDocument": POLICY}, MISSING, lost(kind)),
        Row(f"Get{kind}Policy", lambda s: s.with_policy(kind), MISSING, lambda _: {"PolicyName": "lost"}),
        Row(f"Delete{kind}Policy", lambda s: s.with_policy(kind), MISSING),
        Row(f"List{kind}Policies", lambda s: {name: getattr(s, it)}, MISSING, lost(kind)),
        Row(
            f"Attach{kind}Policy",
            lambda s: {name: getattr(s, it), "PolicyArn": s.policy},
            MISSING,
            lambda s: {"PolicyArn": s.lost_policy},
        ),
        Row(f"Detach{kind}Policy", lambda s: s.with_attached(kind), MISSING),
        Row(f"ListAttached{kind}Policies", lambda s: {name: getattr(s, it)}, MISSING, lost(kind)),
        Row(
            f"Tag{kind}",
            lambda s: {name: getattr(s, it), "Tags": [{"Key": "team", "Value": "a"}]},
            MISSING,
            lost(kind),
        ),
        Row(f"Untag{kind}", lambda s: {name: getattr(s, it), "TagKeys": ["team"]}, MISSING, lost(kind)),
        Row(f"List{kind}Tags", lambda s: {name: getattr(s, it)}, MISSING, lost(kind)),
    ]


ROLES = [
    Row("CreateRole", lambda s: {"RoleName": s.name, "AssumeRolePolicyDocument": TRUST}, EXISTS),
    Row("UpdateRole", lambda s: {"RoleName": s.role, "MaxSessionDuration": 7200}, MISSING, lost("Role")),
    Row("UpdateAssumeRolePolicy", lambda s: {"RoleName": s.role, "PolicyDocument": TRUST}, MISSING, lost("Role")),
    *of("Role"),
]
USERS = [
    Row("CreateUser", lambda s: {"UserName": s.name}, EXISTS),
    Row("CreateAccessKey", lambda s: {"UserName": s.user}, MISSING, lost("User")),
    Row("ListAccessKeys", lambda s: {"UserName": s.user}, MISSING, lost("User")),
    Row(
        "UpdateAccessKey",
        lambda s: {"AccessKeyId": s.key, "UserName": s.user, "Status": "Inactive"},
        MISSING,
        lost("User"),
    ),
    Row("DeleteAccessKey", lambda s: {"AccessKeyId": s.key, "UserName": s.user}, MISSING),
    *of("User"),
]
POLICIES = [
    Row("CreatePolicy", lambda s: {"PolicyName": s.name, "PolicyDocument": POLICY}, EXISTS),
    Row("GetPolicy", lambda s: {"PolicyArn": s.policy}, MISSING, lambda s: {"PolicyArn": s.lost_policy}),
    Row(
        "GetPolicyVersion", lambda s: {"PolicyArn": s.policy, "VersionId": "v1"}, MISSING, lambda _: {"VersionId": "v2"}
    ),
    Row("DeletePolicy", lambda s: {"PolicyArn": s.policy}, MISSING),
    Row(
        "SimulatePrincipalPolicy",
        lambda s: {"PolicySourceArn": s.role_arn, "ActionNames": ["chime:ListChannels"]},
        MISSING,
        lambda s: {"PolicySourceArn": f"{s.role_arn}-lost"},
    ),
    Row(
        "SimulateCustomPolicy",
        lambda _: {"PolicyInputList": [POLICY], "ActionNames": ["chime:ListChannels"]},
        "InvalidInput",
        lambda _: {"PolicyInputList": ["nonsense"]},
    ),
]
PROVIDERS = [
    Row("CreateOpenIDConnectProvider", lambda s: {"Url": f"https://{s.name}.example", "ClientIDList": ["one"]}, EXISTS),
    Row("GetOpenIDConnectProvider", of_oidc(), MISSING, lost_oidc),
    Row("AddClientIDToOpenIDConnectProvider", of_oidc(ClientID="three"), MISSING, lost_oidc),
    Row("RemoveClientIDFromOpenIDConnectProvider", of_oidc(ClientID="two"), MISSING, lost_oidc),
    Row("UpdateOpenIDConnectProviderThumbprint", of_oidc(ThumbprintList=[THUMBPRINT]), MISSING, lost_oidc),
    # Deleting what is not there is no error of IAM's.
    Row("DeleteOpenIDConnectProvider", of_oidc(), DENIED, refused_to="idle"),
    Row("CreateSAMLProvider", lambda s: {"Name": s.name, "SAMLMetadataDocument": s.stage.saml_issuer.metadata}, EXISTS),
    Row("GetSAMLProvider", lambda s: {"SAMLProviderArn": s.saml}, MISSING, lambda s: {"SAMLProviderArn": s.lost_saml}),
    Row(
        "UpdateSAMLProvider",
        lambda s: {"SAMLProviderArn": s.saml, "SAMLMetadataDocument": s.stage.saml_issuer.metadata},
        "InvalidInput",
        lambda _: {"SAMLMetadataDocument": "<nonsense>" * 200},
    ),
    Row("DeleteSAMLProvider", lambda s: {"SAMLProviderArn": s.saml}, MISSING),
]
PAGE = [
    *ROLES,
    *USERS,
    *POLICIES,
    *PROVIDERS,
    *lists("ListRoles", "ListUsers", "ListPolicies", "ListOpenIDConnectProviders", "ListSAMLProviders"),
]
