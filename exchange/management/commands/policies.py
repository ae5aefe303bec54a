from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.vouching import AUDIENCE
from exchange import abilities
from exchange.abilities import Ability
from tenants.models import AWSLink, Way

if TYPE_CHECKING:
    from argparse import ArgumentParser

_USUAL = [Ability.READ, Ability.SEND, Ability.EDIT, Ability.JOIN]


class Command(BaseCommand):
    help = "Print the IAM documents of a role for a tenant's people: what it may do, and who may act as it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's short name")
        parser.add_argument(
            "--abilities", nargs="+", choices=[one.value for one in Ability], default=[one.value for one in _USUAL]
        )
        parser.add_argument("--shared", action="store_true", help="one role for the tenants of this AWS account")
        parser.add_argument("--principal", help="the portal's own ARN in IAM, unless it shows tokens")
        parser.add_argument("--own-account", action="store_true", help="the role is in the tenant's AWS account")

    def handle(self, **given: Any) -> None:
        link = AWSLink.objects.filter(tenant__slug=given["tenant"]).first()
        if link is None:
            raise CommandError(f"There is no tenant “{given['tenant']}” that is linked to AWS.")
        place = abilities.place_of(link.app_instance_arn, shared=given["shared"], files_bucket=link.files_bucket)
        documents = {
            "PolicyDocument": abilities.role_policy(place, {Ability(one) for one in given["abilities"]}),
            "AssumeRolePolicyDocument": _trust(link, place, given),
        }
        self.stdout.write(json.dumps(documents, indent=2))


def _trust(link: AWSLink, place: abilities.Place, given: dict[str, Any]) -> dict[str, Any]:
    if link.way == Way.WEB_IDENTITY:
        provider = f"arn:{place.partition}:iam::{place.account}:oidc-provider/{link.issuer.partition('://')[2]}"
        return abilities.trust_in_tokens(provider, AUDIENCE, names_source=link.names_source)
    if link.way in {Way.COGNITO, Way.COGNITO_ENHANCED}:
        return abilities.trust_in_pool(link.identity_pool_id)
    if not given["principal"]:
        raise CommandError("Say who the portal is at AWS: --principal arn:aws:iam::…:role/… (or user/…).")
    external_id = link.external_id if given["own_account"] else ""
    return abilities.trust_in_portal(given["principal"], external_id=external_id, names_source=link.names_source)
