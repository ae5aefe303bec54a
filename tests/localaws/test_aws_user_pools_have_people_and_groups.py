"""User pools as an administrator sees them, page by page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloud import Cloud, Key, allow, setup, user

REGISTRAR = Key("AKIALOCALREGISTRAR01", "local-only-secret-of-the-registrar-0001")
READER = Key("AKIALOCALPOOLREADER1", "local-only-secret-of-the-pool-reader-01")


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The reader may list the users of pools that carry his team's tag."""
    document, path = setup(), tmp_path_factory.mktemp("pools") / "setup.json"
    reader = user("reader", READER, ["none:*"])
    policy = allow(["cognito-idp:ListUsers"], "*")
    policy["Statement"][0]["Condition"] = {"StringEquals": {"aws:ResourceTag/team": "chat"}}
    reader["Policies"] = [{"PolicyName": "read", "PolicyDocument": policy}]
    document["Accounts"][0]["Users"] += [user("registrar", REGISTRAR, ["cognito-idp:*"]), reader]
    path.write_text(json.dumps(document))
    running = Cloud("--setup", str(path), "--snapshot", str(path.with_name("state.db")))
    yield running
    running.stop()


@pytest.fixture
def registrar(registry):
    return registry.client("cognito-idp", REGISTRAR)


@pytest.fixture
def pool(registrar) -> str:
    return str(registrar.create_user_pool(PoolName="staff", UserPoolTags={"team": "chat"})["UserPool"]["Id"])


def add(registrar, pool, username, **attributes):
    told = [{"Name": key, "Value": value} for key, value in attributes.items()]
    return registrar.admin_create_user(UserPoolId=pool, Username=username, UserAttributes=told)["User"]


def names(registrar, pool, **members):
    pages = registrar.get_paginator("list_users").paginate(UserPoolId=pool, **members)
    return [[user["Username"] for user in page["Users"]] for page in pages]


def attributes(user):
    return {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}


def test_somebody_is_made_changed_disabled_and_deleted(registrar, pool):
    made = add(registrar, pool, "alice", email="alice@acme.example", name="Alice")
    sub = attributes(made)["sub"]
    assert (datetime.now(UTC) - made["UserCreateDate"]).total_seconds() < 60
    registrar.admin_update_user_attributes(
        UserPoolId=pool,
        Username=sub,
        UserAttributes=[{"Name": "name", "Value": ""}, {"Name": "custom:team", "Value": "a"}],
    )
    registrar.admin_disable_user(UserPoolId=pool, Username="alice")
    [listed] = registrar.list_users(UserPoolId=pool)["Users"]
    assert attributes(listed) == {"sub": sub, "email": "alice@acme.example", "custom:team": "a"}
    assert (listed["Enabled"], listed["UserStatus"]) == (False, "FORCE_CHANGE_PASSWORD")
    registrar.admin_enable_user(UserPoolId=pool, Username="alice")
    assert registrar.list_users(UserPoolId=pool)["Users"][0]["Enabled"]
    registrar.admin_delete_user(UserPoolId=pool, Username="alice")
    assert registrar.list_users(UserPoolId=pool)["Users"] == []


def test_sixty_users_are_a_page(registrar, pool):
    for number in range(65):
        add(registrar, pool, f"user{number:02}")
    assert [len(page) for page in names(registrar, pool)] == [60, 5]
    assert registrar.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == 65
    with pytest.raises(ClientError, match="PaginationToken is not valid"):
        registrar.list_users(UserPoolId=pool, PaginationToken="else")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('email = "alice@acme.example"', ["alice"]),
        ('email ^= "b"', ["bob"]),
        ('username ^= "c"', ["carol"]),
        ('status = "Disabled"', ["carol"]),
        ('cognito:user_status = "CONFIRMED"', []),
        (r'name = "The \"Boss\""', ["bob"]),
        ("", ["alice", "bob", "carol"]),
    ],
)
def test_a_filter_picks_users(registrar, pool, condition, found):
    add(registrar, pool, "alice", email="alice@acme.example")
    add(registrar, pool, "bob", email="bob@acme.example", name='The "Boss"')
    add(registrar, pool, "carol")
    registrar.admin_disable_user(UserPoolId=pool, Username="carol")
    assert [name for page in names(registrar, pool, Filter=condition) for name in page] == found


def test_only_the_wanted_attributes_are_told(registrar, pool):
    add(registrar, pool, "alice", email="alice@acme.example", name="Alice")
    [listed] = registrar.list_users(UserPoolId=pool, AttributesToGet=["name"])["Users"]
    assert attributes(listed) == {"name": "Alice"}
    with pytest.raises(ClientError, match="does not exist in the schema"):
        registrar.list_users(UserPoolId=pool, AttributesToGet=["shoe_size"])


def test_groups_have_members_for_as_long_as_they_are_there(registrar, pool):
    for name in ("alice", "bob"):
        add(registrar, pool, name)
    for group in ("clerks", "chiefs"):
        registrar.create_group(UserPoolId=pool, GroupName=group, Precedence=1)
        registrar.admin_add_user_to_group(UserPoolId=pool, GroupName=group, Username="alice")
    registrar.admin_add_user_to_group(UserPoolId=pool, GroupName="clerks", Username="bob")
    assert [group["GroupName"] for group in registrar.list_groups(UserPoolId=pool)["Groups"]] == ["chiefs", "clerks"]
    pages = registrar.get_paginator("list_users_in_group").paginate(
        UserPoolId=pool, GroupName="clerks", PaginationConfig={"PageSize": 1}
    )
    assert [[user["Username"] for user in page["Users"]] for page in pages] == [["alice"], ["bob"]]
    registrar.admin_delete_user(UserPoolId=pool, Username="alice")
    registrar.admin_remove_user_from_group(UserPoolId=pool, GroupName="clerks", Username="bob")
    for group in ("clerks", "chiefs"):
        assert registrar.list_users_in_group(UserPoolId=pool, GroupName=group)["Users"] == []
    registrar.delete_group(UserPoolId=pool, GroupName="clerks")
    assert [group["GroupName"] for group in registrar.list_groups(UserPoolId=pool)["Groups"]] == ["chiefs"]


def test_a_policy_goes_by_the_pools_tags(registry, registrar, pool):
    reader = registry.client("cognito-idp", READER)
    other = registrar.create_user_pool(PoolName="others")["UserPool"]["Id"]
    assert reader.list_users(UserPoolId=pool)["Users"] == []
    with pytest.raises(ClientError, match="not authorized to perform: cognito-idp:ListUsers"):
        reader.list_users(UserPoolId=other)
    arn = registrar.describe_user_pool(UserPoolId=other)["UserPool"]["Arn"]
    registrar.tag_resource(ResourceArn=arn, Tags={"team": "chat", "more": "x"})
    assert reader.list_users(UserPoolId=other)["Users"] == []
    registrar.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert registrar.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"more": "x"}
    with pytest.raises(ClientError, match="none whose key begins with aws:"):
        registrar.tag_resource(ResourceArn=arn, Tags={"aws:team": "chat"})


def test_a_pool_with_settings_that_would_mean_nothing_is_not_made(registrar):
    with pytest.raises(ClientError, match="MfaConfiguration of CreateUserPool is not served here"):
        registrar.create_user_pool(PoolName="staff", MfaConfiguration="ON")


def test_people_outlive_the_process(tmp_path):
    document, path = setup(), tmp_path / "setup.json"
    document["Accounts"][0]["Users"].append(user("registrar", REGISTRAR, ["cognito-idp:*"]))
    path.write_text(json.dumps(document))
    starting = ("--setup", str(path), "--snapshot", str(tmp_path / "state.db"))
    cloud = Cloud(*starting)
    registrar = cloud.client("cognito-idp", REGISTRAR)
    pool = registrar.create_user_pool(PoolName="staff")["UserPool"]["Id"]
    add(registrar, pool, "alice", name="Alice")
    registrar.create_group(UserPoolId=pool, GroupName="clerks")
    registrar.admin_add_user_to_group(UserPoolId=pool, GroupName="clerks", Username="alice")
    cloud.stop()
    cloud = Cloud(*starting)
    try:
        registrar = cloud.client("cognito-idp", REGISTRAR)
        [listed] = registrar.list_users_in_group(UserPoolId=pool, GroupName="clerks")["Users"]
        assert attributes(listed)["name"] == "Alice"
    finally:
        cloud.stop()
