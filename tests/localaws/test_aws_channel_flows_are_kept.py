from __future__ import annotations

import pytest

from tests.localaws.cloud import ACCOUNT, OTHER_ACCOUNT, REGION, turn_pages

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:profanity"


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


def processor(name: str = "profanity", function: str = FUNCTION, **wishes):
    configuration = {"Lambda": {"ResourceArn": function, "InvocationType": "ASYNC"}}
    wish = {"Name": name, "Configuration": configuration, "ExecutionOrder": 1, "FallbackAction": "CONTINUE"}
    return {**wish, **wishes}


@pytest.fixture
def make_flow(messaging, acme):
    def make_flow(name: str = "flow", **wishes) -> str:
        wish = {"AppInstanceArn": acme.arn, "Name": name, "Processors": [processor()], **wishes}
        return str(messaging.create_channel_flow(**wish)["ChannelFlowArn"])

    return make_flow


@pytest.fixture
def open_room(messaging, acme):
    def open_room() -> dict[str, str]:
        wish = {"AppInstanceArn": acme.arn, "Name": "room", "MemberArns": [acme["bob"]], "ChimeBearer": acme["alice"]}
        return {"ChannelArn": messaging.create_channel(**wish)["ChannelArn"], "ChimeBearer": acme["alice"]}

    return open_room


def test_a_flow_is_made_described_changed_and_deleted(messaging, make_flow, code):
    flow = {"ChannelFlowArn": make_flow()}
    described = messaging.describe_channel_flow(**flow)["ChannelFlow"]
    assert (described["Name"], described["Processors"]) == ("flow", [processor()])
    assert described["CreatedTimestamp"] == described["LastUpdatedTimestamp"]
    other = processor("other", FallbackAction="ABORT")
    assert messaging.update_channel_flow(**flow, Name="renamed", Processors=[other])["ChannelFlowArn"]
    described = messaging.describe_channel_flow(**flow)["ChannelFlow"]
    assert (described["Name"], described["Processors"]) == ("renamed", [other])
    messaging.delete_channel_flow(**flow)
    for operation in ("describe_channel_flow", "delete_channel_flow"):
        assert code(getattr(messaging, operation), **flow) == "ForbiddenException"


def test_flows_are_listed_in_pages(messaging, acme, make_flow):
    made = {make_flow(f"flow {number}") for number in range(3)}
    pages = turn_pages(messaging.list_channel_flows, "ChannelFlows", AppInstanceArn=acme.arn, MaxResults=2)
    assert [len(page) for page in pages] == [2, 1]
    assert {flow["ChannelFlowArn"] for page in pages for flow in page} == made


def test_the_same_token_is_the_same_flow(make_flow, code):
    assert make_flow(ClientRequestToken="once") == make_flow(ClientRequestToken="once")
    assert code(make_flow, name="other", ClientRequestToken="once") == "ConflictException"


@pytest.mark.parametrize(
    "processors",
    [
        [processor("one"), processor("two", ExecutionOrder=2)],
        [processor(function=f"arn:aws:lambda:{REGION}:{OTHER_ACCOUNT}:function:f")],
        [processor(function=f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:f")],
        [processor(function=f"arn:aws:sns:{REGION}:{ACCOUNT}:topic")],
        [processor(ExecutionOrder=4)],
        [processor(FallbackAction="RETRY")],
    ],
)
def test_other_processors_are_refused(make_flow, code, processors):
    assert code(make_flow, Processors=processors) == "BadRequestException"


def test_a_channel_goes_through_one_flow(messaging, acme, make_flow, open_room, code):
    flow, other, room = {"ChannelFlowArn": make_flow()}, {"ChannelFlowArn": make_flow()}, open_room()
    messaging.associate_channel_flow(**room, **flow)
    assert messaging.describe_channel(**room)["Channel"]["ChannelFlowArn"] == flow["ChannelFlowArn"]
    [listed] = messaging.list_channels_associated_with_channel_flow(**flow)["Channels"]
    assert (listed["ChannelArn"], listed["Name"]) == (room["ChannelArn"], "room")
    assert messaging.list_channels_associated_with_channel_flow(**other)["Channels"] == []
    assert code(messaging.associate_channel_flow, **room, **other) == "ConflictException"
    assert code(messaging.disassociate_channel_flow, **room, **other) == "NotFoundException"
    assert code(messaging.delete_channel_flow, **flow) == "ConflictException"
    messaging.disassociate_channel_flow(**room, **flow)
    assert "ChannelFlowArn" not in messaging.describe_channel(**room)["Channel"]
    messaging.delete_channel_flow(**flow)
    assert code(messaging.associate_channel_flow, **room, **flow) == "NotFoundException"


def test_moderators_and_admins_choose_the_flow(messaging, acme, make_flow, open_room, code):
    flow, room = {"ChannelFlowArn": make_flow()}, open_room()
    as_bob = {**room, **flow, "ChimeBearer": acme["bob"]}
    assert code(messaging.associate_channel_flow, **as_bob) == "ForbiddenException"
    messaging.associate_channel_flow(**{**as_bob, "ChimeBearer": acme["dora"]})
    assert code(messaging.disassociate_channel_flow, **as_bob) == "ForbiddenException"


def test_a_flow_is_tagged(messaging, make_flow):
    flow = make_flow(Tags=[{"Key": "team", "Value": "chat"}])
    assert messaging.list_tags_for_resource(ResourceARN=flow)["Tags"] == [{"Key": "team", "Value": "chat"}]
    messaging.tag_resource(ResourceARN=flow, Tags=[{"Key": "stage", "Value": "test"}])
    assert len(messaging.list_tags_for_resource(ResourceARN=flow)["Tags"]) == 2


def test_who_may_not_by_iam_touches_no_flow(cloud, acme, make_flow, open_room):
    alice = cloud.messaging(cloud.become(acme["alice"]))
    with pytest.raises(alice.exceptions.ClientError, match="AssociateChannelFlow"):
        alice.associate_channel_flow(**open_room(), ChannelFlowArn=make_flow())
