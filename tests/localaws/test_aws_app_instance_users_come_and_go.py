from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.localaws.cloud import READER, tags

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_user_is_described_as_it_was_created(cloud, acme):
    identity = cloud.identity()
    created = identity.create_app_instance_user(
        AppInstanceArn=acme.arn,
        AppInstanceUserId="e@x.org",
        Name="Ελένη 👋",
        Metadata='{"a":1}',
        Tags=tags(team="blue"),
        ExpirationSettings={"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"},
    )
    arn = created["AppInstanceUserArn"]
    assert arn == f"{acme.arn}/user/e@x.org"
    user = identity.describe_app_instance_user(AppInstanceUserArn=arn)["AppInstanceUser"]
    assert (user["Name"], user["Metadata"]) == ("Ελένη 👋", '{"a":1}')
    assert user["CreatedTimestamp"] == user["LastUpdatedTimestamp"]
    assert user["ExpirationSettings"]["ExpirationDays"] == 1


def test_the_same_user_twice_is_one_user(cloud, acme, code):
    identity = cloud.identity()
    again = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "alice"}
    assert identity.create_app_instance_user(**again, Name="Alice")["AppInstanceUserArn"] == acme["alice"]
    assert code(identity.create_app_instance_user, **again, Name="Eve") == "ConflictException"
    assert describe(identity, acme["alice"])["Name"] == "Alice"


def test_an_update_sets_name_and_metadata_both(cloud, acme):
    identity = cloud.identity()
    identity.update_app_instance_user(AppInstanceUserArn=acme["alice"], Name="Alicia", Metadata="m")
    assert (describe(identity, acme["alice"])["Name"], describe(identity, acme["alice"])["Metadata"]) == ("Alicia", "m")
    identity.update_app_instance_user(AppInstanceUserArn=acme["alice"], Name="Alicia", Metadata="")
    assert describe(identity, acme["alice"])["Metadata"] == ""


def test_who_is_not_there_is_forbidden_not_missing(cloud, acme, code):
    identity = cloud.identity()
    ghost = f"{acme.arn}/user/ghost"
    assert code(identity.describe_app_instance_user, AppInstanceUserArn=ghost) == "ForbiddenException"
    assert code(identity.update_app_instance_user, AppInstanceUserArn=ghost, Name="x", Metadata="") == (
        "ForbiddenException"
    )
    assert code(identity.delete_app_instance_user, AppInstanceUserArn=ghost) == "ForbiddenException"
    assert code(identity.describe_app_instance, AppInstanceArn=acme.arn + "0") == "ForbiddenException"


def test_a_deleted_user_leaves_the_channels_and_the_messages_stay(cloud, acme, code):
    messaging = cloud.messaging()
    channel = messaging.create_channel(
        AppInstanceArn=acme.arn, Name="lobby", MemberArns=[acme["bob"]], ChimeBearer=acme["alice"]
    )["ChannelArn"]
    hello = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
    messaging.send_channel_message(ChannelArn=channel, ChimeBearer=acme["bob"], **hello)
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    here = {"ChannelArn": channel, "ChimeBearer": acme["alice"]}
    members = messaging.list_channel_memberships(**here)["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in members] == ["Alice"]
    [message] = messaging.list_channel_messages(**here)["ChannelMessages"]
    assert message["Sender"]["Name"] == "Bob"
    refusal = code(messaging.list_channels, AppInstanceArn=acme.arn, ChimeBearer=acme["bob"])
    assert refusal == "UnauthorizedClientException"


def test_expiration_is_set_and_taken_away(cloud, acme):
    identity = cloud.identity()
    wish = {"ExpirationDays": 30, "ExpirationCriterion": "CREATED_TIMESTAMP"}
    put = identity.put_app_instance_user_expiration_settings
    assert put(AppInstanceUserArn=acme["alice"], ExpirationSettings=wish)["ExpirationSettings"] == wish
    assert describe(identity, acme["alice"])["ExpirationSettings"] == wish
    put(AppInstanceUserArn=acme["alice"])
    assert "ExpirationSettings" not in describe(identity, acme["alice"])


def test_admins_are_named_listed_and_dismissed(cloud, acme, code):
    identity = cloud.identity()
    alice = {"AppInstanceArn": acme.arn, "AppInstanceAdminArn": acme["alice"]}
    assert code(identity.describe_app_instance_admin, **alice) == "ForbiddenException"
    named = identity.create_app_instance_admin(**alice)
    assert named["AppInstanceAdmin"] == {"Arn": acme["alice"], "Name": "Alice"}
    assert code(identity.create_app_instance_admin, **alice) == "ConflictException"
    assert identity.describe_app_instance_admin(**alice)["AppInstanceAdmin"]["Admin"]["Name"] == "Alice"
    listed = identity.list_app_instance_admins(AppInstanceArn=acme.arn)["AppInstanceAdmins"]
    assert [each["Admin"]["Name"] for each in listed] == ["Alice", "Dora"]
    identity.delete_app_instance_admin(**alice)
    assert len(identity.list_app_instance_admins(AppInstanceArn=acme.arn)["AppInstanceAdmins"]) == 1
    nobody = {"AppInstanceArn": acme.arn, "AppInstanceAdminArn": f"{acme.arn}/user/ghost"}
    assert code(identity.create_app_instance_admin, **nobody) == "ForbiddenException"


def test_a_token_makes_one_app_instance_however_often_it_is_sent(cloud, code):
    identity = cloud.identity()
    first = identity.create_app_instance(Name="once", ClientRequestToken="token-of-one")["AppInstanceArn"]
    assert identity.create_app_instance(Name="once", ClientRequestToken="token-of-one")["AppInstanceArn"] == first
    refusal = code(identity.create_app_instance, Name="twice", ClientRequestToken="token-of-one")
    assert refusal == "ConflictException"
    identity.delete_app_instance(AppInstanceArn=first)


def test_an_app_instance_is_changed_and_deleted_with_all_that_is_in_it(cloud, acme, code):
    identity = cloud.identity()
    identity.update_app_instance(AppInstanceArn=acme.arn, Name="Acme Ltd", Metadata="m")
    assert identity.describe_app_instance(AppInstanceArn=acme.arn)["AppInstance"]["Name"] == "Acme Ltd"
    identity.delete_app_instance(AppInstanceArn=acme.arn)
    assert code(identity.describe_app_instance_user, AppInstanceUserArn=acme["alice"]) == "ForbiddenException"
    assert acme.arn not in [each["AppInstanceArn"] for each in every_app_instance(identity)]


def every_app_instance(identity) -> Iterator[dict[str, str]]:
    answer = identity.list_app_instances()
    yield from answer["AppInstances"]
    while "NextToken" in answer:
        answer = identity.list_app_instances(NextToken=answer["NextToken"])
        yield from answer["AppInstances"]


def test_a_reader_reads_and_does_not_write(cloud, acme, code):
    reader = cloud.identity(READER)
    assert describe(reader, acme["alice"])["Name"] == "Alice"
    new = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    assert code(reader.create_app_instance_user, **new) == "AccessDeniedException"
    assert code(reader.delete_app_instance_user, AppInstanceUserArn=acme["alice"]) == "AccessDeniedException"


@pytest.mark.parametrize(
    "given",
    [
        {"AppInstanceUserId": "auth0|alice"},
        {"AppInstanceUserId": "alice+chat@x.org"},
        {"AppInstanceUserId": "-alice"},
        {"AppInstanceUserId": "a/b"},
        {"AppInstanceUserId": "a" * 65},
        {"Name": " "},
        {"Name": "two\nlines"},
        {"Name": "a" * 101},
        {"Metadata": "a" * 1025},
        {"Metadata": "two\nlines"},
        {"ClientRequestToken": "a" * 65},
        {"ClientRequestToken": "no spaces"},
        {"AppInstanceArn": "acme-acme"},
        {"ExpirationSettings": {"ExpirationDays": 5476, "ExpirationCriterion": "CREATED_TIMESTAMP"}},
        {"ExpirationSettings": {"ExpirationDays": 1, "ExpirationCriterion": "NEVER"}},
        {"Tags": [{"Key": f"k{index}", "Value": "v"} for index in range(51)]},
    ],
)
def test_limits_that_botocore_does_not_check_are_checked(cloud, acme, code, given):
    good = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve", "ClientRequestToken": "token"}
    assert code(cloud.identity().create_app_instance_user, **{**good, **given}) == "BadRequestException"
    assert code(cloud.identity().describe_app_instance_user, AppInstanceUserArn=f"{acme.arn}/user/eve") == (
        "ForbiddenException"
    )


def test_the_longest_values_fit(cloud, acme):
    cloud.identity().create_app_instance_user(
        AppInstanceArn=acme.arn, AppInstanceUserId="a" * 64, Name="🙂" * 100, Metadata="m" * 1024
    )


def describe(identity, arn: str):
    return identity.describe_app_instance_user(AppInstanceUserArn=arn)["AppInstanceUser"]
