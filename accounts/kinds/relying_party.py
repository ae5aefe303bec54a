"""What the portal is to a provider that it sends browsers to by OAuth 2.0, with or without OpenID Connect on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Of a provider that publishes none: where browsers go, where codes are redeemed, and where somebody's profile is.

    `profile` makes its address from the access token, which is sent along as a bearer.
    """

    authorization: str
    token: str
    profile: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The tenant's own client at a provider.

    `issuer` is an OpenID provider's; one that has none has `endpoints`. `asks_userinfo` tells whether the userinfo
    endpoint says more than the id_token. `demanded` are claims that must have just these values, `sent` what goes with
    every authorization request, and `posts_back` is for a provider that answers by a form (response_mode=form_post).
    """

    client_id: str
    secret: str
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    issuer: str = ""
    endpoints: Endpoints | None = None
    asks_userinfo: bool = False
    posts_back: bool = False
    demanded: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
