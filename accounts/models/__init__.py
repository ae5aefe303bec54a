from __future__ import annotations

from accounts.models.clients import ClientRegistration
from accounts.models.groups import Group, Membership
from accounts.models.identities import Identity, UsedProof
from accounts.models.intake import Import, Source, Stage, WhenGone
from accounts.models.providers import EmailDomain, IdentityProvider, ProviderKind
from accounts.models.scim import SCIMToken, SCIMUser, WhenOut
from accounts.models.settings import SignInSettings
from accounts.models.signing import SigningKey
from accounts.models.tokens import APIToken
from accounts.models.users import Kind, User, UserManager

__all__ = [
    "APIToken",
    "ClientRegistration",
    "EmailDomain",
    "Group",
    "Identity",
    "IdentityProvider",
    "Import",
    "Kind",
    "Membership",
    "ProviderKind",
    "SCIMToken",
    "SCIMUser",
    "SignInSettings",
    "SigningKey",
    "Source",
    "Stage",
    "UsedProof",
    "User",
    "UserManager",
    "WhenGone",
    "WhenOut",
]
