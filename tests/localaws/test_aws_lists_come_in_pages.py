from __future__ import annotations

from datetime import timedelta

import pytest

from tests.localaws.cloud import turn_pages


@pytest.fixture
def crowd(cloud, globex):
    """Sixty users and carol."""
    for index in range(60):
        cloud.identity().create_app_instance_user(AppInstanceArn=globex.arn, AppInstanceUserId=f"u{index:02}", Name="U")
    return globex


def test_fifty_is_the_default_and_the_most(cloud, crowd, code):
    listing = cloud.identity().list_app_instance_users
    pages = turn_pages(listing, "AppInstanceUsers", AppInstanceArn=crowd.arn)
    assert [len(page) for page in pages] == [50, 11]
    assert code(listing, AppInstanceArn=crowd.arn, MaxResults=51) == "BadRequestException"
    assert code(listing, AppInstanceArn=crowd.arn, NextToken="bm9uc2Vuc2U=") == "BadRequestException"
    assert code(listing, AppInstanceArn=crowd.arn, NextToken="%%%") == "BadRequestException"


def test_everybody_comes_once_even_when_somebody_goes_meanwhile(cloud, crowd):
    identity = cloud.identity()
    wishes = {"AppInstanceArn": crowd.arn, "MaxResults": 20}
    first = identity.list_app_instance_users(**wishes)
    seen = [user["AppInstanceUserArn"] for user in first["AppInstanceUsers"]]
    identity.delete_app_instance_user(AppInstanceUserArn=seen[-1])
    rest = turn_pages(identity.list_app_instance_users, "AppInstanceUsers", **wishes, NextToken=first["NextToken"])
    seen += [user["AppInstanceUserArn"] for page in rest for user in page]
    assert len(seen) == len(set(seen)) == 61


def test_a_token_is_good_for_its_own_list_only(cloud, crowd, code):
    identity = cloud.identity()
    token = identity.list_app_instance_users(AppInstanceArn=crowd.arn, MaxResults=1)["NextToken"]
    assert code(identity.list_app_instances, NextToken=token) == "BadRequestException"


@pytest.fixture
def messages(cloud, acme):
    """Five messages of alice's in a channel of hers, and how to list them."""
    messaging = cloud.messaging()
    here = {"ChimeBearer": acme["alice"]}
    channel = messaging.create_channel(AppInstanceArn=acme.arn, Name="lobby", **here)["ChannelArn"]
    for index in range(5):
        messaging.send_channel_message(
            ChannelArn=channel, Content=str(index), Type="STANDARD", Persistence="PERSISTENT", **here
        )
    return lambda **wishes: messaging.list_channel_messages(ChannelArn=channel, **here, **wishes)


def contents(pages) -> list[str]:
    return ["".join(message["Content"] for message in page) for page in pages]


def test_messages_come_newest_first_unless_asked_otherwise(messages):
    assert contents(turn_pages(messages, "ChannelMessages", MaxResults=2)) == ["43", "21", "0"]
    upwards = turn_pages(messages, "ChannelMessages", MaxResults=2, SortOrder="ASCENDING")
    assert contents(upwards) == ["01", "23", "4"]


def test_a_window_of_time_includes_its_ends(messages):
    times = [message["CreatedTimestamp"] for message in messages(SortOrder="ASCENDING")["ChannelMessages"]]
    assert times == sorted(set(times))
    window = messages(NotBefore=times[1], NotAfter=times[3])["ChannelMessages"]
    assert contents([window]) == ["321"]
    after = times[4] + timedelta(milliseconds=1)
    assert messages(NotBefore=after)["ChannelMessages"] == []
    assert contents(turn_pages(messages, "ChannelMessages", NotAfter=times[2], MaxResults=1)) == ["2", "1", "0"]
