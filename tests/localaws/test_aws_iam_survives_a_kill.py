from __future__ import annotations

import json
import time

import pytest

from tests.localaws.cloud import ACCOUNT, Cloud, Key, allow, role_arn
from tests.localaws.saml import IdentityProvider

LONGER_THAN_THE_DEBOUNCE = 1.0
ISSUER = "https://login.example.org"
ISSUER_ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.org"


@pytest.fixture
def start(setup_file, tmp_path):
    running = []

    def start() -> Cloud:
        cloud = Cloud("--setup", str(setup_file), "--snapshot", str(tmp_path / "snapshot.db"))
        running.append(cloud)
        return cloud

    yield start
    for cloud in running:
        cloud.kill()


def test_what_calls_made_is_there_again_and_what_is_declared_is_as_declared(start):
    first = start()
    iam, metadata = first.iam(), IdentityProvider().metadata
    iam.create_user(UserName="robot")
    made = iam.create_access_key(UserName="robot")["AccessKey"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/robot"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    iam.create_role(RoleName="Made", AssumeRolePolicyDocument=document)
    policy = json.dumps(allow(["chime:*"], "*"))
    iam.put_role_policy(RoleName="Made", PolicyName="own", PolicyDocument=policy)
    iam.create_policy(PolicyName="look", PolicyDocument=policy)
    iam.create_open_id_connect_provider(Url=ISSUER, ClientIDList=["portal"])
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata)
    iam.put_role_policy(RoleName="NoTags", PolicyName="more", PolicyDocument=policy)
    robot = Key(made["AccessKeyId"], made["SecretAccessKey"])
    session = first.assume("Made", robot)
    time.sleep(LONGER_THAN_THE_DEBOUNCE)
    first.kill()

    second = start()
    iam = second.iam()
    assert second.sts(session).get_caller_identity()["Arn"].endswith("/Made/chime_test")
    assert second.assume("Made", robot)
    assert iam.get_role(RoleName="Made")["Role"]["Arn"] == role_arn("Made")
    assert iam.list_role_policies(RoleName="Made")["PolicyNames"] == ["own"]
    assert iam.get_policy(PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/look")["Policy"]["PolicyName"] == "look"
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ISSUER_ARN)["ClientIDList"] == ["portal"]
    idp = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
    assert iam.get_saml_provider(SAMLProviderArn=idp)["SAMLMetadataDocument"] == metadata
    assert iam.list_role_policies(RoleName="NoTags")["PolicyNames"] == ["all"]
