"""One role serves everybody; the session's tags and the role's policy keep each to themselves."""

from __future__ import annotations

import pytest

from tests.localaws.cloud import STRANGER

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}


@pytest.fixture
def alice(cloud, acme):
    return cloud.messaging(cloud.become(acme["alice"]))


@pytest.fixture
def channel(alice, acme):
    arn = alice.create_channel(AppInstanceArn=acme.arn, Name="lobby", Privacy="PRIVATE", ChimeBearer=acme["alice"])
    return arn["ChannelArn"]


def test_alice_sends_as_alice_and_bob_reads_it(cloud, acme, alice, channel):
    alice.create_channel_membership(
        ChannelArn=channel, MemberArn=acme["bob"], Type="DEFAULT", ChimeBearer=acme["alice"]
    )
    alice.send_channel_message(ChannelArn=channel, ChimeBearer=acme["alice"], **HELLO)
    bob = cloud.messaging(cloud.become(acme["bob"]))
    [message] = bob.list_channel_messages(ChannelArn=channel, ChimeBearer=acme["bob"])["ChannelMessages"]
    assert message["Content"] == "hello"
    assert message["Sender"] == {"Arn": acme["alice"], "Name": "Alice"}


def test_alice_is_refused_as_bob(acme, alice, channel, code):
    assert code(alice.send_channel_message, ChannelArn=channel, ChimeBearer=acme["bob"], **HELLO) == (
        "AccessDeniedException"
    )


def test_alice_is_refused_in_globex_in_her_own_name_and_in_carols(cloud, acme, globex, alice, code):
    carol = cloud.messaging(cloud.become(globex["carol"]))
    theirs = carol.create_channel(AppInstanceArn=globex.arn, Name="secret", ChimeBearer=globex["carol"])["ChannelArn"]
    for bearer in (acme["alice"], globex["carol"]):
        refusal = code(alice.list_channel_messages, ChannelArn=theirs, ChimeBearer=bearer)
        assert refusal == "AccessDeniedException"
    assert carol.list_channel_messages(ChannelArn=theirs, ChimeBearer=globex["carol"])["ChannelMessages"] == []


def test_iam_alone_does_not_keep_two_houses_apart_so_the_service_does(cloud, acme, globex, channel, code):
    everywhere = cloud.messaging()
    refusal = code(everywhere.describe_channel, ChannelArn=channel, ChimeBearer=globex["carol"])
    assert refusal == "UnauthorizedClientException"


def test_alice_may_not_read_the_list_of_all_users(cloud, acme, code):
    identity = cloud.identity(cloud.become(acme["alice"]))
    assert code(identity.list_app_instance_users, AppInstanceArn=acme.arn) == "AccessDeniedException"
    assert code(identity.describe_app_instance_user, AppInstanceUserArn=acme["alice"]) == "AccessDeniedException"


def test_the_denial_says_who_may_not_do_what_to_which(acme, alice, channel):
    with pytest.raises(alice.exceptions.ClientError, match="is not authorized to perform: chime:UpdateChannel on"):
        alice.update_channel(ChannelArn=channel, Name="mine", ChimeBearer=acme["alice"])


def test_a_session_without_tags_matches_nobody(cloud, acme, code):
    session = cloud.assume("NoTags", Policy=tagged_policy())
    refusal = code(cloud.messaging(session).list_channels, AppInstanceArn=acme.arn, ChimeBearer=acme["alice"])
    assert refusal == "AccessDeniedException"


def test_a_session_policy_only_takes_away(cloud, acme, code):
    reading = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "chime:List*", "Resource": "*"}}'
    session = cloud.assume("NoTags", Policy=reading)
    listed = cloud.messaging(session).list_channels(AppInstanceArn=acme.arn, ChimeBearer=acme["alice"])
    assert listed["Channels"] == []
    refusal = code(
        cloud.messaging(session).create_channel, AppInstanceArn=acme.arn, Name="x", ChimeBearer=acme["alice"]
    )
    assert refusal == "AccessDeniedException"


def test_nobody_reaches_into_another_account(cloud, acme, code):
    stranger = cloud.identity(STRANGER)
    assert code(stranger.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    assert stranger.list_app_instances()["AppInstances"] == []


def test_an_app_instance_belongs_to_its_region(cloud, acme, code):
    elsewhere = cloud.identity(region="eu-central-1")
    assert code(elsewhere.describe_app_instance, AppInstanceArn=acme.arn) == "ForbiddenException"


def tagged_policy() -> str:
    own = "arn:aws:chime:us-east-1:111122223333:app-instance/${aws:PrincipalTag/AppInstanceId}/user/*"
    return (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "chime:*", "Resource": "' + own + '"}]}'
    )
