"""Makes the demo's app instances and channels at AWS, in the names of the demo's people."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from portal.demo.policies import REGION
from tenants import aws
from tenants.failures import Exists
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_chime_sdk_identity import ChimeSDKIdentityClient
    from mypy_boto3_chime_sdk_messaging import ChimeSDKMessagingClient

    from accounts.models import User
    from portal.demo.cast import Channel, House
    from tenants.models import AWSLink

_TOKENS = uuid.UUID("5a1c9f38-4a44-5d0b-8c6e-3f1d5f0f7a21")  # namespace of the request tokens (RFC 9562, 5.5)


def app_instance(house: House) -> str:
    """Return the ARN of the app instance with this house's name, made if there is none."""
    client = aws.client("chime-sdk-identity", REGION)
    with aws.sorted_failures():
        for found in client.list_app_instances()["AppInstances"]:
            if found["Name"] == house.slug:
                return found["AppInstanceArn"]
        arn = client.create_app_instance(Name=house.slug, ClientRequestToken=_token(house.slug))["AppInstanceArn"]
        _make_admin(client, arn)
        return arn


def _make_admin(client: ChimeSDKIdentityClient, arn: str) -> None:
    """Make the portal's own admin, in whose name channels follow groups."""
    client.create_app_instance_user(
        AppInstanceArn=arn, AppInstanceUserId=PORTALS_ADMIN, Name=PORTALS_ADMIN, ClientRequestToken=_token(arn)
    )
    client.create_app_instance_admin(AppInstanceArn=arn, AppInstanceAdminArn=f"{arn}/user/{PORTALS_ADMIN}")


def seed(link: AWSLink, house: House, users: Mapping[str, User]) -> None:
    arns = {name: link.user_arn(str(user.pk)) for name, user in users.items()}
    client = aws.client("chime-sdk-messaging", link.region)
    for channel in house.channels:
        with aws.sorted_failures():
            _seed_channel(client, link.app_instance_arn, channel, arns)


def _seed_channel(
    client: ChimeSDKMessagingClient, app_instance_arn: str, channel: Channel, arns: Mapping[str, str]
) -> None:
    channel_arn = f"{app_instance_arn}/channel/{channel.channel_id}"
    maker = arns[channel.members[0]]
    with suppress(Exists), aws.sorted_failures():
        client.create_channel(
            AppInstanceArn=app_instance_arn,
            ChannelId=channel.channel_id,
            Name=channel.name,
            Mode="RESTRICTED",
            Privacy="PRIVATE",
            ClientRequestToken=_token(channel_arn),
            ChimeBearer=maker,
        )
    for member in channel.members[1:]:
        with suppress(Exists), aws.sorted_failures():
            client.create_channel_membership(
                ChannelArn=channel_arn, MemberArn=arns[member], Type="DEFAULT", ChimeBearer=maker
            )
    if not client.list_channel_messages(ChannelArn=channel_arn, ChimeBearer=maker)["ChannelMessages"]:
        _say_all(client, channel_arn, channel, arns)


def _say_all(client: ChimeSDKMessagingClient, channel_arn: str, channel: Channel, arns: Mapping[str, str]) -> None:
    for number, (author, text) in enumerate(channel.messages):
        client.send_channel_message(
            ChannelArn=channel_arn,
            Content=text,
            Type="STANDARD",
            Persistence="PERSISTENT",
            ClientRequestToken=_token(f"{channel_arn}/{number}"),
            ChimeBearer=arns[author],
        )


def _token(name: str) -> str:
    return str(uuid.uuid5(_TOKENS, name))
