from __future__ import annotations

from tests.localaws.book.identity import DAYS, TAGS
from tests.localaws.book.row import Row

FORBIDDEN, CONFLICT, MISSING = "ForbiddenException", "ConflictException", "NotFoundException"
PUSH = {"PushNotifications": {"AllowNotifications": "ALL"}}
HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
NO_MESSAGE = "0" * 64


def bob(scene):
    return {"ChimeBearer": scene.house["bob"]}


def carol(scene):
    return {"ChimeBearer": scene.house["carol"]}


def lost_flow(scene):
    return {"ChannelFlowArn": f"{scene.flow}-lost"}


def own(scene):
    """The membership of alice."""
    return scene.in_channel(MemberArn=scene.house["alice"])


def of_bob(scene):
    return {"MemberArn": scene.house["bob"]}


def ghost(scene):
    return {"ChimeBearer": scene.ghost}


def of_alice(scene):
    return {"Fields": [{"Key": "MEMBERS", "Operator": "INCLUDES", "Values": [scene.house["alice"]]}]}


CHANNELS = [
    Row("CreateChannel", lambda s: s.as_person("alice", AppInstanceArn=s.house.arn, Name="c", ChannelId="c"), CONFLICT),
    Row("DescribeChannel", lambda s: s.in_secret(), FORBIDDEN, carol),
    Row("UpdateChannel", lambda s: s.in_channel(Name="new"), FORBIDDEN, bob),
    Row("DeleteChannel", lambda s: s.in_channel(), FORBIDDEN),
    Row(
        "ListChannels",
        lambda s: s.as_person("alice", AppInstanceArn=s.house.arn),
        FORBIDDEN,
        lambda _: {"Privacy": "PRIVATE"},
    ),
    Row("PutChannelExpirationSettings", lambda s: s.in_channel(ExpirationSettings=DAYS), FORBIDDEN, bob),
    Row("SearchChannels", lambda s: s.as_person("alice", **of_alice(s)), "UnauthorizedClientException", ghost),
    Row("ListSubChannels", lambda s: s.as_person("alice", ChannelArn=s.elastic), FORBIDDEN, bob),
    Row("UpdateChannelReadMarker", lambda s: s.in_channel(), FORBIDDEN, carol),
    Row("GetMessagingSessionEndpoint", lambda _: {}, "AccessDeniedException", refused_to="idle"),
    *TAGS,
]
OWN = [
    Row(
        operation,
        lambda s: s.as_person("alice", AppInstanceUserArn=s.house["alice"]),
        FORBIDDEN,
        lambda s: {"AppInstanceUserArn": s.house["bob"]},
    )
    for operation in ("ListChannelMembershipsForAppInstanceUser", "ListChannelsModeratedByAppInstanceUser")
] + [
    Row(
        operation,
        lambda s: s.in_channel(AppInstanceUserArn=s.house["alice"]),
        FORBIDDEN,
        lambda s: {"AppInstanceUserArn": s.house["bob"]},
    )
    for operation in ("DescribeChannelMembershipForAppInstanceUser", "DescribeChannelModeratedByAppInstanceUser")
]
PEOPLE = [
    Row("CreateChannelMembership", lambda s: s.in_channel(MemberArn=s.house["carol"], Type="DEFAULT"), CONFLICT),
    Row("BatchCreateChannelMembership", lambda s: s.in_channel(MemberArns=[s.house["carol"]]), FORBIDDEN, bob),
    Row(
        "DescribeChannelMembership",
        lambda s: s.in_channel(MemberArn=s.house["bob"]),
        MISSING,
        lambda s: {"MemberArn": s.house["carol"]},
    ),
    Row("ListChannelMemberships", lambda s: s.in_secret(), FORBIDDEN, carol),
    Row("DeleteChannelMembership", lambda s: s.in_channel(MemberArn=s.house["bob"]), FORBIDDEN),
    Row("CreateChannelModerator", lambda s: s.in_channel(ChannelModeratorArn=s.house["bob"]), CONFLICT),
    Row(
        "DescribeChannelModerator",
        lambda s: s.in_channel(ChannelModeratorArn=s.house["alice"]),
        MISSING,
        lambda s: {"ChannelModeratorArn": s.house["bob"]},
    ),
    Row("ListChannelModerators", lambda s: s.in_channel(), FORBIDDEN, bob),
    Row("DeleteChannelModerator", lambda s: s.in_channel(ChannelModeratorArn=s.house["alice"]), FORBIDDEN),
    Row("CreateChannelBan", lambda s: s.in_channel(MemberArn=s.house["carol"]), CONFLICT),
    Row(
        "DescribeChannelBan",
        lambda s: s.in_channel(MemberArn=s.banned),
        MISSING,
        of_bob,
    ),
    Row("ListChannelBans", lambda s: s.in_channel(), FORBIDDEN, bob),
    Row("DeleteChannelBan", lambda s: s.in_channel(MemberArn=s.banned), FORBIDDEN, bob),
    Row("PutChannelMembershipPreferences", lambda s: {**own(s), "Preferences": PUSH}, FORBIDDEN, of_bob),
    Row("GetChannelMembershipPreferences", own, FORBIDDEN, of_bob),
]
MESSAGES = [
    Row("SendChannelMessage", lambda s: s.in_channel(**HELLO), FORBIDDEN, carol),
    Row("GetChannelMessage", lambda s: s.in_channel(MessageId=s.message), MISSING, lambda _: {"MessageId": NO_MESSAGE}),
    Row("ListChannelMessages", lambda s: s.in_secret(), FORBIDDEN, carol),
    Row("UpdateChannelMessage", lambda s: s.in_channel(MessageId=s.message, Content="new"), FORBIDDEN, bob),
    Row("RedactChannelMessage", lambda s: s.in_channel(MessageId=s.message), FORBIDDEN, bob),
    Row("DeleteChannelMessage", lambda s: s.in_channel("dora", MessageId=s.message), FORBIDDEN, bob),
    Row("GetChannelMessageStatus", lambda s: s.in_channel(MessageId=s.message), FORBIDDEN, bob),
]
FLOWS = [
    Row(
        "CreateChannelFlow",
        lambda s: {"AppInstanceArn": s.house.arn, "Name": "flow", "Processors": s.processors},
        FORBIDDEN,
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row(
        "ListChannelFlows",
        lambda s: {"AppInstanceArn": s.house.arn},
        FORBIDDEN,
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row(
        "DescribeChannelFlow",
        lambda s: {"ChannelFlowArn": s.flow},
        FORBIDDEN,
        lost_flow,
    ),
    Row(
        "UpdateChannelFlow",
        lambda s: {"ChannelFlowArn": s.flow, "Name": "new", "Processors": s.processors},
        FORBIDDEN,
        lost_flow,
    ),
    Row("DeleteChannelFlow", lambda s: {"ChannelFlowArn": s.flow}, FORBIDDEN),
    Row(
        "ListChannelsAssociatedWithChannelFlow",
        lambda s: {"ChannelFlowArn": s.flow},
        FORBIDDEN,
        lost_flow,
    ),
    Row("AssociateChannelFlow", lambda s: s.in_channel(ChannelFlowArn=s.flow), FORBIDDEN, bob),
    Row("DisassociateChannelFlow", lambda s: s.in_channel(ChannelFlowArn=s.associated_flow), FORBIDDEN, bob),
    Row("ChannelFlowCallback", lambda s: s.callback, FORBIDDEN),
]
PAGE = [*CHANNELS, *OWN, *PEOPLE, *MESSAGES, *FLOWS]
