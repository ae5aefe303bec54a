"""Every operation that is served is asked with members that fit its model and with members that do not, all signed.

How often is said by FUZZ_ROUNDS; the seed that pytest-randomly prints draws the same calls again.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from localaws.served import SERVED
from localaws.wire.catalogue import Catalogue
from localaws.wire.dialects import Protocol
from tests.localaws.cloud import ACCOUNT, Cloud, Key, build_house, setup, user
from tests.localaws.dice import POLICY, Dice
from tests.localaws.handwriting import Pen, write

if TYPE_CHECKING:
    from localaws.wire.catalogue import Operation
    from tests.localaws.cloud import Reply

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "20"))
FUZZER = Key("AKIALOCALFUZZER00001", "local-only-secret-of-the-fuzzer-00000001")
FIRST_SERVER_FAULT = 500
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

OPERATIONS = [each for each in Catalogue().operations if each.name in SERVED[each.service]]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Somewhere to break things, with a caller whom nothing that is asked can take the rights from."""
    path = tmp_path_factory.mktemp("fuzz") / "setup.json"
    document = setup()
    document["Accounts"][0]["Users"].append(user("fuzzer", FUZZER, ["*"]))
    path.write_text(json.dumps(document))
    running = Cloud("--setup", str(path))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pen(town):
    pen = Pen(town.url, FUZZER)
    yield pen
    pen.close()


@pytest.fixture(scope="module")
def known(town) -> dict[str, list[str]]:
    return name_what_is_there(town)


@pytest.fixture
def dice(town, known, operation) -> Dice:
    """What deletes gets a house of its own."""
    return Dice(name_what_is_there(town) if "Delete" in operation.name else known)


def name_what_is_there(town: Cloud) -> dict[str, list[str]]:
    return name_chat(town) | name_identities(town)


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


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.service}-{operation.name}")
def test_every_operation_answers_every_member(town, pen, dice, operation):
    for turn in range(ROUNDS):
        members = dice.draw_members(operation.input)
        if turn % 2:
            members = dice.spoil(members)
        letter = write(operation, members)
        reply = pen.send(letter, operation.dialect.signing_name)
        assert_shaped(operation, reply, members)
        if reply.status == operation.status and operation.dialect.protocol is not Protocol.QUERY and reply.body:
            dice.learn(json.loads(reply.body))


def assert_shaped(operation: Operation, reply: Reply, members: dict[str, Any]) -> None:
    """An answer, or an error as the service writes it. Only what is not served may be the server's fault."""
    told = f"{operation.name} {members!r} is answered {reply.status} {reply.body!r}"
    if reply.status < 300:
        return
    assert reply.status < FIRST_SERVER_FAULT or reply.status == 501, told
    assert read_error(operation.dialect.protocol, reply), told


def read_error(protocol: Protocol, reply: Reply) -> str:
    """The code by which a client knows it. Raises what a client would, when the answer can't be read."""
    if protocol is Protocol.QUERY:
        error = ET.fromstring(reply.body)[0]  # noqa: S314 - it is our own server
        assert [element.tag.partition("}")[2] for element in error] == ["Type", "Code", "Message"]
        return str(error[1].text)
    body = json.loads(reply.body)
    assert body.keys() == ({"__type", "message"} if protocol is Protocol.JSON else {"Code", "Message"})
    return reply.headers["x-amzn-errortype"]
