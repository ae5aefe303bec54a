from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localaws.iam.context import describe_resource, describe_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import Call
    from localaws.iam.globs import Context
    from localaws.iam.rows import Role


@dataclass(frozen=True)
class Wish:
    """The session that is asked for, whoever asks. Durations in seconds.

    `tags` are all that the session is to have; `given_tags` are those of them that come with the request.
    `limit` is the longest session that the way of asking allows, with the sentence for whoever wants more; a session
    ends at `latest_end` anyway (in seconds since 1970).
    `proof` are the condition keys of an identity provider's word, and `federation` those that stay in the session.
    """

    action: str
    role_arn: str
    name: str
    duration: int | None = None
    limit: tuple[int, str] | None = None
    latest_end: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    given_tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    external_id: str | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    proof: Context = field(default_factory=dict)
    federation: Context = field(default_factory=dict)

    @property
    def actions(self) -> list[str]:
        """What the trust policy must allow."""
        actions = [self.action]
        if self.tags:
            actions.append("sts:TagSession")
        if self.source_identity:
            actions.append("sts:SetSourceIdentity")
        return actions

    def describe(self, call: Call, role: Role) -> Context:
        """The condition keys that a trust policy can ask for."""
        texts = {
            "sts:externalid": self.external_id,
            "sts:rolesessionname": self.name,
            "sts:sourceidentity": self.source_identity,
        }
        given = {key: (text,) for key, text in texts.items() if text is not None}
        transitive = {"sts:transitivetagkeys": self.transitive_keys} if self.transitive_keys else {}
        tags = describe_tags(self.given_tags, tuple(self.given_tags))
        return {**call.conditions, **describe_resource(role.tags), **self.proof, **given, **transitive, **tags}
