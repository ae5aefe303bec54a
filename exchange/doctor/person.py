"""One user: known at Chime, with a rule, with credentials that AWS gives and honours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chimeusers.services import Membership, membership
from exchange.abilities import Ability
from exchange.doctor import roles
from exchange.doctor.findings import Case, Finding
from exchange.doctor.session import Session, trouble
from exchange.models import Rule
from exchange.policy import SHORTEST, Grant, rule_for
from exchange.services import WAYS, preview
from tenants import aws
from tenants.failures import Failure
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from tenants.models import AWSLink


def look(user: User, case: Case) -> Iterator[Finding]:
    """Go the way of an exchange, and stop where it would."""
    link = case.link
    place = membership(user, link)
    if not user.is_active:
        yield Finding("user", False, f"{user} is disabled or waits for approval: nobody gets anything for them.")
        return
    missing = trouble(
        lambda: aws.client_of(link, "chime-sdk-identity").describe_app_instance_user(AppInstanceUserArn=place.user_arn)
    )
    told = f"{missing} Chime calls a user that is not there forbidden." if missing else f"{place.user_arn} is there."
    yield Finding("user at Chime", missing is None, told)
    rule = rule_for(user, Rule.objects.filter(tenant=link.tenant))
    if rule is None:
        yield Finding("rule", False, "No rule of the tenant is for this user, so there is no role. Add one.")
        return
    yield Finding("rule", True, f"{rule} ({', '.join(rule.abilities)}).")
    yield from roles.look(rule, case, user_id=place.user_id)
    yield from _session(user, place, rule, case)


def session(link: AWSLink, grant: Grant) -> Session:
    """Get credentials for looking, for as short as AWS gives them. Raises a Failure."""
    short = replace(grant, duration_seconds=SHORTEST)
    return Session(WAYS[grant.road.way](link.tenant, short), link.region)


def _session(user: User, place: Membership, rule: Rule, case: Case) -> Iterator[Finding]:
    try:
        grant = preview(rule, user)
        acting = session(case.link, grant)
    except Refusal as refusal:
        yield Finding("session", False, refusal.sentence)
        return
    except Failure as failure:
        yield Finding("session", False, f"AWS gives no credentials: {failure}", roles.paste(rule, case))
        return
    tags = ", ".join(f"{key}={value}" for key, value in grant.tags.items() if key != "ExchangeId")
    yield Finding("session", True, f"AWS gives credentials to {grant.session_name}, with the tags {tags}.")
    messaging, identity = acting.client("chime-sdk-messaging"), acting.client("chime-sdk-identity")
    tries = {
        Ability.READ: lambda: messaging.list_channels(
            AppInstanceArn=place.app_instance_arn, ChimeBearer=place.user_arn
        ),
        Ability.DIRECTORY: lambda: identity.list_app_instance_users(AppInstanceArn=place.app_instance_arn),
    }
    for ability in (one for one in tries if one in rule.abilities):
        refused = trouble(tries[ability])
        yield Finding(f"tried: {ability}", refused is None, str(refused or "AWS did it, with these credentials."))
