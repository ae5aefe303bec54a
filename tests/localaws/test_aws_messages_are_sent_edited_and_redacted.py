from __future__ import annotations

import pytest


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def lobby(messaging, acme):
    channel = messaging.create_channel(
        AppInstanceArn=acme.arn, Name="lobby", MemberArns=[acme["bob"], acme["dora"]], ChimeBearer=acme["alice"]
    )
    return channel["ChannelArn"]


@pytest.fixture
def send(messaging, lobby, acme):
    def send(content: str, who: str = "alice", **wishes):
        given = {"Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT", **wishes}
        return messaging.send_channel_message(ChannelArn=lobby, ChimeBearer=acme[who], **given)

    return send


@pytest.fixture
def read(messaging, lobby, acme):
    def read(who: str = "alice"):
        return messaging.list_channel_messages(ChannelArn=lobby, ChimeBearer=acme[who])["ChannelMessages"]

    return read


def test_a_message_comes_back_as_it_was_sent(messaging, lobby, acme, send):
    attributes = {"lang": {"StringValues": ["el"]}}
    sent = send("Γειά 👋\nsecond line", Metadata="m", ContentType="text/plain", MessageAttributes=attributes)
    assert sent["Status"] == {"Value": "SENT"}
    assert len(sent["MessageId"]) == 64
    got = messaging.get_channel_message(ChannelArn=lobby, MessageId=sent["MessageId"], ChimeBearer=acme["bob"])
    message = got["ChannelMessage"]
    assert message["Content"] == "Γειά 👋\nsecond line"
    assert (message["Metadata"], message["ContentType"]) == ("m", "text/plain")
    assert message["MessageAttributes"] == attributes
    assert message["Sender"] == {"Arn": acme["alice"], "Name": "Alice"}
    assert (message["Type"], message["Persistence"], message["Redacted"]) == ("STANDARD", "PERSISTENT", False)


def test_a_message_that_is_not_persistent_is_sent_and_not_kept(send, read):
    assert send('{"Typing":"Indicator"}', Type="CONTROL", Persistence="NON_PERSISTENT")["MessageId"]
    assert read() == []


def test_the_same_token_is_the_same_message(send, read, code):
    first = send("hello", ClientRequestToken="token-1")
    assert send("hello", ClientRequestToken="token-1")["MessageId"] == first["MessageId"]
    assert len(read()) == 1
    assert code(send, content="other", ClientRequestToken="token-1") == "ConflictException"


def test_an_edit_is_the_senders_own(messaging, lobby, acme, send, read, code):
    message = {"ChannelArn": lobby, "MessageId": send("helo")["MessageId"]}
    assert code(messaging.update_channel_message, **message, Content="bye", ChimeBearer=acme["dora"]) == (
        "ForbiddenException"
    )
    messaging.update_channel_message(**message, Content="hello", ChimeBearer=acme["alice"])
    [edited] = read()
    assert edited["Content"] == "hello"
    assert edited["LastEditedTimestamp"] >= edited["CreatedTimestamp"]


def test_a_redacted_message_stays_empty(messaging, lobby, acme, send, read, code):
    message = {"ChannelArn": lobby, "MessageId": send("oops", Metadata="m")["MessageId"]}
    assert code(messaging.redact_channel_message, **message, ChimeBearer=acme["bob"]) == "ForbiddenException"
    messaging.redact_channel_message(**message, ChimeBearer=acme["alice"])
    [redacted] = read()
    assert (redacted["Content"], redacted["Redacted"], redacted.get("Metadata")) == ("", True, None)
    assert code(messaging.update_channel_message, **message, Content="again", ChimeBearer=acme["alice"]) == (
        "ConflictException"
    )


def test_only_an_admin_deletes(messaging, lobby, acme, send, read, code):
    message = {"ChannelArn": lobby, "MessageId": send("gone")["MessageId"]}
    assert code(messaging.delete_channel_message, **message, ChimeBearer=acme["alice"]) == "ForbiddenException"
    messaging.delete_channel_message(**message, ChimeBearer=acme["dora"])
    assert read() == []


def test_a_targeted_message_is_for_two(messaging, lobby, acme, send, read, code):
    sent = send("psst", Target=[{"MemberArn": acme["bob"]}])
    assert len(read("alice")) == len(read("bob")) == 1
    assert read("dora") == []
    hidden = {"ChannelArn": lobby, "MessageId": sent["MessageId"], "ChimeBearer": acme["dora"]}
    assert code(messaging.get_channel_message, **hidden) == "NotFoundException"


@pytest.mark.parametrize(
    "given",
    [
        {"content": "x" * 4097},
        {"content": "é" * 2049},
        {"content": "x" * 31, "Type": "CONTROL"},
        {"content": "x", "Type": "CONTROL", "Metadata": "m"},
        {"content": "x", "Metadata": "m" * 1025},
        {"content": "x", "Metadata": "é" * 513},
        {"content": "x", "Type": "LOUD"},
        {"content": "x", "Persistence": "FOR_EVER"},
        {"content": "x", "ContentType": "t" * 46},
        {"content": "x", "MessageAttributes": {"a": {"StringValues": ["v" * 512, "v" * 512]}}},
        {"content": "x", "MessageAttributes": {"a" * 65: {"StringValues": ["v"]}}},
    ],
)
def test_what_is_too_much_for_a_message(messaging, send, read, code, given):
    assert code(send, **given) == "BadRequestException"
    assert read() == []


def test_the_largest_messages_fit(send, read):
    send("x" * 4096)
    send("x" * 30, Type="CONTROL")
    assert len(read()) == 2


def test_a_target_is_a_member(send, acme, globex, code):
    for target in ({}, {"MemberArn": globex["carol"]}, {"MemberArn": f"{acme.arn}/user/ghost"}):
        refused = "ForbiddenException" if target else "BadRequestException"
        assert code(send, content="psst", Target=[target]) == refused


def test_an_admin_deletes_what_others_were_told(messaging, lobby, acme, send, read, code):
    sent = send("psst", Target=[{"MemberArn": acme["bob"]}])["MessageId"]
    message = {"ChannelArn": lobby, "MessageId": sent, "ChimeBearer": acme["dora"]}
    assert (read("dora"), len(read("bob"))) == ([], 1)
    assert code(messaging.redact_channel_message, **message) == "ForbiddenException"
    messaging.delete_channel_message(**message)
    assert read("bob") == []
    assert code(messaging.delete_channel_message, **message) == "ForbiddenException"


def test_the_status_of_a_message_is_its_senders_to_know(messaging, lobby, acme, send, code):
    message = {"ChannelArn": lobby, "MessageId": send("hello")["MessageId"]}
    status = messaging.get_channel_message_status(**message, ChimeBearer=acme["alice"])["Status"]
    assert status == {"Value": "SENT"}
    assert code(messaging.get_channel_message_status, **message, ChimeBearer=acme["bob"]) == "ForbiddenException"


def test_the_session_endpoint_is_a_bare_host(cloud, acme):
    alice = cloud.messaging(cloud.become(acme["alice"]))
    assert alice.get_messaging_session_endpoint()["Endpoint"]["Url"] == cloud.url.removeprefix("http://")
