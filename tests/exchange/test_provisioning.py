"""A tenant's ground at AWS, made by one command: said first, made once, mended when it differs, taken away again."""

from __future__ import annotations

import io
import itertools
import json
import re

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command

from exchange.models import Issuance, Rule
from exchange.provisioning.wanted import Powers, Wish, differences
from exchange.services import set_rule
from portal.demo import aws_setup
from tenants import aws
from tenants.models import AWSLink
from tenants.scope import scope
from tests.conftest import at, person, stagehand, token_of
from tests.exchange.doors import by_bearer, credentials_in, speaks_as

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = "arn:aws:iam::444455556666:role/Staff"
PRINCIPAL = "arn:aws:iam::111122223333:user/portal"


class Interrupted(BaseException):
    """Ctrl-C, a lost connection, a killed process."""


@pytest.fixture
def operator(at_aws, monkeypatch):
    """Whoever provisions may do everything at AWS, which the portal itself may not."""
    as_portal = aws_setup.environment(aws_setup.PORTAL, at_aws.port)

    def become(environment):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, environment[name])
        for clients in (aws._client, aws.unsigned_sts, aws.unsigned_cognito, aws.runs_on_role):
            clients.cache_clear()

    become(aws_setup.environment(aws_setup.STAGEHAND, at_aws.port))
    yield lambda: become(as_portal)
    become(as_portal)


@pytest.fixture
def made(acme, operator):
    yield acme
    operator()


@pytest.fixture
def made_roles():
    return []


@pytest.fixture(autouse=True)
def _nothing_stays(at_aws, made_roles):
    yield
    iam = stagehand(at_aws, "iam")
    for name in (*(f"chime-portal-acme-{one}" for one in ("member", "guest", "portal")), *made_roles):
        try:
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
                iam.delete_role_policy(RoleName=name, PolicyName=policy)
            iam.delete_role(RoleName=name)
        except ClientError:
            pass


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, "acme", "--principal", PRINCIPAL, *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_what_it_makes_lets_people_chat_as_themselves(acme, alice, bob, operator, at_aws):
    said = run("provision")
    operator()
    acme.refresh_from_db()
    assert [line.split()[0] for line in said if not line.startswith("+")] == ["create", "make", "link", "create", "let"]
    credentials = credentials_in(by_bearer(acme, token_of(alice).reveal()))
    assert speaks_as(at_aws, acme, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, acme, credentials, str(bob.pk)).startswith("AccessDenied")


def test_a_dry_run_says_the_same_and_does_nothing(acme, operator, at_aws):
    before = len(stagehand(at_aws, "chime-sdk-identity").list_app_instances()["AppInstances"])
    said = run("provision", "--dry-run")
    assert said[0] == "create the app instance chime-portal-acme in us-east-1"
    assert len(stagehand(at_aws, "chime-sdk-identity").list_app_instances()["AppInstances"]) == before
    with scope(acme):
        assert not AWSLink.objects.exists()
    done = run("provision")
    firsts = [[line.split()[0] for line in lines] for lines in (said, done)]
    assert firsts[0] == firsts[1]


def test_a_second_run_has_nothing_to_do(acme, operator):
    run("provision")
    assert run("provision") == []


def test_what_differs_is_said_and_mended(acme, operator, at_aws):
    run("provision")
    iam, name = stagehand(at_aws, "iam"), "chime-portal-acme-member"
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName="chime-portal", PolicyDocument=json.dumps(wide))
    said = run("provision", "--dry-run")
    assert any(line.startswith(f"- {name} may") and "'*'" in line for line in said), said
    assert run("provision") == said
    assert run("provision", "--dry-run") == []


def test_other_abilities_are_a_difference(acme, operator):
    run("provision")
    said = run("provision", "--member", "read", "send")
    assert any("chime:CreateChannel" in line for line in said)
    assert [line for line in said if line[0] not in "-+"] == ["note what members may do: read, send"]
    assert run("provision") == []


def test_a_rule_for_few_gets_the_role_that_it_lacks_with_its_tags(acme, operator, at_aws, made_roles):
    mona = person(acme, "mona", role="moderator")
    with scope(acme):
        told = {"abilities": ["read", "moderate"], "tags": {"Team": "${role}"}}
        set_rule(acme, profile="member", user_role="moderator", **told)
        set_rule(acme, profile="member", group="staff", role_arn=ELSEWHERE)
    said = run("provision")
    assert any("let members (moderator) act as" in line for line in said)
    assert not any("staff" in line for line in said)
    assert run("provision") == []
    with scope(acme):
        role_arn = Rule.objects.get(user_role="moderator").role_arn
        assert Rule.objects.get(group="staff").role_arn == ELSEWHERE
    made_roles.append(role_arn.rpartition("/")[2])
    operator()
    acme.refresh_from_db()
    credentials = credentials_in(by_bearer(acme, token_of(mona).reveal()))
    assert speaks_as(at_aws, acme, credentials, str(mona.pk)) == "ok"
    with scope(acme):
        assert Issuance.objects.get().tags["Team"] == "moderator"


@pytest.mark.parametrize("slug", ["acme", "a" * 40])
@pytest.mark.parametrize("group", ["CN=Chat Mods,OU=Groups,DC=acme,DC=example", "é" * 200, "-"])
def test_every_role_has_a_name_that_iam_takes_and_no_other_has(slug, group):
    wish = Wish("t", slug, "us-east-1", "assume_role", PRINCIPAL)
    names = [wish.role_name(Powers("member", (), *few)) for few in ((), ("", group), (group, ""), ("", f"{group}."))]
    assert len(set(names)) == 4
    assert all(re.fullmatch(r"[\w+=,.@-]{1,64}", name, re.ASCII) for name in names), names


def test_each_way_has_its_own_ground(acme, operator, at_aws):
    for way, what in (("web_identity", "OpenID provider"), ("cognito", "identity pool")):
        said = run("provision", "--way", way)
        assert any(what in line for line in said), said
        assert run("provision", "--way", way) == []
        run("deprovision", "--way", way)


def test_what_is_somebody_else_s_is_left_alone(acme, operator, at_aws):
    iam = stagehand(at_aws, "iam")
    statement = {"Effect": "Allow", "Principal": {"AWS": PRINCIPAL}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName="chime-portal-acme-member", AssumeRolePolicyDocument=json.dumps(trust))
    with pytest.raises(CommandError, match="was not made for this tenant"):
        run("provision")
    with pytest.raises(CommandError, match="was not made for this tenant"):
        run("deprovision")
    assert iam.get_role(RoleName="chime-portal-acme-member")


def test_it_is_taken_away_again(acme, alice, operator, at_aws):
    run("provision")
    would = run("deprovision", "--dry-run")
    assert run("deprovision") == would
    assert run("deprovision") == []
    with scope(acme):
        assert not AWSLink.objects.exists()
        assert not Rule.objects.exists()
    listed = stagehand(at_aws, "chime-sdk-identity").list_app_instances()["AppInstances"]
    assert not [one for one in listed if str(acme.pk) in one.get("Metadata", "")]
    operator()
    assert at(acme, alice).post("/creds", headers={"Origin": "http://acme.localhost"}).status_code == 502


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("way", ["assume_role", "web_identity", "cognito"])
def test_interrupted_at_every_call_and_run_again_it_converges(acme, operator, monkeypatch, way, moment):
    for number in itertools.count(1):
        was_interrupted = interrupt(monkeypatch, number, moment, lambda: run("provision", "--way", way))
        run("provision", "--way", way)
        assert run("provision", "--way", way) == [], f"after an interruption {moment} call {number}"
        was_interrupted_again = interrupt(monkeypatch, number, moment, lambda: run("deprovision", "--way", way))
        run("deprovision", "--way", way)
        assert run("deprovision", "--way", way) == []
        if not (was_interrupted or was_interrupted_again):
            break
    assert number > 10


def interrupt(monkeypatch, number, moment, work):
    """Let the call of this number, or its answer, be lost; return whether there was such a call."""
    call, count = vars(BaseClient)["_make_api_call"], itertools.count(1)

    def cut(client, operation, request):
        is_it = next(count) == number
        if is_it and moment == "before":
            raise Interrupted
        try:
            return call(client, operation, request)
        finally:
            if is_it:
                raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", cut)
        try:
            work()
        except Interrupted:
            return True
    return False


@pytest.mark.parametrize("arguments", [["--way", "web_identity", "--issuer", "https://elsewhere.example"]])
def test_mistakes_are_told(acme, operator, arguments):
    with pytest.raises(CommandError, match="one of the tenant's hosts"):
        run("provision", *arguments)


def test_an_unknown_tenant_is_told(at_aws, db):
    with pytest.raises(CommandError, match="There is no tenant"):
        call_command("provision", "nobody")


def test_differences_name_what_is_too_much_and_too_little():
    assert differences({"a": ["x", "y"]}, {"a": ["y", "z"]}) == ["- a: x", "+ a: z"]
    assert differences(None, {"a": 1}) == ["+ {'a': 1}"]
    assert differences({"a": 1}, {"a": 1}) == []
    assert differences({"a": 1, "b": 2}, {"a": 1}) == ["- b: 2"]
