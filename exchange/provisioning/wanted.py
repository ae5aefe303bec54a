"""What a tenant needs at AWS: names, documents, and who may act as what. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from exchange.abilities import Ability, Place, role_policy, trust_in_pool, trust_in_portal, trust_in_tokens

# Marks what was made for a tenant; what is called the same and lacks it is somebody else's, and left alone.
TAG = "chime-portal-tenant"
POLICY = "chime-portal"
# Characters of a role's name in IAM, and of the digest that stands for what is cut off.
_NAME_MAX, _DIGEST = 64, 6


@dataclass(frozen=True, slots=True)
class Powers:
    """What some of a tenant's people may do by their role, and the names of the tags that a rule adds."""

    profile: str
    abilities: tuple[Ability, ...]
    user_role: str = ""
    group: str = ""
    tag_keys: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """A name for these people that IAM takes; what is cut or left out of it still tells them apart."""
        few = f"{self.user_role} {self.group}".strip()
        if not few:
            return self.profile
        return f"{self.profile}-{re.sub(r'[^A-Za-z0-9]+', '-', few)}-{_digest(self.user_role, self.group)}"


@dataclass(frozen=True, slots=True)
class Wish:
    """`principal` is the portal's own ARN in IAM; `issuer`, for web identities, the tenant's origin."""

    tenant_id: str
    slug: str
    region: str
    way: str
    principal: str
    issuer: str = ""
    own_account: bool = False
    names_source: bool = False
    powers: tuple[Powers, ...] = ()
    files_bucket: str = ""
    longest_seconds: int = 3_600

    @property
    def name(self) -> str:
        return f"chime-portal-{self.slug}"

    def role_name(self, powers: Powers) -> str:
        whole = f"{self.name}-{powers.label}"
        return whole if len(whole) <= _NAME_MAX else f"{whole[: _NAME_MAX - _DIGEST - 1]}-{_digest(whole)}"


@dataclass(slots=True)
class Ground:
    """What is there by now: each step may need what the one before has made, and a dry run makes nothing."""

    account: str
    partition: str = "aws"
    app_instance_arn: str = ""
    provider_arn: str = ""
    pool_id: str = ""
    external_id: str = ""
    role_arns: dict[str, str] = field(default_factory=dict)

    @property
    def app_instance_id(self) -> str:
        return self.app_instance_arn.rpartition("/")[2] or "NOT-MADE-YET"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_DIGEST]


def permissions(wish: Wish, ground: Ground, powers: Powers) -> dict[str, Any]:
    place = Place(ground.partition, wish.region, ground.account, ground.app_instance_id, wish.files_bucket)
    return role_policy(place, powers.abilities)


def provider_arn(wish: Wish, ground: Ground) -> str:
    host = wish.issuer.partition("://")[2]
    return ground.provider_arn or f"arn:{ground.partition}:iam::{ground.account}:oidc-provider/{host}"


def trust(wish: Wish, ground: Ground, audience: str, tag_keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """Who may act as a role, by the way that the tenant's credentials come."""
    if wish.way == "web_identity":
        return trust_in_tokens(provider_arn(wish, ground), audience, names_source=wish.names_source, tag_keys=tag_keys)
    if wish.way.startswith("cognito"):
        return trust_in_pool(ground.pool_id or "NOT-MADE-YET", tag_keys=tag_keys)
    external_id = (ground.external_id or "NOT-MADE-YET") if wish.own_account else ""
    return trust_in_portal(wish.principal, external_id=external_id, names_source=wish.names_source, tag_keys=tag_keys)


def differences(live: Any, wanted: Any, path: str = "") -> list[str]:
    """Name what a document has too much (-) and too little (+)."""
    if live == wanted:
        return []
    if isinstance(live, dict) and isinstance(wanted, dict):
        keys = [*live, *(key for key in wanted if key not in live)]
        return [line for key in keys for line in differences(live.get(key), wanted.get(key), f"{path}{key}: ")]
    if isinstance(live, list) and isinstance(wanted, list) and all(isinstance(one, str) for one in live + wanted):
        gone = [f"- {path}{one}" for one in live if one not in wanted]
        return gone + [f"+ {path}{one}" for one in wanted if one not in live]
    return [*([f"- {path}{live}"] if live is not None else []), *([f"+ {path}{wanted}"] if wanted is not None else [])]
