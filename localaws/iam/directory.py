from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from localaws.iam.documents import read_policy_text
from localaws.iam.policy import NamedPolicy
from localaws.iam.principals import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.rows import ManagedPolicy, Role, User
    from localaws.iam.sessions import Session
    from localaws.state.store import Store


class IAM:
    """The users and roles of all accounts. Read at every request, so a changed policy counts for running sessions."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def find_role(self, arn: str) -> Role | None:
        role = self.store.roles.get(key_of_arn(arn))
        return role if role and role.arn == arn else None

    def find_policy(self, arn: str) -> ManagedPolicy | None:
        policy = self.store.managed_policies.get(key_of_arn(arn))
        return policy if policy and policy.arn == arn else None

    def find_tags(self, arn: str) -> Mapping[str, str]:
        """For IAM to judge by aws:ResourceTag. What does not exist has no tags."""
        key, store = key_of_arn(arn), self.store
        named = (store.roles.get(key), store.users.get(key), store.managed_policies.get(key))
        rows = (*named, store.oidc_providers.get(arn), store.saml_providers.get(arn))
        return next((row.tags for row in rows if row and row.arn == arn), {})

    def find_user(self, access_key_id: str) -> tuple[Principal, str] | None:
        """Who owns a long-term key that is switched on, and its secret."""
        key = self.store.access_keys.get(access_key_id)
        user = self.store.users.get(key_of(key.account, key.user)) if key and key.active else None
        return (self.describe_user(user), key.secret) if key and user else None

    def describe_user(self, user: User) -> Principal:
        return Principal(
            account=user.account,
            arn=user.arn,
            user_id=user.id,
            kind="User",
            name=user.name,
            policies=self.policies_of(user),
            tags=user.tags,
            boundary=self.boundary_of(user),
        )

    def find_assumed(self, session: Session) -> Principal | None:
        """None when the role is gone, or is another one of the same name."""
        role = self.find_role(session.role_arn)
        return self.describe_assumed(role, session) if role and role.id == session.role_id else None

    def describe_assumed(self, role: Role, session: Session) -> Principal:
        return Principal(
            account=role.account,
            arn=f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session.name}",
            user_id=f"{role.id}:{session.name}",
            kind="AssumedRole",
            name=session.name,
            policies=self.policies_of(role),
            tags=override(role.tags, session.tags),
            session=session,
            session_policies=self.session_policies_of(session),
            boundary=self.boundary_of(role),
        )

    def policies_of(self, identity: Role | User) -> tuple[NamedPolicy, ...]:
        inline = tuple(NamedPolicy(name, read_policy_text(text)) for name, text in identity.policies.items())
        return inline + self.managed(tuple(identity.attached))

    def boundary_of(self, identity: Role | User) -> tuple[NamedPolicy, ...] | None:
        """A boundary that is gone allows nothing."""
        return self.managed((identity.boundary,)) if identity.boundary else None

    def session_policies_of(self, session: Session) -> tuple[NamedPolicy, ...] | None:
        if session.policy is None and not session.policy_arns:
            return None
        inline = (NamedPolicy("session policy", read_policy_text(session.policy)),) if session.policy else ()
        return inline + self.managed(session.policy_arns)

    def managed(self, arns: tuple[str, ...]) -> tuple[NamedPolicy, ...]:
        found = (self.find_policy(arn) for arn in arns)
        return tuple(NamedPolicy(policy.name, policy.policy) for policy in found if policy)


def key_of(account: str, name: str) -> str:
    """Names are unique in an account whatever their path, and whatever their case."""
    return f"{account}/{name.lower()}"


@lru_cache(maxsize=4096)
def key_of_arn(arn: str) -> str:
    account, _, resource = arn.removeprefix("arn:aws:iam::").partition(":")
    return key_of(account, resource.rpartition("/")[2])


def override(tags: Mapping[str, str], session_tags: Mapping[str, str]) -> Mapping[str, str]:
    """A session tag beats a tag of the role; the case of a key does not matter, yet it is kept."""
    if not tags:
        return session_tags
    given = {key.lower() for key in session_tags}
    return {**{key: value for key, value in tags.items() if key.lower() not in given}, **session_tags}
