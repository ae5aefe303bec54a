"""No AWS key anywhere in the portal: it keeps users at Chime, and denies sessions, by a token about itself."""

from __future__ import annotations

import io

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts import signing, standing, vouching
from chimeusers import work
from exchange.doctor.examination import examine
from exchange.models import Revocation
from exchange.tags import claims_of
from exchange.tasks import deny_waiting_sessions
from portal.demo import aws_setup
from tenants import aws
from tenants.scope import scope, unscoped
from tenants.services import link_aws
from tests.conftest import stagehand, token_of
from tests.exchange.doors import by_bearer, credentials_in, speaks_as

CACHES = (
    *(aws._client, aws.unsigned_sts, aws.unsigned_cognito, aws.runs_on_role),
    *(aws._client_by_token, aws._session_by_token),
)


@pytest.fixture
def keyless(served, acme_served, at_aws, monkeypatch):
    """Acme, provisioned by somebody who may, whose portal then has no key."""
    operator = aws_setup.environment(aws_setup.STAGEHAND, at_aws.port)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, operator[name])
    forget()
    call_command("provision", "acme", "--way", "web_identity", "--issuer", served, stdout=io.StringIO())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget()
    acme_served.refresh_from_db()
    yield acme_served
    forget()
    iam = stagehand(at_aws, "iam")
    for name in ("member", "guest", "portal"):
        role = f"chime-portal-acme-{name}"
        try:
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                iam.delete_role_policy(RoleName=role, PolicyName=policy)
            iam.delete_role(RoleName=role)
        except ClientError:
            pass


@pytest.fixture
def acme_served(linked):
    """Not linked yet, but served."""
    with unscoped():
        linked.aws_link.delete()
        linked.rules.all().delete()
    return linked


def forget():
    for clients in CACHES:
        clients.cache_clear()


def test_people_come_chat_and_go_without_a_key(keyless, alice, bob, at_aws):
    credentials = credentials_in(by_bearer(keyless, token_of(alice).reveal()))
    assert speaks_as(at_aws, keyless, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, keyless, credentials, str(bob.pk)).startswith("Access")
    with scope(keyless):
        standing.erase(keyless, [alice.pk])
        work.drain(keyless)
    deny_waiting_sessions()
    assert speaks_as(at_aws, keyless, credentials, str(alice.pk)).startswith("Access")
    with scope(keyless):
        assert Revocation.objects.get().denied_at is not None
    users = stagehand(at_aws, "chime-sdk-identity").list_app_instance_users(
        AppInstanceArn=keyless.aws_link.app_instance_arn
    )
    ids = {one["AppInstanceUserArn"].rpartition("/")[2] for one in users["AppInstanceUsers"]}
    assert str(alice.pk) not in ids


def test_the_doctor_finds_nothing_wrong(keyless, alice):
    assert by_bearer(keyless, token_of(alice).reveal()).status_code == 200
    with scope(keyless):
        found = list(examine(keyless, alice, isolated=True))
    assert [finding for finding in found if finding.is_well is False] == []
    assert any("role/chime-portal-acme-portal" in finding.sentence for finding in found)


def as_role(server, role_arn, token):
    sts = boto3.client(
        "sts", region_name="us-east-1", endpoint_url=server.url, config=Config(signature_version=UNSIGNED)
    )
    with pytest.raises(ClientError) as error:
        sts.assume_role_with_web_identity(RoleArn=role_arn, RoleSessionName="x1", WebIdentityToken=token)
    return error.value.response["Error"]["Code"]


def test_nobody_else_s_token_is_the_portal_s_and_its_own_is_nobody_else_s(keyless, served, alice, at_aws):
    link, now = keyless.aws_link, timezone.now()
    tags = {"UserUUID": str(alice.pk), "AppInstanceId": link.app_instance_id}
    claims = {"iss": served, "aud": vouching.AUDIENCE, "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 300}
    with scope(keyless):
        users = signing.sign(keyless, claims | {"sub": str(alice.pk)} | claims_of(tags), now=now).reveal()
        member = keyless.rules.get(profile="member").role_arn
    assert as_role(at_aws, link.portal_role_arn, users) == "AccessDenied"
    assert as_role(at_aws, member, vouching.token_of_portal(keyless.pk, served)) == "AccessDenied"


def test_only_where_aws_trusts_the_portal_s_tokens(linked):
    arn = linked.aws_link.app_instance_arn
    with scope(linked), pytest.raises(ValidationError, match="trusts this portal's tokens"):
        link_aws(linked, app_instance_arn=arn, portal_role_arn="arn:aws:iam::111122223333:role/Portal")
