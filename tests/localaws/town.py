"""A place with something of everything in it, and somebody who may do everything there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localaws.served import SERVED
from localaws.wire.catalogue import Catalogue
from tests.localaws.cloud import ACCOUNT, Cloud, Key, build_house, setup, user
from tests.localaws.dice import POLICY

if TYPE_CHECKING:
    from pathlib import Path

FUZZER = Key("AKIALOCALFUZZER00001", "local-only-secret-of-the-fuzzer-00000001")
OPERATIONS = [each for each in Catalogue().operations if each.name in SERVED[each.service]]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
    }
)
PROCESSOR = {
    "Name": "nobody",
    "Configuration": {
        "Lambda": {"ResourceArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f", "InvocationType": "ASYNC"}
    },
    "ExecutionOrder": 1,
    "FallbackAction": "CONTINUE",
}


def write_setup(path: Path) -> Path:
    document = setup()
    document["Accounts"][0]["Users"].append(user("fuzzer", FUZZER, ["*"]))
    path.write_text(json.dumps(document))
    return path


def name_what_is_there(town: Cloud) -> dict[str, list[str]]:
    return name_chat(town) | name_identities(town) | name_people(town)


def name_chat(town: Cloud) -> dict[str, list[str]]:
    house = build_house(town, "acme", ["alice", "bob", "dora", "eve"])
    people = list(house.people.values())
    town.identity().create_app_instance_admin(AppInstanceArn=house.arn, AppInstanceAdminArn=house["dora"])
    here = {"ChimeBearer": house["dora"]}
    wish = {"AppInstanceArn": house.arn, "MemberArns": [house["alice"], house["bob"]], **here}
    channels = [town.messaging().create_channel(Name="lobby", **wish)["ChannelArn"] for _ in range(2)]
    words = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
    sent = town.messaging().send_channel_message(ChannelArn=channels[0], **here, **words)
    flow = town.messaging().create_channel_flow(AppInstanceArn=house.arn, Name="flow", Processors=[PROCESSOR])
    return {
        **dict.fromkeys(("ResourceARN", "ResourceArn"), [*people, house.arn, *channels]),  # noqa: RUF024 - nobody changes it
        **dict.fromkeys(("MemberArn", "AppInstanceUserArn", "AppInstanceAdminArn", "ChannelModeratorArn"), people),
        **dict.fromkeys(("ChimeBearer", "ModeratorArn"), [house["dora"], house["dora"], house["alice"]]),  # noqa: RUF024 - nobody changes it
        "AppInstanceArn": [house.arn],
        "ChannelArn": [channels[0], *channels],
        "ChannelFlowArn": [flow["ChannelFlowArn"]],
        "MessageId": [sent["MessageId"]],
    }


def name_identities(town: Cloud) -> dict[str, list[str]]:
    iam, cognito = town.client("iam", FUZZER), town.client("cognito-identity", FUZZER)
    pool = cognito.create_identity_pool(
        IdentityPoolName="pool", AllowUnauthenticatedIdentities=True, DeveloperProviderName="login.acme"
    )["IdentityPoolId"]
    name = f"dice-{pool[-12:]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.create_user(UserName=name)
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=POLICY)
    policy = iam.create_policy(PolicyName=name, PolicyDocument=POLICY)["Policy"]["Arn"]
    provider = iam.create_open_id_connect_provider(Url=f"https://{name}.example.com", ClientIDList=["a"])
    role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return {
        **dict.fromkeys(("RoleName", "UserName", "PolicyName"), [name]),  # noqa: RUF024 - nobody changes it
        **dict.fromkeys(("PolicyDocument", "Policy", "PolicyInputList", "PermissionsBoundary"), [POLICY]),  # noqa: RUF024 - nobody changes it
        "AssumeRolePolicyDocument": [TRUST],
        "RoleArn": [role],
        "PolicySourceArn": [role],
        "PolicyArn": [policy],
        "VersionId": ["v1"],
        "OpenIDConnectProviderArn": [provider["OpenIDConnectProviderArn"]],
        "IdentityPoolId": [pool],
        "IdentityId": [cognito.get_id(IdentityPoolId=pool)["IdentityId"]],
        "DeveloperProviderName": ["login.acme"],
    }


def name_people(town: Cloud) -> dict[str, list[str]]:
    registrar = town.client("cognito-idp", FUZZER)
    pool = registrar.create_user_pool(PoolName="people")["UserPool"]["Id"]
    registrar.admin_create_user(UserPoolId=pool, Username="alice")
    registrar.create_group(UserPoolId=pool, GroupName="clerks")
    filters = ['email ^= "a"', 'status = "Enabled"', "nonsense"]
    return {"UserPoolId": [pool], "Username": ["alice"], "GroupName": ["clerks"], "Filter": filters}
