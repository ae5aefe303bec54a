"""May they, as what, and for how long? Pure: values and a moment in, a Grant or a Refusal out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.authorization.grants import CHAT
from accounts.models import Kind
from exchange import naming
from exchange.abilities import Ability, place_of, session_policy
from exchange.models import GUEST_SECONDS_MAX, Profile
from exchange.tags import session_tags
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from accounts.proofs import Proof
    from chimeusers.services import Membership
    from exchange.models import Rule

# Seconds, STS AssumeRole: DurationSeconds; one hour when the caller is itself a role ("role chaining").
SHORTEST, LONGEST, LONGEST_CHAINED = 900, 43_200, 3_600


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asks for; no duration means the longest that is allowed, and reuse is a permission only."""

    exchange_id: UUID
    duration_seconds: int | None = None
    reuse: bool = False
    asked_by: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Road:
    """How the tenant's credentials come from STS: AWSLink has what each means."""

    region: str
    way: str
    issuer: str = ""
    external_id: str = ""
    names_source: bool = False
    identity_pool_id: str = ""
    developer_provider: str = ""
    files_bucket: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds every session of a tenant: its own maximum, the portal's acting as a role, and AWS's way."""

    tenant_seconds: int
    chained: bool
    exactly_an_hour: bool = False

    @property
    def shortest(self) -> int:
        return LONGEST_CHAINED if self.exactly_an_hour else SHORTEST

    @property
    def longest(self) -> int:
        return LONGEST_CHAINED if self.chained or self.exactly_an_hour else LONGEST


@dataclass(frozen=True, slots=True)
class Grant:
    """What AWS is asked for, completely."""

    exchange_id: UUID
    road: Road
    role_arn: str
    session_name: str
    tags: dict[str, str]
    duration_seconds: int
    session_policy: str = ""


def rule_for(user: User, rules: Iterable[Rule]) -> Rule | None:
    """Return the first of a tenant's rules that is for this user: by position, then one for few before one for all."""
    meant = (rule for rule in rules if _is_for(rule, user))
    return min(meant, key=lambda rule: (rule.position, -_narrowness(rule), str(rule)), default=None)


def _is_for(rule: Rule, user: User) -> bool:
    profile = Profile.GUEST if user.kind == Kind.GUEST else Profile.MEMBER
    return rule.profile == profile and rule.user_role in ("", user.role) and rule.group in ("", *user.groups)


def _narrowness(rule: Rule) -> int:
    return bool(rule.user_role) + bool(rule.group)


def decide(
    user: User,
    proof: Proof,
    wish: Wish,
    now: datetime,
    *,
    rule: Rule | None,
    place: Membership,
    road: Road,
    bounds: Bounds,
) -> Grant:
    """Return what this user gets."""
    if proof.scopes is not None and CHAT not in proof.scopes:
        sentence = f"This access token was not given for the chat: ask for the scope “{CHAT}”."
        raise Refusal("insufficient_scope", sentence, status=403)
    if rule is None:
        raise Refusal("no_rule", "No rule of this tenant gives you access to the chat. Ask your admin.", status=403)
    if not rule.role_arn:
        raise Refusal("no_role", "The role at AWS of this tenant's rule is not made yet. Ask your admin.", status=403)
    said = naming.attributes(user, place.user_id)
    own = session_tags(
        app_instance_user_id=place.user_id,
        app_instance_id=place.app_instance_id,
        tenant_id=proof.tenant_id,
        exchange_id=wish.exchange_id,
    )
    return Grant(
        wish.exchange_id,
        road,
        rule.role_arn,
        naming.session_name(rule.session_name, said),
        own | naming.tags(rule.tags, said),
        _duration(proof, wish, now, allowed=_allowed(user, rule, bounds), shortest=bounds.shortest),
        _session_policy(rule, place, road),
    )


def _session_policy(rule: Rule, place: Membership, road: Road) -> str:
    if not rule.narrows:
        return ""
    here = place_of(place.app_instance_arn, shared=False, files_bucket=road.files_bucket)
    return session_policy(here, [Ability(name) for name in rule.abilities])


def _allowed(user: User, rule: Rule, bounds: Bounds) -> int:
    limits = [rule.max_seconds, bounds.tenant_seconds, bounds.longest]
    if user.kind == Kind.GUEST:
        limits.append(GUEST_SECONDS_MAX)
    return min(limits)


def _duration(proof: Proof, wish: Wish, now: datetime, *, allowed: int, shortest: int) -> int:
    """Return min(asked, allowed, what is left of the login): credentials never outlive the login."""
    wanted = wish.duration_seconds or allowed
    if wanted < shortest:
        raise Refusal("duration_too_short", f"AWS gives credentials for {shortest} seconds or more.", status=400)
    limits = [allowed, wanted]
    if proof.expires_at is not None:
        left = int((proof.expires_at - now).total_seconds())
        if left < shortest:
            raise Refusal(
                "login_ends_soon",
                f"Your sign-in or token ends in less than {shortest // 60} minutes. Sign in again.",
                status=401,
            )
        limits.append(left)
    return min(limits)
