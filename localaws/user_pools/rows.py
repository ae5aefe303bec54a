from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localaws.state.shelf import Shelf


@dataclass
class PoolUser:
    """Times in seconds since 1970. Of the attributes `sub` is the pool's own, and stays."""

    name: str
    attributes: dict[str, str]
    created_at: float
    changed_at: float
    enabled: bool = True


@dataclass
class Member:
    username: str


@dataclass
class Group:
    """`details` are what CreateGroup was given beside the name."""

    name: str
    details: dict[str, Any]
    created_at: float
    members: Shelf[Member] = field(default_factory=Shelf)


@dataclass
class UserPool:
    id: str
    account: str
    name: str
    created_at: float
    tags: dict[str, str] = field(default_factory=dict)
    users: Shelf[PoolUser] = field(default_factory=Shelf)
    groups: Shelf[Group] = field(default_factory=Shelf)

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:{self.id.partition('_')[0]}:{self.account}:userpool/{self.id}"
