"""What an operator asks for, completed by what is known of the tenant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from exchange.abilities import USUAL, Ability
from exchange.models import Rule
from exchange.provisioning.caller import principal
from exchange.provisioning.wanted import Powers, Wish
from tenants.models import AWSLink, Region, Tenant, Way

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator


def add_arguments(parser: ArgumentParser) -> None:
    abilities = [one.value for one in Ability]
    parser.add_argument("tenant", help="the tenant's slug")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--region", choices=Region.values, help="of the app instance")
    parser.add_argument("--way", choices=Way.values, help="how people's credentials come")
    parser.add_argument("--issuer", help="for web identities: https:// and a host of the tenant")
    parser.add_argument("--principal", help="the portal's own ARN in IAM, if it is not who runs this")
    parser.add_argument("--own-account", action="store_true", help="this AWS account is the tenant's, not the portal's")
    parser.add_argument("--max-seconds", type=int, default=3_600, help="how long a role's sessions may last")
    for profile in USUAL:
        parser.add_argument(f"--{profile}", nargs="+", choices=abilities, help=f"what {profile}s may do")


def tenant_of(given: dict[str, Any]) -> Tenant:
    """Return the tenant that is named on the command line. Raises CommandError."""
    tenant = Tenant.objects.filter(slug=given["tenant"]).first()
    if tenant is None:
        raise CommandError(f"There is no tenant “{given['tenant']}”.")
    return tenant


def wish_of(tenant: Tenant, given: dict[str, Any]) -> Wish:
    """Return what the tenant is to have: what is given, else what is known of it. Raises one of tenants.failures."""
    link = AWSLink.objects.filter(tenant=tenant).first() or AWSLink(tenant=tenant)
    region, way = given.get("region") or link.region, given.get("way") or link.way
    wish = Wish(
        tenant_id=str(tenant.pk),
        slug=tenant.slug,
        region=region,
        way=way,
        principal=given.get("principal") or principal(AWSLink(region=region)),
        issuer=(given.get("issuer") or link.issuer or _home(tenant)) if way == Way.WEB_IDENTITY else "",
        own_account=bool(given.get("own_account")),
        names_source=link.names_source,
        files_bucket=link.files_bucket,
        longest_seconds=given.get("max_seconds") or 3_600,
    )
    return replace(wish, powers=tuple(_powers(tenant, wish, given)))


def _powers(tenant: Tenant, wish: Wish, given: dict[str, Any]) -> Iterator[Powers]:
    """What is asked for, else what the tenant's rules say, else what is usual.

    A rule for few whose role was made elsewhere is left alone.
    """
    rules = {(rule.profile, rule.user_role, rule.group): rule for rule in Rule.objects.filter(tenant=tenant)}
    for profile in ("member", *(["guest"] if tenant.guests else [])):
        rule = rules.pop((profile, "", ""), None)
        yield Powers(profile, _abilities(given.get(profile), rule, profile), tag_keys=tuple(rule.tags) if rule else ())
    for (profile, user_role, group), rule in sorted(rules.items()):
        powers = Powers(profile, _abilities(None, rule, profile), user_role, group, tuple(rule.tags))
        if (user_role or group) and rule.role_arn.rpartition("/")[2] in ("", wish.role_name(powers)):
            yield powers


def _abilities(asked: list[str] | None, rule: Rule | None, profile: str) -> tuple[Ability, ...]:
    wanted = asked or (rule.abilities if rule else USUAL[profile])
    return tuple(ability for ability in Ability if ability in wanted)


def _home(tenant: Tenant) -> str:
    host = tenant.domains.order_by("host").values_list("host", flat=True).first()
    return f"https://{host}"
