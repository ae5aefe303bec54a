from __future__ import annotations

from accounts.models.identities import Identity, UsedProof
from accounts.models.providers import EmailDomain, IdentityProvider, ProviderKind
from accounts.models.settings import SignInSettings
from accounts.models.signing import SigningKey
from accounts.models.tokens import APIToken
from accounts.models.users import Kind, User, UserManager

__all__ = [
    "APIToken",
    "EmailDomain",
    "Identity",
    "IdentityProvider",
    "Kind",
    "ProviderKind",
    "SignInSettings",
    "SigningKey",
    "UsedProof",
    "User",
    "UserManager",
]
