"""A tenant's admin sets up an OpenID provider without the operator: form, test, switch."""

from __future__ import annotations

import pytest

from accounts.models import User
from tenants.scope import scope
from tests.accounts.openid.forms import KINDS, PAGES, add, attempt, made
from tests.accounts.openid.visits import come_back, leave, somebody, visit
from tests.admin.pages import choose, complaints, entries_of, page
from tests.conftest import at
from tests.servers.openid import SECRET


def test_an_admin_sets_a_provider_up_and_people_sign_in(acme, bob, issuer):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    change = page(browser, f"{place}change/")
    assert "http://acme.localhost/account/oidc/staff/callback/" in change
    assert "http://acme.localhost/account/oidc/staff/logout/" in change
    assert "was not tested" in choose(browser, "switch_on", made(acme), url=PAGES).content.decode()
    shown = attempt(browser, issuer, place)
    assert "They would become the new user dora, as member." in shown
    assert "do…" in shown
    assert "dora@acme.example" not in shown
    assert somebody(browser) == "bob"
    with scope(acme):
        assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    choose(browser, "switch_on", made(acme), url=PAGES)
    dora = at(acme)
    visit(dora, issuer)
    assert somebody(dora) == "dora"


def test_what_a_test_showed_is_shown_once(acme, bob, issuer):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    assert "They would become" in attempt(browser, issuer, place)
    assert "They would become" not in page(browser, f"{place}test/")


def test_a_test_needs_the_same_admin_to_come_back(acme, bob, alice, issuer):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    url = leave(browser, f"{place}test/")
    kept = browser.session["errands"]
    other = at(acme, alice)
    session = other.session
    session["errands"] = kept
    session.save()
    assert come_back(other, issuer, url).status_code == 401
    assert made(acme).tested_at is None


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_are_kept_and_never_shown(acme, bob, settings, kind):
    settings.PRIVATE_PROVIDERS = True
    browser = at(acme, bob)
    place = add(browser, kind)
    secrets = made(acme).secrets
    assert list(secrets.values()) in ([SECRET], [KINDS["apple"]["private_key"].strip()])
    shown = page(browser, f"{place}change/")
    assert not [secret for secret in secrets.values() if secret in shown or secret.splitlines()[-1] in shown]
    answer = browser.post(f"{place}change/", entries_of(browser, f"{place}change/") | {"name": "Everybody"})
    assert answer.status_code == 302, complaints(answer)
    assert (made(acme).name, made(acme).secrets) == ("Everybody", secrets)


def test_the_kind_is_chosen_first(acme, bob):
    shown = page(at(acme, bob), f"{PAGES}add/")
    for kind in ("ldap", *KINDS):
        assert f"?kind={kind}" in shown
    assert at(acme, bob).get(f"{PAGES}add/?kind=nonsense").status_code == 200


def test_a_member_tries_nothing(acme, alice, bob, issuer):
    place = add(at(acme, bob), issuer=issuer.url)
    assert at(acme, alice).post(f"{place}test/").status_code == 404


def test_the_operator_is_sent_to_the_tenants_host(acme, bob, root, issuer):
    place = add(at(acme, bob), issuer=issuer.url)
    assert "own host" in at(None, root).post(f"{place}test/").content.decode()
