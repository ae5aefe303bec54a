"""An app shows the name and password of somebody of the directory, where the tenant lets it."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.providers import change_provider, note_test, switch
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.directories.company import PASSWORD, connect
from tests.conftest import at
from tests.exchange.doors import assert_refused, by_body, credentials_in, speaks_as
from tests.servers.server import free_port


@pytest.fixture
def taken(linked):
    return change_tenant(linked, password_proofs=True)


def shown(tenant, password=PASSWORD):
    return by_body(tenant, kind="password", username="dora", value=password)


def test_somebody_of_the_directory_gets_credentials(taken, slapd, at_aws):
    connect(taken, slapd)
    credentials = credentials_in(shown(taken))
    with scope(taken):
        dora = User.objects.get(username="dora")
    assert speaks_as(at_aws, taken, credentials, str(dora.pk)) == "ok"


def test_not_by_another_password(taken, slapd):
    connect(taken, slapd)
    assert_refused(shown(taken, "another-word-1"), 401, "wrong_password")


def test_a_directory_that_is_away_is_a_matter_of_waiting(taken, slapd):
    connect(taken, slapd, servers=[f"ldap://127.0.0.1:{free_port()}"])
    answer = shown(taken)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1


def test_a_directory_that_does_not_say_who_is_told_by_name(taken, slapd):
    """On the sign-in page as at the exchange."""
    provider = connect(taken, slapd)
    with scope(taken):
        change_provider(provider, attribute_map={"subject": "noSuchAttribute"})
        note_test(provider, now=provider.created_at)
        switch(provider, on=True)
    assert_refused(shown(taken), 403, "unusable_claims")
    page = at(taken).post("/account/login/", {"login": "dora", "password": PASSWORD})
    assert "does not say who you are" in page.content.decode()
