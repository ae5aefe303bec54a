"""What IAM keeps: plain rows, whose policies are the texts that were given and are read through a cache."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localaws.iam.documents import read_policy_text, read_trust_text

if TYPE_CHECKING:
    from localaws.iam.policy import Policy


@dataclass
class Role:
    """`id` is AROA...; `max_session` in seconds; `attached` and `boundary` are ARNs of managed policies."""

    account: str
    name: str
    path: str
    id: str
    trust_text: str
    created_at: float
    max_session: int = 3600
    description: str | None = None
    policies: dict[str, str] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role{self.path}{self.name}"

    @property
    def trust(self) -> Policy:
        return read_trust_text(self.trust_text)


@dataclass
class User:
    """`id` is AIDA...; the rest as with roles."""

    account: str
    name: str
    path: str
    id: str
    created_at: float
    policies: dict[str, str] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:user{self.path}{self.name}"


@dataclass
class AccessKey:
    id: str
    secret: str
    account: str
    user: str
    created_at: float
    active: bool = True


@dataclass
class ManagedPolicy:
    account: str
    name: str
    path: str
    id: str
    document: str
    created_at: float
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:policy{self.path}{self.name}"

    @property
    def policy(self) -> Policy:
        return read_policy_text(self.document)


@dataclass
class OIDCProvider:
    """`url` is the issuer as tokens name it, with its scheme."""

    account: str
    url: str
    created_at: float
    client_ids: list[str] = field(default_factory=list)
    thumbprints: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Without the scheme: so the ARN and the condition keys have it."""
        return self.url.partition("://")[2]

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:oidc-provider/{self.name}"


@dataclass
class SAMLProvider:
    account: str
    name: str
    metadata: str
    created_at: float
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:saml-provider/{self.name}"
