"""What IAM must allow for each operation of messaging.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonchime.html
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.served import SERVED

if TYPE_CHECKING:
    from tests.localaws.cloud import Cloud, House

NAMES = {"user": "user/alice", "channel": "channel/lobby", "flow": "channel-flow/flow", "flows": "channel-flow/*"}
MESSAGE = {"MessageId": "0" * 64}
MEMBER, MODERATOR = {"MemberArn": "user"}, {"ChannelModeratorArn": "user"}
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
PROCESSOR = {
    "Name": "p",
    "Configuration": {"Lambda": {"ResourceArn": FUNCTION, "InvocationType": "ASYNC"}},
    "ExecutionOrder": 1,
    "FallbackAction": "ABORT",
}
FIELD = {"Key": "MEMBERS", "Operator": "EQUALS", "Values": [FUNCTION]}
SENT = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
BATCH = {"MemberArns": [FUNCTION]}
ALL = {"PushNotifications": {"AllowNotifications": "ALL"}}
CALLBACK = {"CallbackId": "0" * 32, "ChannelMessage": MESSAGE}

# In the bearer's name, about a channel: both must be allowed.
OF_A_CHANNEL: dict[str, dict[str, Any]] = {
    "describe_channel": {},
    "update_channel": {"Name": "x"},
    "delete_channel": {},
    "put_channel_expiration_settings": {},
    "describe_channel_membership_for_app_instance_user": {"AppInstanceUserArn": "user"},
    "describe_channel_moderated_by_app_instance_user": {"AppInstanceUserArn": "user"},
    "create_channel_membership": {**MEMBER, "Type": "DEFAULT"},
    "batch_create_channel_membership": BATCH,
    "describe_channel_membership": MEMBER,
    "list_channel_memberships": {},
    "delete_channel_membership": MEMBER,
    "create_channel_moderator": MODERATOR,
    "describe_channel_moderator": MODERATOR,
    "list_channel_moderators": {},
    "delete_channel_moderator": MODERATOR,
    "create_channel_ban": MEMBER,
    "describe_channel_ban": MEMBER,
    "list_channel_bans": {},
    "delete_channel_ban": MEMBER,
    "put_channel_membership_preferences": {**MEMBER, "Preferences": ALL},
    "get_channel_membership_preferences": MEMBER,
    "update_channel_read_marker": {},
    "send_channel_message": SENT,
    "get_channel_message": MESSAGE,
    "get_channel_message_status": MESSAGE,
    "list_channel_messages": {},
    "update_channel_message": {**MESSAGE, "Content": "x"},
    "redact_channel_message": MESSAGE,
    "delete_channel_message": MESSAGE,
    "list_sub_channels": {},
}
HERE = {"ChimeBearer": "user", "ChannelArn": "channel"}
# Members and resources; names stand for ARNs, and the app instance is the empty one.
OTHERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "create_channel": ({"AppInstanceArn": "", "Name": "x", "ChimeBearer": "user"}, ["user"]),
    "list_channels": ({"AppInstanceArn": "", "ChimeBearer": "user"}, ["user"]),
    "list_channel_memberships_for_app_instance_user": ({"ChimeBearer": "user"}, ["user"]),
    "list_channels_moderated_by_app_instance_user": ({"ChimeBearer": "user"}, ["user"]),
    "search_channels": ({"ChimeBearer": "user", "Fields": [FIELD]}, ["user"]),
    "associate_channel_flow": ({**HERE, "ChannelFlowArn": "flow"}, ["user", "channel", "flow"]),
    "disassociate_channel_flow": ({**HERE, "ChannelFlowArn": "flow"}, ["user", "channel", "flow"]),
    "channel_flow_callback": ({"ChannelArn": "channel", **CALLBACK}, ["channel"]),
    "create_channel_flow": ({"AppInstanceArn": "", "Name": "x", "Processors": [PROCESSOR]}, [""]),
    "describe_channel_flow": ({"ChannelFlowArn": "flow"}, ["flow"]),
    "list_channel_flows": ({"AppInstanceArn": ""}, ["flows"]),
    "update_channel_flow": ({"ChannelFlowArn": "flow", "Name": "x", "Processors": [PROCESSOR]}, ["flow"]),
    "delete_channel_flow": ({"ChannelFlowArn": "flow"}, ["flow"]),
    "list_channels_associated_with_channel_flow": ({"ChannelFlowArn": "flow"}, ["flow"]),
}
OPERATIONS = {**{name: ({**HERE, **members}, ["user", "channel"]) for name, members in OF_A_CHANNEL.items()}, **OTHERS}
# Tested where they are built.
ELSEWHERE = {"tag_resource", "untag_resource", "list_tags_for_resource", "get_messaging_session_endpoint"}


def find_arn(house: House, name: Any) -> Any:
    if name == "":
        return house.arn
    return f"{house.arn}/{NAMES[name]}" if isinstance(name, str) and name in NAMES else name


def asked(cloud: Cloud, house: House, operation: str, members: dict[str, Any]) -> list[str]:
    cloud.control("DELETE", "calls")
    with contextlib.suppress(ClientError):
        getattr(cloud.messaging(), operation)(**{name: find_arn(house, value) for name, value in members.items()})
    [entry] = cloud.control("GET", "calls")["calls"]
    assert entry["verdict"] == "allowed"
    return list(entry["resources"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_iam_is_asked_for_each_resource_of_a_call(cloud, acme, operation):
    members, resources = OPERATIONS[operation]
    assert asked(cloud, acme, operation, members) == [find_arn(acme, name) for name in resources]


def test_no_operation_is_forgotten(cloud):
    served = SERVED["chime-sdk-messaging"]
    mapping = cloud.messaging().meta.method_to_api_mapping
    assert {method for method, operation in mapping.items() if operation in served} == OPERATIONS.keys() | ELSEWHERE
