"""Chime's ARNs, and which of them a call names for IAM to judge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.wire.errors import bad_request

if TYPE_CHECKING:
    from localaws.call import Call

APP_INSTANCE = r"arn:aws:chime:([a-z0-9-]+):(\d{12}):app-instance/[-A-Za-z0-9]+"
APP_INSTANCE_ARN = re.compile(APP_INSTANCE)
USER_ARN = re.compile(rf"({APP_INSTANCE})/user/[^/]+")
CHANNEL_ARN = re.compile(rf"({APP_INSTANCE})/channel/[^/]+")
CHANNEL_FLOW_ARN = re.compile(rf"({APP_INSTANCE})/channel-flow/[^/]+")


def app_instance_of(arn: str, kind: re.Pattern[str]) -> str:
    """The app instance that a user or a channel belongs to. Raises AWSError for an ARN of another kind."""
    match = kind.fullmatch(arn)
    if not match:
        raise bad_request(f"The ARN {arn[:256]} is not of the kind that is asked for.")
    return match[1]


def region_and_account(arn: str) -> tuple[str, str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    return region, account


def anything(_call: Call) -> str:
    return "*"


def every_app_instance(call: Call) -> str:
    return f"arn:aws:chime:{call.region}:{call.principal.account}:app-instance/*"


def the_app_instance(call: Call) -> str:
    return str(call["AppInstanceArn"])


def the_user(call: Call) -> str:
    return str(call["AppInstanceUserArn"])


def the_new_user(call: Call) -> str:
    """The reference names no resource for CreateAppInstanceUser, yet policies on `.../user/*` work with AWS."""
    return f"{call['AppInstanceArn']}/user/{call['AppInstanceUserId']}"


def every_user(call: Call) -> str:
    return f"{call['AppInstanceArn']}/user/*"


def the_admin(call: Call) -> str:
    return str(call["AppInstanceAdminArn"])


def the_bearer(call: Call) -> str:
    """Where the models call it optional, the text beside them does not."""
    if "ChimeBearer" not in call.members:
        raise bad_request("The x-amz-chime-bearer HTTP header is missing.")
    return str(call["ChimeBearer"])


def the_channel(call: Call) -> str:
    return str(call["ChannelArn"])


def the_channel_flow(call: Call) -> str:
    return str(call["ChannelFlowArn"])


def every_channel_flow(call: Call) -> str:
    return f"{call['AppInstanceArn']}/channel-flow/*"
