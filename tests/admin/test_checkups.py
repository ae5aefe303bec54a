"""The doctor's page: a tenant's admin looks at their own tenant and people, the operator at each."""

from __future__ import annotations

import pytest

from exchange.models import Checkup
from tenants.scope import unscoped
from tests.admin.pages import page
from tests.conftest import at, link

CHECKUPS = "/admin/exchange/checkup/"


def looked(browser, url, **entries):
    answer = browser.post(url, entries | {"look": "1"}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def own(linked):
    with unscoped():
        return f"{CHECKUPS}{Checkup.objects.get(tenant=linked).pk}/change/"


def test_an_admin_is_led_to_their_own_tenant(linked, bob, own):
    answer = at(linked, bob).get(CHECKUPS)
    assert (answer.status_code, answer["Location"]) == (302, own)


def test_an_admin_of_a_tenant_that_is_not_linked_is_told(acme, bob):
    browser = at(acme, bob)
    assert "Looks at everything" in page(browser, CHECKUPS)
    assert "not linked to an Amazon Chime app instance" in looked(browser, CHECKUPS)


def test_the_page_says_what_is_wrong_and_what_to_paste(linked, bob, own):
    browser = at(linked, bob)
    assert "Nothing is wrong" in looked(browser, own)
    shown = looked(browser, own, user="alice")
    assert "has no user “alice”" in shown
    with unscoped():
        linked.rules.update(role_arn="arn:aws:iam::111122223333:role/Gone")
    shown = looked(browser, own)
    assert "There is no role" in shown
    assert "What to paste at AWS" in shown


def test_isolation_is_proved_of_somebody(linked, bob, alice, own):
    browser = at(linked, bob)
    assert "Whose isolation" in looked(browser, own, isolation="on")
    assert "must not: list channels as another user" in looked(browser, own, user="alice", isolation="on")


def test_another_tenants_is_not_there(linked, globex, bob, carol, at_aws):
    link(globex, at_aws)
    with unscoped():
        theirs = Checkup.objects.get(tenant=globex)
    browser = at(linked, bob)
    assert browser.post(f"{CHECKUPS}{theirs.pk}/change/", {"look": "1"}).status_code == 404
    assert browser.get(f"{CHECKUPS}{theirs.pk}/change/").status_code == 404


def test_the_operator_chooses_a_tenant(linked, root, alice, own):
    browser = at(None, root)
    assert "Acme" in page(browser, CHECKUPS)
    assert "user at Chime" in looked(browser, own, user="alice")
