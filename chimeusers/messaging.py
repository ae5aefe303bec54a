"""The calls to Chime's channels, in the name of the portal's own admin of the app instance. Raises tenants.failures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from tenants import aws
from tenants.failures import Exists, Misconfigured, Missing, Rejected
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_chime_sdk_messaging import ChimeSDKMessagingClient

    from accounts.models import Group
    from tenants.failures import Failure
    from tenants.models import AWSLink

_PAGE = 50  # ListChannelMemberships gives no more at once
_NAME_MAX = 256  # characters of a channel's name
_TOKENS = UUID("6a1f6e0e-3f0b-5d43-9a51-7d6a0c1b2e4f")  # our namespace for name-based UUIDs (RFC 9562, 5.5)


def create_channel(link: AWSLink, group: Group) -> str:
    """CreateChannel: a private one to which only moderators add. Asked for again, it is the same. Return its ARN."""
    try:
        with aws.sorted_failures():
            answer = _client(link).create_channel(
                AppInstanceArn=link.app_instance_arn,
                Name=group.name[:_NAME_MAX],
                Mode="RESTRICTED",
                Privacy="PRIVATE",
                ClientRequestToken=str(uuid5(_TOKENS, f"{link.app_instance_arn}\n{group.pk}")),
                ChimeBearer=link.user_arn(PORTALS_ADMIN),
            )
    except (Missing, Misconfigured) as failure:
        raise _nobody_to_do_it(failure) from failure
    return answer["ChannelArn"]


def look_for(link: AWSLink, channel_arn: str) -> None:
    """DescribeChannel. Raises Rejected when there is no such channel, or the portal's admin may not see it."""
    try:
        with aws.sorted_failures():
            _client(link).describe_channel(ChannelArn=channel_arn, ChimeBearer=link.user_arn(PORTALS_ADMIN))
    except (Missing, Misconfigured) as failure:
        raise _nobody_to_do_it(failure) from failure


def add(link: AWSLink, channel_arn: str, app_instance_user_id: str) -> None:
    """CreateChannelMembership. Whoever is a member already stays one."""
    try:
        with aws.sorted_failures():
            _client(link).create_channel_membership(
                ChannelArn=channel_arn,
                MemberArn=link.user_arn(app_instance_user_id),
                Type="DEFAULT",
                ChimeBearer=link.user_arn(PORTALS_ADMIN),
            )
    except Exists:
        return
    except (Missing, Misconfigured) as failure:
        raise _nobody_to_do_it(failure) from failure


def remove(link: AWSLink, channel_arn: str, app_instance_user_id: str) -> None:
    """DeleteChannelMembership. Gone is gone, if only the channel is there."""
    try:
        with aws.sorted_failures():
            _client(link).delete_channel_membership(
                ChannelArn=channel_arn,
                MemberArn=link.user_arn(app_instance_user_id),
                ChimeBearer=link.user_arn(PORTALS_ADMIN),
            )
    except Missing:
        look_for(link, channel_arn)
    except Misconfigured as failure:
        raise _nobody_to_do_it(failure) from failure


def members(link: AWSLink, channel_arn: str) -> Iterator[list[str]]:
    """ListChannelMemberships: the app instance user ids of all members, page by page."""
    following: dict[str, str] = {}
    while True:
        try:
            with aws.sorted_failures():
                answer = _client(link).list_channel_memberships(
                    ChannelArn=channel_arn,
                    MaxResults=_PAGE,
                    ChimeBearer=link.user_arn(PORTALS_ADMIN),
                    **following,  # type: ignore[arg-type]
                )
        except (Missing, Misconfigured) as failure:
            raise _nobody_to_do_it(failure) from failure
        yield [one["Member"]["Arn"].rpartition("/")[2] for one in answer["ChannelMemberships"]]
        if not answer.get("NextToken"):
            return
        following = {"NextToken": answer["NextToken"]}


def _nobody_to_do_it(failure: Failure) -> Rejected:
    """Chime says the same of a channel that is not there, and of one where the caller has no say.

    Users go on whatever happens in channels, so this is no matter of the tenant's whole set-up.
    """
    return Rejected(f"The channel is not there, or “{PORTALS_ADMIN}” is no admin of the app instance: {failure}")


def _client(link: AWSLink) -> ChimeSDKMessagingClient:
    return aws.client_of(link, "chime-sdk-messaging")
