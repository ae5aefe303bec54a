"""Channels that follow groups: whoever is in the group, and known to Chime, is in the channel.

It rides on the changes of users: what is waiting for a user is done when Chime knows them and their channels do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count, groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from structlog import get_logger

from accounts.models import Membership
from audit.log import record
from audit.names import EventName
from chimeusers import budget, messaging, queue
from chimeusers.beliefs import beliefs_of
from chimeusers.models import ChannelMember, GroupChannel, State
from tenants.failures import Failure, Misconfigured, Rejected, Unavailable
from tenants.models import AWSLink
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from accounts.models import Group
    from tenants.models import Tenant

log = get_logger()

MOST_MEMBERS = 10_000  # of a channel (Amazon Chime SDK endpoints and quotas, "Memberships per channel")


@dataclass(frozen=True, slots=True)
class Step:
    """One call that puts somebody into a channel, or takes them out of it: then `row` is what we believed."""

    channel: GroupChannel
    user_id: UUID
    app_instance_user_id: str
    row: ChannelMember | None = None


def tie(link: AWSLink, group: Group, *, channel_arn: str = "") -> GroupChannel:
    """Keep a group's members in a channel: in this one, or in a new one of the group's name.

    Raises ValidationError, a Refusal for a group that no channel can hold, or a Failure of Chime's.
    """
    if group.memberships.count() > MOST_MEMBERS:
        raise Refusal("group_too_large", f"A channel takes {MOST_MEMBERS:,} members. This group has more.", status=409)
    row = GroupChannel(tenant=link.tenant, group=group, channel_arn=channel_arn)
    row.full_clean(exclude=[] if channel_arn else ["channel_arn"])
    if channel_arn and not channel_arn.startswith(f"{link.app_instance_arn}/channel/"):
        raise Refusal("foreign_channel", "This channel is not of the tenant's own app instance.", status=400)
    if channel_arn:
        messaging.look_for(link, channel_arn)
    else:
        row.channel_arn = messaging.create_channel(link, group)
    _keep(row)
    return row


def untie(row: GroupChannel) -> None:
    """Let the channel be: whoever is in it stays, and no one is put in or taken out any more."""
    with transaction.atomic(durable=True):
        record(EventName.CHANNEL_UNTIED, tenant_id=row.tenant_id, subject_id=row.group_id, channel=row.channel_arn)
        row.delete()


def follow(link: AWSLink, outcomes: Mapping[UUID, Failure | None], *, ends: float) -> dict[UUID, Failure | None]:
    """Let the channels follow the users who are settled; return what became of each by now.

    Who is not reached before `ends`, or after a call that was of no use to anybody, is left out.
    """
    steps = _steps(link, [user_id for user_id, failure in outcomes.items() if failure is None])
    if not steps:
        return dict(outcomes)
    waiting = {step.user_id for step in steps}
    done = {user_id: failure for user_id, failure in outcomes.items() if user_id not in waiting}
    return done | dict(_follow(link, steps, ends))


def are_behind(link: AWSLink, user_id: UUID) -> bool:
    """Tell whether a channel has yet to follow somebody whom Chime knows."""
    return bool(_steps(link, [user_id]))


def recheck(row: GroupChannel, link: AWSLink) -> int:
    """Read a channel's members, and make due whom we had put in and who is there no more. Return how many."""
    began, there = timezone.now(), set[str]()
    for page in messaging.members(link, row.channel_arn):
        there.update(page)
        budget.messages(link, 1).wait(0)
    believed = ChannelMember.objects.filter(tenant=row.tenant, channel=row, added_at__lt=began)
    gone = {one.pk: one.user_id for one in believed if one.app_instance_user_id not in there}
    with transaction.atomic(durable=True):
        ChannelMember.objects.filter(tenant=row.tenant, pk__in=gone).delete()
        queue.note(row.tenant_id, gone.values())
    return len(gone)


def recheck_all(tenant: Tenant) -> None:
    """recheck() each channel of a tenant; one that can't be read stops no other."""
    link = AWSLink.objects.filter(tenant=tenant, paused_at=None).select_related("tenant").first()
    if link is None:
        return
    for row in GroupChannel.objects.filter(tenant=tenant).select_related("tenant"):
        try:
            recheck(row, link)
        except (Unavailable, Misconfigured, Rejected) as failure:
            log.warning("channel_not_rechecked", tenant_id=str(tenant.pk), channel=row.channel_arn, reason=str(failure))


def _follow(link: AWSLink, steps: list[Step], ends: float) -> Iterator[tuple[UUID, Failure | None]]:
    """Make the calls user by user, and tell what became of each user."""
    booked, number = budget.messages(link, len(steps)), count()
    for user_id, theirs in groupby(steps, key=lambda step: step.user_id):
        failure = None
        for step in theirs:
            booked.wait(next(number))
            if time.monotonic() > ends:
                return
            failure = _taken(link, step) or failure
            if isinstance(failure, Unavailable | Misconfigured):
                yield user_id, failure
                return
        yield user_id, failure


def _keep(row: GroupChannel) -> None:
    with transaction.atomic(durable=True):
        row.full_clean()
        row.save(force_insert=True)
        record(EventName.CHANNEL_TIED, tenant_id=row.tenant_id, subject_id=row.group_id, channel=row.channel_arn)
        queue.note(row.tenant_id, row.group.memberships.values_list("user_id", flat=True))


def _steps(link: AWSLink, user_ids: list[UUID]) -> list[Step]:
    ties = {row.group_id: row for row in GroupChannel.objects.filter(tenant=link.tenant_id)} if user_ids else {}
    return sorted(_calls(link, ties, user_ids), key=lambda step: str(step.user_id)) if ties else []


def _calls(link: AWSLink, ties: dict[UUID, GroupChannel], user_ids: list[UUID]) -> Iterator[Step]:
    beliefs = beliefs_of(link, user_ids)
    ids = {one.user_id: one.app_instance_user_id for one in beliefs.values() if one.state == State.PRESENT}
    rows = ChannelMember.objects.filter(tenant=link.tenant_id, user_id__in=user_ids).select_related("channel")
    # With a user Chime has forgotten their memberships.
    rows.exclude(user_id__in=ids).delete()
    there = {(row.channel.group_id, row.user_id): row for row in rows.filter(user_id__in=ids)}
    members = Membership.objects.filter(tenant=link.tenant_id, group__in=ties, user__in=ids)
    wanted = set(members.values_list("group_id", "user_id"))
    for group_id, user_id in wanted - there.keys():
        yield Step(ties[group_id], user_id, ids[user_id])
    for pair in there.keys() - wanted:
        yield Step(there[pair].channel, pair[1], there[pair].app_instance_user_id, there[pair])


def _taken(link: AWSLink, step: Step) -> Failure | None:
    """Make a call, and believe what it did: made again after a crash between the two, it does no harm."""
    try:
        if step.row is None:
            messaging.add(link, step.channel.channel_arn, step.app_instance_user_id)
        else:
            messaging.remove(link, step.channel.channel_arn, step.app_instance_user_id)
    except (Unavailable, Misconfigured, Rejected) as failure:
        if isinstance(failure, Unavailable) and failure.is_throttling:
            budget.messages_refused(link)
        return failure
    if step.row is not None:
        ChannelMember.objects.filter(pk=step.row.pk).delete()
    else:
        told = {"tenant_id": link.tenant_id, "channel": step.channel, "user_id": step.user_id}
        fresh = ChannelMember(**told, app_instance_user_id=step.app_instance_user_id)
        ChannelMember.objects.bulk_create([fresh], ignore_conflicts=True)
    return None
