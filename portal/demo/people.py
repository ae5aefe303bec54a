"""Opens the demo's tenants and registers its people; what is there already stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User
from accounts.services import register
from chimeusers.services import ensure
from exchange.services import set_rule
from portal.demo import channels
from portal.demo.aws_setup import ROLES
from portal.demo.cast import HOUSES, OPERATOR, PASSWORD, Person
from tenants.models import AWSLink, Tenant
from tenants.refusal import Secret
from tenants.scope import scope
from tenants.services import link_aws, open_tenant

if TYPE_CHECKING:
    from portal.demo.cast import House


def seed() -> None:
    """Make the demo's world in the portal and at AWS. May be called again at any time."""
    with scope(None):
        _registered(None, Person(OPERATOR, "Operator", is_admin=True))
    for house in HOUSES:
        tenant = Tenant.objects.filter(slug=house.slug).first() or _opened(house)
        with scope(tenant):
            _fill(tenant, house)


def _opened(house: House) -> Tenant:
    return open_tenant(slug=house.slug, name=house.name, hosts=[house.host], signup=house.signup, guests=house.guests)


def _fill(tenant: Tenant, house: House) -> None:
    link = _linked(tenant, house)
    for profile, role_arn in ROLES.items():
        set_rule(tenant, profile=profile, role_arn=role_arn)
    users = {person.username: _registered(tenant, person) for person in house.people}
    for user in users.values():
        ensure(user, link)
    channels.seed(link, house, users)


def _linked(tenant: Tenant, house: House) -> AWSLink:
    app_instance_arn = channels.app_instance(house)
    link = AWSLink.objects.filter(tenant=tenant, app_instance_arn=app_instance_arn).first()
    return link or link_aws(tenant, app_instance_arn=app_instance_arn)


def _registered(tenant: Tenant | None, person: Person) -> User:
    user = User.objects.filter(tenant=tenant, username=person.username).first()
    return user or register(
        tenant=tenant,
        username=person.username,
        display_name=person.display_name,
        email=f"{person.username}@{tenant.slug if tenant else 'operator'}.example",
        is_staff=person.is_admin,
        password=Secret(PASSWORD),
    )
