from __future__ import annotations

import pytest

from tests.localaws.cloud import build_house, turn_pages

ONE_KB = "🙂" * 256


@pytest.mark.parametrize(
    "given",
    [
        {"Name": "a" * 257},
        {"Name": "bell\a"},
        {"Metadata": ONE_KB + "."},
        {"Metadata": "a" * 1025},
        {"Metadata": "two\nlines"},
    ],
)
def test_names_and_metadata_are_limited(cloud, acme, code, given):
    identity = cloud.identity()
    good = {"Name": "new", "Metadata": ""}
    here = {"AppInstanceArn": acme.arn}
    assert code(identity.create_app_instance, **{**good, **given}) == "BadRequestException"
    assert code(identity.update_app_instance, **here, **{**good, **given}) == "BadRequestException"
    assert code(identity.create_app_instance, Name="new", ClientRequestToken="a b") == "BadRequestException"
    assert identity.describe_app_instance(**here)["AppInstance"]["Name"] == "acme"


def test_metadata_of_a_user_is_counted_in_bytes(cloud, acme, code):
    identity = cloud.identity()
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    assert code(identity.create_app_instance_user, **eve, Metadata=ONE_KB + ".") == "BadRequestException"
    arn = identity.create_app_instance_user(**eve, Metadata=ONE_KB)["AppInstanceUserArn"]
    update = {"AppInstanceUserArn": arn, "Name": "Eve"}
    assert code(identity.update_app_instance_user, **update, Metadata=ONE_KB + ".") == "BadRequestException"
    identity.update_app_instance_user(**update, Metadata=ONE_KB)
    assert identity.describe_app_instance_user(AppInstanceUserArn=arn)["AppInstanceUser"]["Metadata"] == ONE_KB


def test_the_longest_values_fit(cloud):
    identity = cloud.identity()
    arn = identity.create_app_instance(Name="n" * 256, Metadata=ONE_KB)["AppInstanceArn"]
    found = identity.describe_app_instance(AppInstanceArn=arn)["AppInstance"]
    assert (found["Name"], found["Metadata"]) == ("n" * 256, ONE_KB)
    assert found["CreatedTimestamp"] == found["LastUpdatedTimestamp"]


@pytest.mark.parametrize(
    "arn", ["{acme}/user/alice", "{acme}/", "arn:aws:chime:us-east-1:111122223333:meeting/1", "acme-acme"]
)
def test_an_arn_of_another_kind_is_no_app_instance(cloud, acme, code, arn):
    wrong = arn.format(acme=acme.arn)
    assert code(cloud.identity().describe_app_instance, AppInstanceArn=wrong) == "BadRequestException"


def test_an_arn_of_another_kind_is_no_user(cloud, acme, code):
    assert code(cloud.identity().describe_app_instance_user, AppInstanceUserArn=acme.arn) == "BadRequestException"


def test_admins_come_in_pages(cloud):
    people = [f"user{number}" for number in range(5)]
    house = build_house(cloud, "five", people)
    identity = cloud.identity()
    for arn in house.people.values():
        identity.create_app_instance_admin(AppInstanceArn=house.arn, AppInstanceAdminArn=arn)
    asked = {"AppInstanceArn": house.arn, "MaxResults": 2}
    pages = turn_pages(identity.list_app_instance_admins, "AppInstanceAdmins", **asked)
    assert [[each["Admin"]["Name"] for each in found] for found in pages] == [
        ["User0", "User1"],
        ["User2", "User3"],
        ["User4"],
    ]


def test_an_admin_is_a_user_of_the_same_app_instance(cloud, acme, globex, code):
    identity = cloud.identity()
    carol = {"AppInstanceArn": acme.arn, "AppInstanceAdminArn": globex["carol"]}
    assert code(identity.create_app_instance_admin, **carol) == "ForbiddenException"
    assert code(identity.describe_app_instance_admin, **carol) == "ForbiddenException"
    assert code(identity.delete_app_instance_admin, **carol) == "ForbiddenException"
    bob = {"AppInstanceArn": acme.arn, "AppInstanceAdminArn": acme["bob"]}
    assert code(identity.delete_app_instance_admin, **bob) == "ForbiddenException"
