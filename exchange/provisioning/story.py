"""Provisioning: look what is there, say what differs, make it so; in this order, and from wherever it stopped last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from exchange.provisioning.access import PortalRole, Provider, Role
from exchange.provisioning.identity import Admin, AppInstance
from exchange.provisioning.pools import Pool, PoolRoles
from exchange.provisioning.portal import Link, PortalRule
from exchange.provisioning.wanted import Ground
from tenants import aws
from tenants.models import AWSLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from exchange.provisioning.wanted import Wish
    from tenants.models import Tenant


class Piece(Protocol):
    """One thing at AWS or here. Making it again, or half of it, ends in the same."""

    def differs(self, ground: Ground) -> Iterator[str]: ...
    def make(self, ground: Ground) -> None: ...


@runtime_checkable
class Removable(Protocol):
    """What does not go by itself when something else goes."""

    def gone(self, ground: Ground) -> Iterator[str]: ...
    def unmake(self, ground: Ground) -> None: ...


def provision(tenant: Tenant, wish: Wish, *, dry_run: bool, tell: Callable[[str], None]) -> None:
    """Make what the tenant needs at AWS, or with `dry_run` only say what would be. Raises one of tenants.failures."""
    ground = _ground(wish)
    for piece in _pieces(tenant, wish):
        lines = list(piece.differs(ground))
        for line in lines:
            tell(line)
        if lines and not dry_run:
            piece.make(ground)


def deprovision(tenant: Tenant, wish: Wish, *, dry_run: bool, tell: Callable[[str], None]) -> None:
    """Take away what provision() made, the last thing first. Raises one of tenants.failures."""
    ground = _ground(wish)
    for piece in (one for one in reversed(_pieces(tenant, wish)) if isinstance(one, Removable)):
        lines = list(piece.gone(ground))
        for line in lines:
            tell(line)
        if lines and not dry_run:
            piece.unmake(ground)


def _pieces(tenant: Tenant, wish: Wish) -> list[Piece]:
    link = AWSLink.objects.filter(tenant=tenant).first()
    roles: list[Piece] = [Role(wish, powers) for powers in wish.powers]
    rules: list[Piece] = [PortalRule(wish, tenant, powers) for powers in wish.powers]
    start: list[Piece] = [AppInstance(wish, link.app_instance_arn if link else ""), Admin(wish)]
    if wish.way == "web_identity":
        return [*start, Provider(wish), PortalRole(wish), Link(wish, tenant), *roles, *rules]
    if wish.way.startswith("cognito"):
        return [*start, Pool(wish), Link(wish, tenant), *roles, PoolRoles(wish), *rules]
    return [*start, Link(wish, tenant), *roles, *rules]


def _ground(wish: Wish) -> Ground:
    with aws.sorted_failures():
        caller = aws.client("sts", wish.region).get_caller_identity()
    return Ground(caller["Account"], caller["Arn"].split(":")[1])
