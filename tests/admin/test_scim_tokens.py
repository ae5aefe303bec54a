"""A tenant's admin gives a directory a SCIM token, sees when it was used, and ends it."""

from __future__ import annotations

import re

import pytest

from accounts.models import SCIMToken
from accounts.providers import add_provider
from tenants.scope import scope
from tests.admin.pages import complaints, page
from tests.attacks.things import CLIENT
from tests.conftest import at

TOKENS = "/admin/accounts/scimtoken/"
ENTRIES = {"name": "Entra ID", "provider": "", "days": 30, "when_inactive": "disable", "when_deleted": "disable"}


@pytest.fixture
def browser(acme, bob):
    return at(acme, bob)


def test_a_token_is_shown_once_and_works(acme, browser):
    shown = browser.post(f"{TOKENS}add/", ENTRIES).content.decode()
    assert "http://acme.localhost/scim/v2<" in shown
    (secret,) = re.findall(r"cis_[\w-]+", shown)
    headers = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/scim/v2/Users", headers=headers).status_code == 200
    listed = page(browser, TOKENS)
    assert secret not in listed
    assert secret[:12] in listed
    with scope(acme):
        token = SCIMToken.objects.get()
    assert (token.name, token.when_deleted) == ("Entra ID", "disable")
    assert secret not in page(browser, f"{TOKENS}{token.pk}/change/")
    browser.post(TOKENS, {"action": "revoke", "_selected_action": [str(token.pk)]}, follow=True)
    assert browser.get("/scim/v2/Users", headers=headers).status_code == 401
    assert "revoked" in page(browser, TOKENS)


def test_the_provider_is_one_of_the_tenants_own(acme, globex, browser):
    with scope(acme):
        ours = add_provider(acme, kind="oidc", slug="okta", name="Okta", settings=CLIENT)
    with scope(globex):
        theirs = add_provider(globex, kind="oidc", slug="okta", name="Theirs", settings=CLIENT)
    assert "Theirs" not in page(browser, f"{TOKENS}add/")
    refused = browser.post(f"{TOKENS}add/", ENTRIES | {"provider": str(theirs.pk)})
    assert complaints(refused)
    browser.post(f"{TOKENS}add/", ENTRIES | {"provider": str(ours.pk)})
    with scope(acme):
        assert SCIMToken.objects.get().provider == ours


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 10_000}, {"name": ""}, {"when_inactive": "x"}])
def test_nonsense_is_told_beside_its_field(acme, browser, wrong):
    assert complaints(browser.post(f"{TOKENS}add/", ENTRIES | wrong))
    with scope(acme):
        assert not SCIMToken.objects.exists()
