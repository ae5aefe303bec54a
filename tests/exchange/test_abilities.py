"""Roles with just the rights that were chosen: used at localaws, and judged by an independent implementation of IAM."""

from __future__ import annotations

import io
import itertools
import json
import subprocess
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command

from exchange.abilities import Ability, Place, role_policy
from exchange.services import set_rule
from exchange.tags import OWN
from portal.demo import aws_setup, policies
from tenants.scope import scope
from tenants.services import link_aws
from tests.conftest import stagehand, token_of
from tests.exchange.doors import by_bearer, credentials_in
from tests.localaws.runtimes import CLIENTS, find_node

PORTAL = f"arn:aws:iam::{policies.ACCOUNT}:user/{aws_setup.PORTAL.user}"


def documents(*arguments) -> dict[str, Any]:
    out = io.StringIO()
    call_command("policies", *arguments, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def role(server, tenant, *arguments) -> str:
    """Make the role that the command prints, and let the tenant's members act as it."""
    iam, name = stagehand(server, "iam"), f"Made{uuid4().hex[:8]}"
    told = documents(tenant.slug, *arguments)
    trust = json.dumps(told["AssumeRolePolicyDocument"])
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="made", PolicyDocument=json.dumps(told["PolicyDocument"]))
    with scope(tenant):
        set_rule(tenant, profile="member", role_arn=arn)
    return str(arn)


def client(server, credentials, service):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def is_let(call, **arguments) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"].startswith("Access"):
            return False
        raise
    return True


@pytest.mark.parametrize("shared", [[], ["--shared"]], ids=["own", "shared"])
@pytest.mark.parametrize("chosen", [("read",), ("read", "create"), ("read", "directory"), ("create", "directory")])
def test_a_made_role_lets_do_what_was_chosen_and_no_more(linked, alice, at_aws, chosen, shared):
    role(at_aws, linked, "--abilities", *chosen, "--principal", PORTAL, *shared)
    body = by_bearer(linked, token_of(alice).reveal()).json()
    here, me = body["app_instance_arn"], body["app_instance_user_arn"]
    messaging = client(at_aws, body["credentials"], "chime-sdk-messaging")
    identity = client(at_aws, body["credentials"], "chime-sdk-identity")
    new = {"Name": "x", "ClientRequestToken": uuid4().hex, "AppInstanceArn": here}
    let = {
        "read": is_let(messaging.list_channels, AppInstanceArn=here, ChimeBearer=me),
        "create": is_let(messaging.create_channel, ChimeBearer=me, **new),
        "directory": is_let(identity.describe_app_instance_user, AppInstanceUserArn=me),
    }
    assert {name for name, is_so in let.items() if is_so} == set(chosen)
    other = f"{here}/user/{uuid4()}"
    assert not is_let(messaging.list_channels, AppInstanceArn=here, ChimeBearer=other)


def test_a_role_in_the_tenant_s_own_account_demands_its_external_id(linked, alice, at_aws):
    role(at_aws, linked, "--principal", PORTAL, "--own-account")
    assert credentials_in(by_bearer(linked, token_of(alice).reveal()))
    with scope(linked):
        linked.aws_link.external_id = "somebody-elses"
        linked.aws_link.save()
    assert by_bearer(linked, token_of(alice).reveal()).status_code == 502


def test_a_role_that_trusts_tokens(served, linked, alice, at_aws):
    provider = stagehand(at_aws, "iam").create_open_id_connect_provider(Url=served, ClientIDList=["sts.amazonaws.com"])
    with scope(linked):
        arn = linked.aws_link.app_instance_arn
        linked.aws_link = link_aws(linked, app_instance_arn=arn, way="web_identity", issuer=served)
    told = documents("acme")["AssumeRolePolicyDocument"]["Statement"][0]
    assert told["Principal"] == {"Federated": provider["OpenIDConnectProviderArn"]}
    role(at_aws, linked)
    assert credentials_in(by_bearer(linked, token_of(alice).reveal()))


@pytest.mark.parametrize(
    ("arguments", "sentence"), [(("nobody",), "no tenant “nobody”"), (("acme",), "--principal arn:aws:iam")]
)
def test_what_can_not_be_made_is_one_sentence(linked, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        documents(*arguments)


ACTIONS = {
    Ability.READ: ("ListChannelMessages", "channel"),
    Ability.SEND: ("SendChannelMessage", "channel"),
    Ability.EDIT: ("RedactChannelMessage", "channel"),
    Ability.JOIN: ("CreateChannelMembership", "channel"),
    Ability.CREATE: ("CreateChannel", "user"),
    Ability.MODERATE: ("CreateChannelBan", "channel"),
    Ability.DIRECTORY: ("ListAppInstanceUsers", "user"),
}
MINE, OTHERS = "0b0e", "0c0c"


def simulation(ability: Ability, kind: str, action: str, *, instance: str, user: str) -> dict[str, Any]:
    """Ask whether u1 of the app instance 0b0e, by a role with one ability, may do this in an app instance."""
    place = Place("aws", "us-east-1", "111122223333")
    arn = f"arn:aws:chime:us-east-1:111122223333:app-instance/{instance}"
    told = {"UserUUID": "u1", "AppInstanceId": MINE, "TenantId": "t1", "ExchangeId": "e1"}
    return {
        "request": {
            "principal": "arn:aws:sts::111122223333:assumed-role/Member/chime_u1",
            "action": f"chime:{action}",
            "resource": {"resource": f"{arn}/{kind}/{user}", "accountId": "111122223333"},
            "contextVariables": {f"aws:PrincipalTag/{name}": told[name] for name in OWN},
        },
        "identityPolicies": [{"name": "made", "policy": role_policy(place, {ability})}],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }


FILES = [
    ("PutObject", f"{MINE}/u1", "Allowed"),
    ("PutObject", f"{MINE}/u2", "ImplicitlyDenied"),
    ("PutObject", f"{OTHERS}/u1", "ImplicitlyDenied"),
    ("GetObject", f"{MINE}/u2", "Allowed"),
    ("GetObject", f"{OTHERS}/u1", "ImplicitlyDenied"),
    ("DeleteObject", f"{MINE}/u1", "ImplicitlyDenied"),
]


def of_files(action: str, folder: str) -> dict[str, Any]:
    """Ask whether u1 may do this to a file in that folder of the tenant's bucket."""
    case = simulation(Ability.ATTACH, "user", "x", instance=MINE, user="u1")
    place = Place("aws", "us-east-1", "111122223333", files_bucket="files")
    file = {"resource": f"arn:aws:s3:::files/{folder}/a.png", "accountId": "111122223333"}
    request = {**case["request"], "action": f"s3:{action}", "resource": file}
    policies = [{"name": "made", "policy": role_policy(place, [Ability.ATTACH])}]
    return {**case, "request": request, "identityPolicies": policies}


def test_another_implementation_of_iam_judges_the_same():
    cases, expected = [], []
    for (ability, chosen), instance in itertools.product(itertools.product(ACTIONS, ACTIONS), (MINE, OTHERS)):
        action, kind = ACTIONS[chosen]
        thing = "u1" if kind == "user" else "c1"
        cases.append(simulation(ability, kind, action, instance=instance, user=thing))
        expected.append("Allowed" if (ability, instance) == (chosen, MINE) else "ImplicitlyDenied")
    for action, folder, judged in FILES:
        cases.append(of_files(action, folder))
        expected.append(judged)
    cases.append(simulation(Ability.CREATE, "user", "CreateChannel", instance=MINE, user="u2"))
    expected.append("ImplicitlyDenied")
    done = subprocess.run(
        [find_node(), "simulate.mjs"],
        cwd=CLIENTS,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == expected
