from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localaws.iam.documents import read_policy_text
from localaws.iam.principals import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.principals import Role, User
    from localaws.iam.sessions import Session


@dataclass
class IAM:
    """The users and roles of all accounts. Read at every request, so a changed policy counts for running sessions."""

    users: dict[str, User] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add_access_key(self, user: User, access_key_id: str, secret: str) -> None:
        self.secrets[access_key_id] = (user.arn, secret)

    def find_user(self, access_key_id: str) -> tuple[Principal, str] | None:
        """Who owns a long-term key, and its secret."""
        if access_key_id not in self.secrets:
            return None
        arn, secret = self.secrets[access_key_id]
        user = self.users[arn]
        principal = Principal(
            account=user.account,
            arn=user.arn,
            user_id=user.id,
            kind="User",
            name=user.name,
            policies=user.policies,
            tags=user.tags,
        )
        return principal, secret

    def find_assumed(self, session: Session) -> Principal | None:
        """None when the role is gone."""
        role = self.roles.get(session.role_arn)
        if role is None:
            return None
        return Principal(
            account=role.account,
            arn=f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session.name}",
            user_id=f"{role.id}:{session.name}",
            kind="AssumedRole",
            name=session.name,
            policies=role.policies,
            tags=override(role.tags, session.tags),
            session=session,
            session_policy=read_policy_text(session.policy) if session.policy else None,
        )


def override(tags: Mapping[str, str], session_tags: Mapping[str, str]) -> dict[str, str]:
    """A session tag beats a tag of the role; the case of a key does not matter, yet it is kept."""
    given = {key.lower() for key in session_tags}
    return {**{key: value for key, value in tags.items() if key.lower() not in given}, **session_tags}
