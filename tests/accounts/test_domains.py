"""A tenant proves that an e-mail domain is its own, and its people find their way in by their address."""

from __future__ import annotations

import pytest

from accounts.domains import proof_of
from accounts.models import EmailDomain
from tenants.scope import scope
from tests.accounts.openid.visits import provided
from tests.admin.pages import choose, complaints, page
from tests.conftest import at, person
from tests.servers.name_server import NameServer
from tests.servers.openid import OpenIDProvider

PAGES = "/admin/accounts/emaildomain/"


@pytest.fixture
def names(settings):
    with NameServer() as server:
        settings.DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def staff(acme, settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as issuer:
        yield provided(acme, issuer)


def added(browser, tenant, provider=None, domain="acme.example") -> EmailDomain:
    answer = browser.post(f"{PAGES}add/", {"domain": domain, "provider": provider.pk if provider else ""})
    assert answer.status_code == 302, complaints(answer)
    return now(tenant, domain)


def now(tenant, domain="acme.example") -> EmailDomain:
    with scope(tenant):
        return EmailDomain.objects.select_related("tenant").get(tenant=tenant, domain=domain)


def look(browser, domain) -> str:
    return str(choose(browser, "verify", domain, url=PAGES).content, "utf-8")


def find(tenant, email, **more) -> str:
    answer = at(tenant).post("/account/find/", {"email": email, **more})
    return answer.get("Location") or str(answer.content, "utf-8")


def test_the_record_proves_it_and_leads_to_the_provider(acme, bob, names, staff):
    browser = at(acme, bob)
    domain = added(browser, acme, staff)
    where, said = proof_of(domain)
    shown = page(browser, PAGES)
    assert where in shown
    assert said in shown
    assert "There is no such TXT record" in look(browser, domain)
    assert find(acme, "dora@acme.example") == "/account/login/"
    names.texts[where] = ["v=something else", said]
    assert "is proved to be yours" in look(browser, domain)
    assert now(acme).verified_at
    assert "On your way to" in find(acme, "Dora@ACME.example", next="/account/tokens/")
    assert 'name="email"' in page(at(acme), "/account/login/")


@pytest.mark.parametrize("email", ["dora@other.example", "dora", "", "@", "a@b@acme.example.evil", "x" * 5000, "\x00"])
def test_every_other_address_hears_the_same(acme, bob, names, staff, email):
    browser = at(acme)
    answer = browser.post("/account/find/", {"email": email, "next": "/chat/"})
    assert answer["Location"] == "/account/login/?next=%2Fchat%2F"
    assert "no way in of its own" in page(browser, answer["Location"])


def test_users_and_strangers_of_a_domain_are_led_alike(acme, bob, alice, names, staff):
    domain = added(at(acme, bob), acme, staff)
    where, said = proof_of(domain)
    names.texts[where] = [said]
    look(at(acme, bob), domain)
    assert "On your way to" in find(acme, alice.email)
    assert "On your way to" in find(acme, "nobody@acme.example")


def test_next_stays_on_this_host(acme):
    assert find(acme, "x@y.example", next="https://evil.example/") == "/account/login/"


def test_what_another_tenant_has_proved_is_not_yours(acme, globex, bob, names):
    boss = person(globex, "boss", is_staff=True)
    for tenant, admin in ((globex, boss), (acme, bob)):
        domain = added(at(tenant, admin), tenant)
        where, said = proof_of(domain)
        names.texts.setdefault(where, []).append(said)
        told = look(at(tenant, admin), domain)
    assert "belongs to somebody else" in told
    assert (now(globex).verified_at is None, now(acme).verified_at) == (False, None)


def test_the_record_of_one_tenant_proves_nothing_for_another(acme, globex, bob, names):
    boss = person(globex, "boss", is_staff=True)
    mine, theirs = added(at(acme, bob), acme), added(at(globex, boss), globex)
    where, said = proof_of(theirs)
    names.texts[where] = [said]
    assert "There is no such TXT record" in look(at(acme, bob), mine)


def test_a_silent_name_server_is_told_from_a_missing_record(acme, bob, names, monkeypatch):
    monkeypatch.setattr("accounts.dns._SECONDS", 0.3)
    domain = added(at(acme, bob), acme)
    names.silent = True
    assert "does not answer at the moment" in look(at(acme, bob), domain)


@pytest.mark.parametrize(
    "nonsense", ["", "x", "acme example", "-", "*.example", "\x00", "a" * 300, "http://acme.example"]
)
def test_nonsense_is_answered_with_a_sentence(acme, bob, nonsense):
    answer = at(acme, bob).post(f"{PAGES}add/", {"domain": nonsense, "provider": ""})
    assert answer.status_code == 302 or complaints(answer)


def test_a_domain_is_in_the_list_once(acme, bob):
    added(at(acme, bob), acme)
    answer = at(acme, bob).post(f"{PAGES}add/", {"domain": "acme.example", "provider": ""})
    assert "in your list already" in str(complaints(answer))


def test_another_tenants_provider_leads_nobody(acme, globex, bob, staff):
    boss = person(globex, "boss", is_staff=True)
    answer = at(globex, boss).post(f"{PAGES}add/", {"domain": "globex.example", "provider": staff.pk})
    assert complaints(answer)


def test_a_domain_can_be_led_elsewhere_and_forgotten(acme, bob, staff):
    browser = at(acme, bob)
    domain = added(browser, acme)
    assert browser.post(f"{PAGES}{domain.pk}/change/", {"provider": staff.pk}).status_code == 302
    assert now(acme).provider_id == staff.pk
    browser.post(f"{PAGES}{domain.pk}/delete/", {"post": "yes"})
    with scope(acme):
        assert not EmailDomain.objects.exists()
