"""Why 403? Looks at each thing that an exchange needs, in its order, and tries what can be tried without harm."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.names import EventName
from chimeusers.services import membership
from exchange.doctor import ground, isolation, person, roles
from exchange.doctor.findings import Case, Finding
from exchange.models import Rule
from exchange.policy import rule_for
from exchange.provisioning.caller import principal
from exchange.services import preview
from tenants import aws
from tenants.failures import Failure
from tenants.models import AWSLink
from tenants.refusal import Refusal
from tenants.scope import unscoped
from tenants.services import link_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chimeusers.services import Membership
    from tenants.models import Tenant


def examine(tenant: Tenant, user: User | None = None, *, isolated: bool = False) -> Iterator[Finding]:
    """Yield what is found of a tenant, or of one of its users; with `isolated` also what this user must not do."""
    _note(tenant, user, isolated=isolated)
    try:
        link = link_of(tenant)
    except Failure as failure:
        yield Finding("AWS link", False, f"{failure} Link it, or run “manage.py provision {tenant.slug}”.")
        return
    yield from ground.look(tenant, link)
    try:
        case = Case(link, principal(link))
    except Failure as failure:
        yield Finding("the portal's access", False, str(failure))
        return
    yield from ground.at_aws(case)
    if user is None:
        yield from _rules(tenant, case)
        return
    yield from person.look(user, case)
    if isolated and user.is_active:
        yield from _isolation(tenant, user, link)


def _rules(tenant: Tenant, case: Case) -> Iterator[Finding]:
    rules = list(Rule.objects.filter(tenant=tenant).order_by("position", "pk"))
    if not rules:
        yield Finding("rules", False, "The tenant has no rule, so nobody gets anything. Add one.")
    for rule in rules:
        yield Finding("rule", True, f"{rule} ({', '.join(rule.abilities)}).")
        yield from roles.look(rule, case, user_id=isolation.NOBODY)


def _isolation(tenant: Tenant, user: User, link: AWSLink) -> Iterator[Finding]:
    rule, mine = rule_for(user, Rule.objects.filter(tenant=tenant)), membership(user, link)
    if rule is None:
        return
    try:
        grant = preview(rule, user)
        acting = person.session(link, grant)
    except (Refusal, Failure):
        return  # It has been told why.
    yield from isolation.prove(acting, mine, grant, _others(user, link, mine))


def _others(user: User, link: AWSLink, mine: Membership) -> isolation.Others:
    with unscoped():  # Whose app instance it is, nobody is told.
        foreign = AWSLink.objects.exclude(tenant=link.tenant_id).values_list("app_instance_arn", flat=True).first()
    other = User.objects.filter(tenant=link.tenant, is_active=True).exclude(pk=user.pk).order_by("created_at").first()
    if other is None:
        return isolation.Others(app_instance_arn=foreign or "")
    theirs = membership(other, link)
    return isolation.Others(theirs.user_id, foreign or "", _channel_without(mine, other, theirs, link))


def _channel_without(mine: Membership, other: User, theirs: Membership, link: AWSLink) -> str:
    """Return a private channel in which the other user is and this one is not, or nothing: public ones are all's."""
    rule = rule_for(other, Rule.objects.filter(tenant=link.tenant))
    with suppress(Refusal, Failure):
        if rule is not None:
            messaging = person.session(link, preview(rule, other)).client("chime-sdk-messaging")
            with aws.sorted_failures():
                for channel in _channels(messaging, theirs.user_arn):
                    members = messaging.list_channel_memberships(ChannelArn=channel, ChimeBearer=theirs.user_arn)
                    if mine.user_arn not in {one["Member"]["Arn"] for one in members["ChannelMemberships"]}:
                        return channel
    return ""


def _channels(messaging: Any, user_arn: str) -> list[str]:
    found = messaging.list_channel_memberships_for_app_instance_user(AppInstanceUserArn=user_arn, ChimeBearer=user_arn)
    channels = [one["ChannelSummary"] for one in found["ChannelMemberships"]]
    return [one["ChannelArn"] for one in channels if one["Privacy"] == "PRIVATE"]


@transaction.atomic(durable=True)
def _note(tenant: Tenant, user: User | None, *, isolated: bool) -> None:
    """Credentials may be got for this, so it is written down before."""
    record(EventName.CHECKED_UP, tenant_id=tenant.pk, subject_id=user.pk if user else None, isolated=isolated)
