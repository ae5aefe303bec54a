"""AWS SDKs that know nothing of the portal but an address and a token, and renew by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from accounts import standing
from exchange.models import Issuance
from tenants.scope import scope
from tests.conftest import at, token_of

PATH = "/api/v1/credentials"
# boto3 renews what is good for less than a quarter of an hour, so each of these calls finds credentials to be renewed.
ASKS_THRICE = """
import boto3
session = boto3.Session()
for _ in range(3):
    who = session.client("sts").get_caller_identity()["Arn"]
    print(who, session.get_credentials().get_frozen_credentials().access_key)
"""
SPEAKS = """
import sys, boto3
app_instance, bearer = sys.argv[1:]
messaging = boto3.client("chime-sdk-messaging")
print(messaging.list_channels(AppInstanceArn=app_instance, ChimeBearer=bearer)["Channels"])
"""


@pytest.fixture
def portal(served) -> str:
    """Where AWS SDKs fetch credentials of acme's people."""
    return f"{served}{PATH}"


def run(at_aws, url, token, *command):
    """Run a program whose environment tells of these two, and of localaws, and has no key in it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DJANGO_"))}
    told = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": f"Bearer {token.reveal()}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": at_aws.url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return subprocess.run(
        [sys.executable, *command], env=own | told, capture_output=True, text=True, timeout=60, check=False
    )


def test_boto3_renews_by_itself(portal, alice, at_aws):
    done = run(at_aws, f"{portal}?duration_seconds=900", token_of(alice), "-c", ASKS_THRICE)
    told = [line.split() for line in done.stdout.splitlines()]
    assert len(told) == 3, done.stderr
    assert all(arn.endswith(f"/chime_{alice.pk}") for arn, _ in told)
    assert len({key for _, key in told}) >= 3


def test_the_aws_cli_renews_by_itself(portal, alice, at_aws):
    token = token_of(alice)
    for _ in range(3):
        done = run(at_aws, portal, token, "-m", "awscli", "sts", "get-caller-identity")
        assert json.loads(done.stdout)["Arn"].endswith(f"/chime_{alice.pk}"), done.stderr
    with scope(alice.tenant):
        assert Issuance.objects.count() == 3


def test_one_acts_as_oneself_and_nobody_else(portal, linked, alice, bob, at_aws):
    token, app_instance = token_of(alice), linked.aws_link.app_instance_arn
    mine = run(at_aws, portal, token, "-c", SPEAKS, app_instance, f"{app_instance}/user/{alice.pk}")
    assert mine.stdout.strip() == "[]", mine.stderr
    other = run(at_aws, portal, token, "-c", SPEAKS, app_instance, f"{app_instance}/user/{bob.pk}")
    assert "AccessDenied" in other.stderr


def test_a_disabled_user_gets_nothing_any_more(portal, alice, at_aws):
    token = token_of(alice)
    with scope(alice.tenant):
        standing.disable(alice.tenant, [alice.pk])
    done = run(at_aws, portal, token, "-m", "awscli", "sts", "get-caller-identity")
    assert done.returncode != 0
    assert "token_revoked" in done.stderr
    assert token.reveal() not in done.stderr + done.stdout


def ask(tenant, header: str | None, query: str = ""):
    headers = {"Authorization": header} if header is not None else {}
    return at(tenant).get(PATH + query, headers=headers)


def test_the_four_texts_are_all_there_is(linked, alice):
    answer = ask(linked, token_of(alice).reveal())
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
    assert answer["Cache-Control"] == "no-store"
    with scope(linked):
        assert str(Issuance.objects.get().pk) == answer["X-Exchange-Id"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "unusable_authorization"),
        ("", "unusable_authorization"),
        ("Basic YTpi", "unusable_authorization"),
        ("Bearer nonsense", "invalid_token"),
        ("cip_00000000_nonsense", "invalid_token"),
        # Whom the sample lets in as a guest: an SDK that renews by itself would be another one each time.
        ("Bearer {defaultsTo:'anonymousAccess'}", "unusable_authorization"),
    ],
)
def test_without_a_token_nothing(linked, header, code):
    answer = ask(linked, header)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert (answer.json()["Code"], answer.json()["Message"]) == (code, answer.json()["detail"])


def test_a_session_is_no_token(linked, alice):
    assert at(linked, alice).get(PATH).status_code == 401


@pytest.mark.parametrize("query", ["?duration_seconds=10", "?duration_seconds=many", "?duration=900"])
def test_nonsense_is_named(linked, alice, query):
    answer = ask(linked, token_of(alice).reveal(), query)
    assert answer.status_code == 400
    assert "duration" in answer.content.decode()
