from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.policy import NamedPolicy
    from localaws.iam.sessions import Session


@dataclass(frozen=True)
class Principal:
    """Who makes a call, once the signature is verified: an IAM user, or somebody who has assumed a role.

    None for session policies or boundary means that there are none to ask; an empty tuple allows nothing.
    """

    account: str
    arn: str
    user_id: str
    kind: str
    name: str
    policies: tuple[NamedPolicy, ...]
    tags: Mapping[str, str]
    session: Session | None = None
    session_policies: tuple[NamedPolicy, ...] | None = None
    boundary: tuple[NamedPolicy, ...] | None = None

    @property
    def known_as(self) -> tuple[str, ...]:
        """The principals by which a trust policy may name it."""
        if self.session:
            return (f"AWS:{self.arn}", f"AWS:{self.session.role_arn}", "AWS:*")
        return (f"AWS:{self.arn}", "AWS:*")


NOBODY = Principal(account="", arn="anonymous", user_id="anonymous", kind="Anonymous", name="", policies=(), tags={})


def derive_id(prefix: str, arn: str) -> str:
    """The unique id of what a setup file declares. Derived, so that aws:userid stays the same over a restart."""
    return prefix + base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()[:17]


def draw_id(prefix: str, length: int = 17) -> str:
    """The unique id of what is made by a call: another one each time, so that nothing is inherited by its name."""
    return prefix + base64.b32encode(os.urandom(20)).decode()[:length]
