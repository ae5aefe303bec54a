from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.policy import Policy
    from localaws.iam.sessions import Session


@dataclass(frozen=True)
class Role:
    """`id` is AROA...; `max_session` in seconds."""

    account: str
    name: str
    arn: str
    id: str
    max_session: int
    trust: Policy
    policies: tuple[Policy, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class User:
    account: str
    name: str
    arn: str
    id: str
    policies: tuple[Policy, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Principal:
    """Who makes a call, once the signature is verified: an IAM user, or somebody who has assumed a role."""

    account: str
    arn: str
    user_id: str
    kind: str
    name: str
    policies: tuple[Policy, ...]
    tags: Mapping[str, str]
    session: Session | None = None
    session_policy: Policy | None = None

    @property
    def known_as(self) -> set[str]:
        """The ARNs by which a trust policy may name it."""
        return {self.arn, self.session.role_arn} if self.session else {self.arn}


NOBODY = Principal(account="", arn="anonymous", user_id="anonymous", kind="Anonymous", name="", policies=(), tags={})


def derive_id(prefix: str, arn: str) -> str:
    """The unique id of a user or role. Derived, so that aws:userid stays the same over a restart."""
    return prefix + base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()[:17]
