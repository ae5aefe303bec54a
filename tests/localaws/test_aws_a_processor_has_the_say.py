"""Messages in a channel with a flow, and a processor that is a small HTTP server.

https://docs.aws.amazon.com/chime-sdk/latest/dg/processor-setup.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.cloud import Cloud, build_house, eventually, setup
from tests.localaws.listening import listening
from tests.localaws.processor import Processor, function

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
SECONDS_TO_CALL = 5


@pytest.fixture(scope="module")
def processor():
    running = Processor()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cloud(processor, tmp_path_factory):
    addresses = {
        function("taken"): f"{processor.url}/taken",
        function("broken"): f"{processor.url}/broken",
        function("away"): "http://127.0.0.1:9/",
    }
    path = tmp_path_factory.mktemp("flows") / "setup.json"
    path.write_text(json.dumps({**setup(), "Processors": addresses}))
    running = Cloud("--setup", str(path), "--control")
    yield running
    running.stop()


class Room:
    """A channel of alice and bob with a flow."""

    def __init__(self, cloud: Cloud, house, name: str = "taken", fallback: str = "CONTINUE") -> None:
        self.messaging, self.house = cloud.messaging(), house
        wish = {"AppInstanceArn": house.arn, "Name": "room", "MemberArns": [house["bob"]]}
        self.channel = self.messaging.create_channel(**wish, ChimeBearer=house["alice"])["ChannelArn"]
        configuration = {"Lambda": {"ResourceArn": function(name), "InvocationType": "ASYNC"}}
        one = {"Name": name, "Configuration": configuration, "ExecutionOrder": 1, "FallbackAction": fallback}
        flow = self.messaging.create_channel_flow(AppInstanceArn=house.arn, Name="flow", Processors=[one])
        self.call("associate_channel_flow", ChannelFlowArn=flow["ChannelFlowArn"])

    def call(self, operation: str, who: str = "alice", **members: Any) -> Any:
        return getattr(self.messaging, operation)(ChannelArn=self.channel, ChimeBearer=self.house[who], **members)

    def send(self, **wishes: Any) -> Any:
        return self.call("send_channel_message", **{**HELLO, **wishes})

    def answer(self, event: dict[str, Any], **changes: Any) -> Any:
        message = {"MessageId": event["ChannelMessage"]["MessageId"], **changes.pop("ChannelMessage", {})}
        return self.messaging.channel_flow_callback(
            **{"ChannelArn": self.channel, "CallbackId": event["CallbackId"], "ChannelMessage": message, **changes}
        )

    def status(self, message: str) -> str:
        return str(self.call("get_channel_message_status", MessageId=message)["Status"]["Value"])

    def read(self, who: str) -> list[str]:
        return [each["Content"] for each in self.call("list_channel_messages", who)["ChannelMessages"]]


@pytest.fixture
def house(cloud):
    return build_house(cloud, "flows", ["alice", "bob"])


@pytest.fixture
def room(cloud, house) -> Room:
    return Room(cloud, house)


def test_the_processor_gets_the_event_that_a_function_would(processor, room, house):
    sent = room.send(Metadata="m")
    assert sent["Status"] == {"Value": "PENDING"}
    event = processor.take()
    assert event["EventType"] == "CHANNEL_MESSAGE_EVENT"
    assert 32 <= len(event["CallbackId"]) <= 64
    message = event["ChannelMessage"]
    assert (message["MessageId"], message["ChannelArn"]) == (sent["MessageId"], room.channel)
    assert (message["Content"], message["Metadata"], message["Persistence"]) == ("hello", "m", "PERSISTENT")
    assert message["Sender"] == {"Arn": house["alice"], "Name": "Alice"}
    assert message["CreatedTimestamp"].endswith("Z")


def test_until_the_processor_answers_only_the_sender_sees_the_message(processor, room, code):
    sent = room.send()
    assert (room.read("alice"), room.read("bob")) == (["hello"], [])
    assert room.status(sent["MessageId"]) == "PENDING"
    message = {"MessageId": sent["MessageId"]}
    assert code(room.call, operation="get_channel_message", who="bob", **message) == "NotFoundException"
    for operation, wish in (("update_channel_message", {"Content": "other"}), ("redact_channel_message", {})):
        assert code(room.call, operation=operation, **message, **wish) == "ForbiddenException"
    event = processor.take()
    done = room.answer(event)
    assert (done["ChannelArn"], done["CallbackId"]) == (room.channel, event["CallbackId"])
    assert (room.read("bob"), room.status(sent["MessageId"])) == (["hello"], "SENT")


def test_the_processor_changes_what_is_said(cloud, processor, house, room):
    with listening(cloud, house["alice"]) as alice, listening(cloud, house["bob"]) as bob:
        room.send(Metadata="m")
        room.answer(processor.take(), ChannelMessage={"Content": "h***o"})
        assert [alice.hear().type, alice.hear().type] == ["PENDING_CREATE_CHANNEL_MESSAGE", "CREATE_CHANNEL_MESSAGE"]
        heard = bob.hear()
        assert (heard.type, heard.payload["Content"], heard.payload["Metadata"]) == (
            "CREATE_CHANNEL_MESSAGE",
            "h***o",
            "m",
        )
        assert heard.payload["Status"] == {"Value": "SENT"}


def test_what_is_denied_is_never_sent_nor_kept(cloud, processor, house, room, code):
    with listening(cloud, house["alice"]) as alice:
        sent = room.send()
        room.answer(processor.take(), DeleteResource=True)
        assert [alice.hear().type, alice.hear().type] == [
            "PENDING_CREATE_CHANNEL_MESSAGE",
            "DENIED_CREATE_CHANNEL_MESSAGE",
        ]
    assert (room.read("alice"), room.read("bob")) == ([], [])
    assert code(room.status, message=sent["MessageId"]) == "ForbiddenException"


def test_an_edit_goes_through_the_flow_too(cloud, processor, house, room):
    message = {"MessageId": room.send()["MessageId"]}
    room.answer(processor.take())
    with listening(cloud, house["alice"]) as alice, listening(cloud, house["bob"]) as bob:
        assert room.call("update_channel_message", **message, Content="hi")["Status"]["Value"] == "PENDING"
        event = processor.take()
        assert event["ChannelMessage"]["LastEditedTimestamp"]
        assert (room.read("bob"), room.status(message["MessageId"])) == (["hello"], "PENDING")
        room.answer(event, ChannelMessage={"Content": "hi!"})
        assert (room.read("bob"), room.status(message["MessageId"])) == (["hi!"], "SENT")
        room.call("update_channel_message", **message, Content="no")
        room.answer(processor.take(), DeleteResource=True)
        assert (room.read("bob"), room.status(message["MessageId"])) == (["hi!"], "SENT")
        assert [alice.hear().type for _ in range(4)] == [
            "PENDING_UPDATE_CHANNEL_MESSAGE",
            "UPDATE_CHANNEL_MESSAGE",
            "PENDING_UPDATE_CHANNEL_MESSAGE",
            "DENIED_UPDATE_CHANNEL_MESSAGE",
        ]
        assert bob.hear().payload["Content"] == "hi!"


def test_an_edit_of_what_was_redacted_meanwhile_is_lost(processor, room):
    message = {"MessageId": room.send()["MessageId"]}
    room.answer(processor.take())
    room.call("update_channel_message", **message, Content="again")
    room.call("redact_channel_message", **message)
    room.answer(processor.take())
    assert room.read("bob") == [""]


def test_what_is_not_kept_is_processed_and_a_control_message_is_not(cloud, processor, house, room):
    with listening(cloud, house["bob"]) as bob:
        room.send(Persistence="NON_PERSISTENT")
        room.answer(processor.take())
        assert bob.hear().payload["Persistence"] == "NON_PERSISTENT"
        control = room.send(Content="typing", Type="CONTROL", Persistence="NON_PERSISTENT")
        assert control["Status"] == {"Value": "SENT"}
        assert bob.hear().message_type == "CONTROL"
    assert room.read("alice") == []


def test_a_callback_settles_its_message_once(processor, room, code):
    room.send()
    event = processor.take()
    wrong = {**event, "CallbackId": "0" * 64}
    assert code(room.answer, event=wrong) == "ForbiddenException"
    other = {"MessageId": "0" * 64}
    assert code(room.answer, event=event, ChannelMessage=other) == "BadRequestException"
    assert code(room.answer, event=event, ChannelMessage={"Content": "x" * 4097}) == "BadRequestException"
    room.answer(event)
    assert code(room.answer, event=event) == "ForbiddenException"


@pytest.mark.parametrize("name", ["broken", "away", "unknown"])
def test_a_message_goes_on_without_a_processor_where_the_flow_says_so(cloud, house, name):
    room = Room(cloud, house, name, "CONTINUE")
    sent = room.send()
    assert sent["Status"]["Value"] == "PENDING"
    eventually(lambda: room.read("bob") == ["hello"])
    assert room.status(sent["MessageId"]) == "SENT"


@pytest.mark.parametrize("name", ["broken", "away", "unknown"])
def test_a_message_fails_without_a_processor_where_the_flow_says_so(cloud, house, name):
    room = Room(cloud, house, name, "ABORT")
    with listening(cloud, house["alice"]) as alice:
        sent = room.send()
        assert alice.hear().type == "PENDING_CREATE_CHANNEL_MESSAGE"
        failed = alice.hear()
        assert (failed.type, failed.payload["Status"]["Value"]) == ("FAILED_CREATE_CHANNEL_MESSAGE", "FAILED")
        assert failed.payload["Status"]["Detail"]
    assert room.status(sent["MessageId"]) == "FAILED"
    assert room.read("bob") == []


def test_an_edit_fails_without_a_processor_and_the_message_stays(cloud, processor, house):
    room = Room(cloud, house, "taken", "ABORT")
    sent = room.send()
    room.answer(processor.take())
    [flow] = room.messaging.list_channel_flows(AppInstanceArn=house.arn)["ChannelFlows"]
    [one] = flow["Processors"]
    one["Configuration"]["Lambda"]["ResourceArn"] = function("away")
    room.messaging.update_channel_flow(ChannelFlowArn=flow["ChannelFlowArn"], Name="flow", Processors=[one])
    room.call("update_channel_message", MessageId=sent["MessageId"], Content="again")
    eventually(lambda: room.status(sent["MessageId"]) == "FAILED")
    assert (room.read("alice"), room.read("bob")) == (["hello"], ["hello"])


def test_a_channel_that_is_gone_takes_its_messages_along(processor, room, code):
    room.send()
    event = processor.take()
    room.call("delete_channel")
    assert code(room.answer, event=event) == "ForbiddenException"
