"""A tenant's people come from its Cognito user pool, without signing in first."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from http import HTTPStatus
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from botocore.exceptions import ClientError

from accounts.intake import sources, user_pool
from accounts.intake.settings import add_source
from accounts.models import Identity, Import
from accounts.providers import add_provider
from portal.demo import policies
from tenants import aws
from tenants.runs import Progress
from tenants.scope import scope
from tests.accounts.intake.company import change, imported, told, user
from tests.conftest import stagehand

AWAY = "eu-central-1_a1B2c3D4e"


class Pool:
    """A user pool at localaws, and its owner at AWS."""

    def __init__(self, server) -> None:
        self.owner = stagehand(server, "cognito-idp")
        made = self.owner.create_user_pool(PoolName="staff")["UserPool"]
        self.id, self.arn = made["Id"], made["Arn"]

    def belong_to(self, tenant) -> None:
        self.owner.tag_resource(ResourceArn=self.arn, Tags={user_pool.OWNER_TAG: str(tenant.pk)})

    def add(self, username, **attributes) -> None:
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        self.owner.admin_create_user(UserPoolId=self.id, Username=username, UserAttributes=given)

    def change(self, username, **attributes) -> None:
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        self.owner.admin_update_user_attributes(UserPoolId=self.id, Username=username, UserAttributes=given)

    def join(self, username, *groups) -> None:
        for group in groups:
            self.owner.create_group(UserPoolId=self.id, GroupName=group)
            self.owner.admin_add_user_to_group(UserPoolId=self.id, GroupName=group, Username=username)

    def do(self, operation, username) -> None:
        getattr(self.owner, operation)(UserPoolId=self.id, Username=username)


@pytest.fixture
def pool(at_aws, acme) -> Pool:
    """Three people, of whom alice is in two groups."""
    made = Pool(at_aws)
    made.belong_to(acme)
    made.add("alice", email="alice@acme.example", email_verified="true", name="Alice Archer")
    made.add("bob", email="bob@acme.example")
    made.add("carol")
    made.join("alice", "chiefs", "staff")
    return made


def source_of(tenant, pool_id):
    settings, secrets = {"user_pool_id": pool_id, "client_id": "app"}, {"client_secret": "secret"}
    with scope(tenant):
        provider = add_provider(tenant, kind="cognito", slug="pool", name="Pool", settings=settings, secrets=secrets)
        return add_source(provider)


@pytest.fixture
def source(acme, pool):
    return source_of(acme, pool.id)


def test_everybody_becomes_a_user_once(source, pool):
    assert told(imported(source)) == {"seen": 3, "made": 3}
    alice = user(source, "alice")
    assert (alice.display_name, alice.email, alice.groups) == (
        "Alice Archer",
        "alice@acme.example",
        ["chiefs", "staff"],
    )
    assert user(source, "carol").email == ""
    with scope(source.tenant):
        verified = dict(EmailAddress.objects.values_list("user__username", "verified"))
    assert verified == {"alice": True, "bob": False}
    assert told(imported(source)) == {"seen": 3}


def test_they_are_known_by_the_subject_of_their_tokens(source, pool):
    imported(source)
    [alice] = pool.owner.list_users(UserPoolId=pool.id, Filter='username = "alice"')["Users"]
    sub = next(one["Value"] for one in alice["Attributes"] if one["Name"] == "sub")
    with scope(source.tenant):
        assert Identity.objects.get(user__username="alice").subject == sub


def test_it_follows_the_pool(source, pool):
    imported(source)
    pool.change("bob", name="Bob Baker", email="baker@acme.example")
    pool.do("admin_disable_user", "alice")
    pool.do("admin_delete_user", "carol")
    pool.add("dora")
    assert told(imported(source)) == {"seen": 3, "made": 1, "changed": 1, "gone": 2}
    assert (user(source, "bob").display_name, user(source, "bob").email) == ("Bob Baker", "baker@acme.example")
    assert [user(source, name).is_active for name in ("alice", "bob", "carol", "dora")] == [False, True, False, True]
    pool.do("admin_enable_user", "alice")
    assert told(imported(source)) == {"seen": 3, "restored": 1}


def test_a_group_gives_a_role_and_takes_it(source, pool):
    change(source, roles={"chiefs": "moderator"})
    imported(source)
    assert user(source, "alice").role == "moderator"
    pool.owner.admin_remove_user_from_group(UserPoolId=pool.id, GroupName="chiefs", Username="alice")
    imported(source)
    assert (user(source, "alice").role, user(source, "alice").groups) == ("member", ["staff"])


def test_a_filter_chooses_whom_to_take(source):
    change(source, people='email ^= "b"')
    assert told(imported(source)) == {"seen": 1, "made": 1}
    assert user(source, "bob").is_active


def test_more_than_a_page_is_read(acme, at_aws):
    pool = Pool(at_aws)
    pool.belong_to(acme)
    for number in range(130):
        pool.add(f"user{number}")
    pages = list(_pages(source_of(acme, pool.id)))
    assert [len(page.entries) for page in pages] == [130], "several of AWS's are one of ours"


def test_each_page_of_a_group_is_a_step(source):
    assert [len(page.entries) for page in _pages(source)] == [0, 0, 3], "two groups, then everybody"


def _pages(source):
    with scope(source.tenant):
        return list(sources.pages(Import(tenant=source.tenant, source=source, is_full=True)))


def test_nobodys_pool_is_read(acme, at_aws):
    """Whoever may read many tenants' pools must not be led to another's."""
    pool = Pool(at_aws)
    pool.add("alice")
    run = imported(source_of(acme, pool.id))
    assert run.progress == Progress.FAILED
    assert "does not say that its people are this tenant's" in run.reason
    assert (
        f"tag-resource --resource-arn arn:aws:cognito-idp:us-east-1:{policies.ACCOUNT}:userpool/{pool.id}" in run.reason
    )
    assert f"--tags TenantId={acme.pk}" in run.reason


def test_another_tenants_pool_is_not_read(globex, pool):
    run = imported(source_of(globex, pool.id))
    assert (run.progress, run.seen) == (Progress.FAILED, 0)


@pytest.mark.parametrize(
    ("pool_id", "reason"), [("us-east-1_lost00000", "does not exist"), (AWAY, "ResourceNotFoundException")]
)
def test_a_pool_that_is_not_there_puts_nobody_out(source, pool, pool_id, reason):
    imported(source)
    source.provider.settings["user_pool_id"] = pool_id
    source.provider.save()
    run = imported(source)
    assert run.progress == Progress.FAILED
    assert reason in run.reason
    assert user(source, "alice").is_active


def test_a_pool_that_is_empty_puts_nobody_out(source, pool):
    imported(source)
    for name in ("alice", "bob", "carol"):
        pool.do("admin_delete_user", name)
    run = imported(source)
    assert (run.progress, run.gone) == (Progress.BRAKED, 0)


def throttled(server, *, count):
    """Let AWS refuse so many calls, of which botocore makes two for each of ours."""
    fault = {"operation": "ListUsers", "status": 429, "count": count}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("PUT", "/_localaws/faults", json.dumps([fault]))
        assert connection.getresponse().status == HTTPStatus.OK


def test_it_waits_where_aws_throttles(source, localaws, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(user_pool, "sleep", waited.append)
    throttled(localaws, count=4)
    assert told(imported(source)) == {"seen": 3, "made": 3}
    assert waited == [0.5, 1.0]


def test_it_gives_up_where_aws_throttles_for_long(source, localaws, monkeypatch):
    monkeypatch.setattr(user_pool, "sleep", lambda _: None)
    throttled(localaws, count=2 * user_pool.TRIES)
    assert imported(source).progress == Progress.FAILED


def test_who_has_not_confirmed_is_nobody_yet(source, monkeypatch):
    """Such users come of sign-ups, which localaws does not have; so this is ListUsers' documented answer alone."""
    said: Any = {"Username": "eve", "Attributes": [{"Name": "sub", "Value": "1"}], "Enabled": True}
    page = user_pool._page(source.provider, [said | {"UserStatus": "UNCONFIRMED"}], {})
    assert [entry.is_active for entry in page.entries] == [False]
    page = user_pool._page(source.provider, [said | {"UserStatus": "CONFIRMED"}], {})
    assert [entry.is_active for entry in page.entries] == [True]


def test_it_is_read_by_the_portals_role_in_the_tenants_account(linked, pool):
    """Acme's link changes nothing where it names no such role; the role itself is in tests/exchange."""
    assert told(imported(source_of(linked, pool.id))) == {"seen": 3, "made": 3}


def test_the_portal_may_not_write_to_pools(at_aws, pool):
    portal = aws.client("cognito-idp", "us-east-1")
    with pytest.raises(ClientError, match="not authorized"):
        portal.admin_delete_user(UserPoolId=pool.id, Username="alice")
