from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localaws.state.shelf import Shelf

MOST_LOGINS = 20


@dataclass
class Identity:
    """`logins` are the names that each provider has for the person: one, or several of the developer's provider.

    Times in seconds since 1970. Who was a guest becomes known with the first login, and is no guest ever after.
    """

    id: str
    created_at: float
    changed_at: float
    logins: dict[str, list[str]] = field(default_factory=dict)
    guest: bool = True
    merged_into: str | None = None

    @property
    def disabled(self) -> bool:
        return self.merged_into is not None or (not self.guest and not self.logins)

    @property
    def login_count(self) -> int:
        return sum(map(len, self.logins.values()))


@dataclass
class IdentityPool:
    """`settings` are what CreateIdentityPool was given, but for the tags, in its words; so are roles and mappings.

    `tag_maps` has by the name of a provider what SetPrincipalTagAttributeMap was given.
    """

    id: str
    account: str
    settings: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    role_mappings: dict[str, dict[str, Any]] = field(default_factory=dict)
    tag_maps: dict[str, dict[str, Any]] = field(default_factory=dict)
    identities: Shelf[Identity] = field(default_factory=Shelf)
    owners: dict[tuple[str, str], Identity] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for identity in self.identities:
            for provider, names in identity.logins.items():
                self.owners.update({(provider, name): identity for name in names})

    @property
    def region(self) -> str:
        return self.id.partition(":")[0]

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-identity:{self.region}:{self.account}:identitypool/{self.id}"

    @property
    def allows_guests(self) -> bool:
        return bool(self.settings["AllowUnauthenticatedIdentities"])

    @property
    def allows_classic_flow(self) -> bool:
        return bool(self.settings.get("AllowClassicFlow"))

    @property
    def developer_provider(self) -> str | None:
        return self.settings.get("DeveloperProviderName")

    def link(self, identity: Identity, provider: str, name: str, now: float) -> None:
        identity.logins.setdefault(provider, []).append(name)
        identity.guest = False
        self.owners[provider, name] = identity
        self.touch(identity, now)

    def unlink(self, identity: Identity, provider: str, name: str, now: float) -> None:
        identity.logins[provider].remove(name)
        if not identity.logins[provider]:
            del identity.logins[provider]
        del self.owners[provider, name]
        self.touch(identity, now)

    def touch(self, identity: Identity, now: float) -> None:
        identity.changed_at = now
        self.identities.put(identity.id, identity)

    def remove(self, identity: Identity) -> None:
        for provider, names in identity.logins.items():
            for name in names:
                del self.owners[provider, name]
        self.identities.remove(identity.id)


@dataclass
class SigningKey:
    """By which Cognito signs its tokens; `pem` is an RSA key."""

    id: str
    pem: str
