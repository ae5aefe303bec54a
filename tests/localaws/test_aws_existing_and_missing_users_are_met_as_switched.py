from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.mark.parametrize(
    ("switch", "same_name", "other_name"),
    [
        ("same-name", None, "ConflictException"),
        ("no-op", None, None),
        ("conflict", "ConflictException", "ConflictException"),
    ],
)
def test_who_exists_is_created_again(cloud, acme, code, switch, same_name, other_name):
    cloud.control("PUT", "behaviour", {"CreateExistingUser": switch})
    identity = cloud.identity()
    for name, refusal in (("Alice", same_name), ("Eve", other_name)):
        alice = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "alice", "Name": name}
        if refusal:
            assert code(identity.create_app_instance_user, **alice) == refusal
        else:
            assert identity.create_app_instance_user(**alice)["AppInstanceUserArn"] == acme["alice"]
    described = identity.describe_app_instance_user(AppInstanceUserArn=acme["alice"])["AppInstanceUser"]
    assert described["Name"] == "Alice"


def test_a_retry_with_the_same_token_is_no_second_creation(cloud, acme, code):
    cloud.control("PUT", "behaviour", {"CreateExistingUser": "conflict"})
    create = cloud.identity().create_app_instance_user
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve", "ClientRequestToken": "eve-1"}
    assert create(**eve)["AppInstanceUserArn"] == create(**eve)["AppInstanceUserArn"]
    assert code(create, **{**eve, "Name": "Eva"}) == "ConflictException"
    assert code(create, **{**eve, "AppInstanceUserId": "eva"}) == "ConflictException"
    assert code(create, **{**eve, "ClientRequestToken": "eve-2"}) == "ConflictException"


def test_a_token_counts_in_its_region_only(cloud):
    here, there = cloud.identity(), cloud.identity(region="eu-central-1")
    made = {"Name": "one", "ClientRequestToken": "one-in-each-region"}
    first, second = here.create_app_instance(**made), there.create_app_instance(**made)
    assert first["AppInstanceArn"] != second["AppInstanceArn"]
    assert ":eu-central-1:" in second["AppInstanceArn"]


@pytest.mark.parametrize(("switch", "refusal"), [("conflict", "ConflictException"), ("no-op", None)])
def test_an_admin_is_named_again(cloud, acme, code, switch, refusal):
    cloud.control("PUT", "behaviour", {"CreateExistingAdmin": switch})
    dora = {"AppInstanceArn": acme.arn, "AppInstanceAdminArn": acme["dora"]}
    create = cloud.identity().create_app_instance_admin
    if refusal:
        assert code(create, **dora) == refusal
    else:
        assert create(**dora)["AppInstanceAdmin"] == {"Arn": acme["dora"], "Name": "Dora"}
    assert len(cloud.identity().list_app_instance_admins(AppInstanceArn=acme.arn)["AppInstanceAdmins"]) == 1


@pytest.mark.parametrize(("switch", "refusal"), [(403, "ForbiddenException"), (404, "NotFoundException")])
def test_who_is_missing_is_met(cloud, acme, code, switch, refusal):
    cloud.control("PUT", "behaviour", {"MissingUser": switch})
    identity = cloud.identity()
    ghost = {"AppInstanceUserArn": f"{acme.arn}/user/ghost"}
    assert code(identity.describe_app_instance_user, **ghost) == refusal
    assert code(identity.update_app_instance_user, **ghost, Name="Ghost", Metadata="") == refusal
    assert code(identity.delete_app_instance_user, **ghost) == refusal
    assert code(identity.put_app_instance_user_expiration_settings, **ghost) == refusal
    assert code(identity.list_tags_for_resource, ResourceARN=ghost["AppInstanceUserArn"]) == refusal
    assert code(identity.describe_app_instance, AppInstanceArn=f"{acme.arn}0") == "ForbiddenException"
