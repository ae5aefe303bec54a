"""A tenant's admin sets up a SAML provider without the operator: form, test, switch."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import IdentityProvider
from accounts.providers import note_test, switch
from tenants.scope import scope
from tests.accounts.saml.company import SLUG, Visit, connect, departing, departure_of, is_in, users
from tests.accounts.saml.idp import ENTITY, SLO, SSO, make_keys
from tests.accounts.saml.idp import IdentityProvider as Company
from tests.accounts.saml.publisher import Publisher
from tests.admin.pages import choose, complaints, entries_of, page
from tests.conftest import at

PAGES = "/admin/accounts/identityprovider/"
ADD = f"{PAGES}add/?kind=saml"
COMMON = {
    "name": "Staff",
    "slug": SLUG,
    "position": "1",
    "creates_users": "on",
    "updates_users": "on",
    "default_role": "member",
    "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
}


@pytest.fixture(autouse=True)
def _providers_on_loopback(settings) -> None:
    settings.PRIVATE_PROVIDERS = True


@pytest.fixture
def admin(acme, bob):
    return at(acme, bob)


def by_hand(idp: Company, **changes: str) -> dict[str, str]:
    told = {"entity_id": ENTITY, "sso_url": SSO, "slo_url": SLO, "certificates": idp.keys.certificate}
    return {**COMMON, **told, **changes}


def read(tenant: Any) -> IdentityProvider:
    with scope(tenant):
        return IdentityProvider.objects.get(tenant=tenant)


def test_metadata_says_it_all(acme, admin, idp):
    answer = admin.post(ADD, {**COMMON, "metadata": idp.metadata})
    assert answer.status_code == 302, complaints(answer)
    settings = read(acme).settings
    assert (settings["entity_id"], settings["sso_url"], settings["slo_url"]) == (ENTITY, SSO, SLO)
    assert settings["certificates"] == [idp.keys.certificate.strip()]
    assert "metadata" not in settings


def test_metadata_is_fetched(acme, admin, idp):
    other = make_keys()
    with Publisher(idp.metadata_with(idp.keys, other)) as publisher:
        answer = admin.post(ADD, {**COMMON, "metadata_url": publisher.url})
    assert answer.status_code == 302, complaints(answer)
    assert read(acme).settings["certificates"] == [idp.keys.certificate.strip(), other.certificate.strip()]
    assert read(acme).settings["metadata_url"] == publisher.url


def test_an_admin_sets_it_up_tries_it_and_people_sign_in(acme, admin, idp):
    assert admin.post(ADD, {**COMMON, "metadata": idp.metadata}).status_code == 302
    place = f"{PAGES}{read(acme).pk}/"
    assert "was not tested" in choose(admin, "switch_on", read(acme), url=PAGES).content.decode()
    assert f"http://acme.localhost/account/saml/{SLUG}/acs/" in page(admin, f"{place}change/")

    trial = departure_of(admin.post(f"{place}test/"), acme, idp, admin)
    answer = trial.bring(trial.respond())
    assert answer["Location"] == f"{place}test/"
    shown = page(admin, f"{place}test/")
    assert "They would become the new user dora, as member." in shown
    assert "dora@acme.example" not in shown.replace("the e-mail", "")
    assert users(acme).keys() == {"bob"}

    choose(admin, "switch_on", read(acme), url=PAGES)
    dora = departing(acme, idp)
    dora.bring(dora.respond())
    assert is_in(dora.browser)


def test_the_operators_host_is_not_told_to_the_provider(acme, admin, root, idp):
    provider = connect(acme, idp)
    assert "http://acme.localhost/account/saml" in page(admin, f"{PAGES}{provider.pk}/change/")
    assert "/account/saml" not in page(at(None, root), f"{PAGES}{provider.pk}/change/")


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"audience": "https://another.example/"}, "Its Audience is https://another.example/ instead of http://acme"),
        ({"sign": "nothing"}, "It is not signed."),
        ({"sign": "whole"}, "The response is signed, but not the assertion in it."),
        ({"begins": "2099-01-01T00:00:00Z"}, "clock"),
        ({"ends": "2001-01-01T00:00:00Z"}, "It expired"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Requester"}, "The provider says no: Requester."),
    ],
)
def test_the_test_says_what_is_wrong(acme, admin, idp, wishes, sentence):
    provider = connect(acme, idp, on=False)
    place = f"{PAGES}{provider.pk}/test/"
    trial = departure_of(admin.post(place), acme, idp, admin)
    trial.bring(trial.respond(**wishes))
    assert sentence in page(admin, place)
    assert read(acme).tested_at is None


def test_nobody_but_who_tries_it_sees_what_it_says(acme, admin, idp):
    provider = connect(acme, idp, on=False)
    trial = departure_of(admin.post(f"{PAGES}{provider.pk}/test/"), acme, idp, admin)
    thief = Visit(acme, idp, at(acme), trial.relay_state, trial.request_id)
    assert thief.bring(trial.respond()).status_code == 400


def test_the_key_is_kept_and_never_shown(acme, admin, idp):
    assert admin.post(ADD, by_hand(idp)).status_code == 302
    before = read(acme)
    change = f"{PAGES}{before.pk}/change/"
    assert before.secrets["private_key"].splitlines()[2] not in page(admin, change)
    answer = admin.post(change, entries_of(admin, change) | {"name": "People of Acme"})
    assert answer.status_code == 302, complaints(answer)
    after = read(acme)
    assert (after.name, after.secrets) == ("People of Acme", before.secrets)
    assert after.settings == before.settings


def test_what_changes_how_people_get_in_is_tested_again(acme, admin, idp):
    assert admin.post(ADD, by_hand(idp)).status_code == 302
    change = f"{PAGES}{read(acme).pk}/change/"
    for entries, stays in (({"name": "People"}, True), ({"allow_unsolicited": "on"}, False)):
        with scope(acme):
            note_test(read(acme), now=timezone.now())
            switch(read(acme), on=True)
        assert admin.post(change, entries_of(admin, change) | entries).status_code == 302
        assert read(acme).is_enabled is stays


METADATA = Company().metadata
NONSENSE = {
    "not xml": ({"metadata": "hello"}, "can&#x27;t be read. It is no XML."),
    "a document type": ({"metadata": "<!DOCTYPE x><x/>"}, "document type"),
    "something else": ({"metadata": "<x/>"}, "no metadata of one SAML identity provider"),
    "a service provider": ({"metadata": METADATA.replace("IDPSSO", "SPSSO")}, "no metadata of one SAML"),
    "no address": ({"metadata": METADATA.replace("HTTP-Redirect", "SOAP")}, "takes no requests by HTTP-Redirect"),
    "an address that is a script": ({"metadata": METADATA.replace(SSO, "javascript:alert(1)")}, "is no address"),
    "no certificate": ({"metadata": METADATA.replace("signing", "encryption")}, "holds no certificate for signing"),
    "a broken certificate": ({"metadata": METADATA.replace("MII", "MIX")}, "no certificates in PEM"),
    "a file": ({"metadata_url": "file:///etc/passwd"}, "is no address"),
    "nothing": ({}, "or the metadata in which it stands"),
    "half": ({"entity_id": ENTITY, "sso_url": SSO}, "or the metadata in which it stands"),
    "a certificate that is none": ({"entity_id": ENTITY, "sso_url": SSO, "certificates": "abc"}, "no certificates"),
    "an address that is none": ({"entity_id": ENTITY, "sso_url": "javascript:alert(1)"}, "is no address"),
    "a format that is none": ({"metadata": METADATA, "name_id_format": "x"}, "Select a valid choice"),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_answers_with_a_sentence(acme, admin, what):
    entries, sentence = NONSENSE[what]
    answer = admin.post(ADD, {**COMMON, **entries})
    assert answer.status_code == 200
    assert sentence in answer.content.decode(), complaints(answer)
    with scope(acme):
        assert not IdentityProvider.objects.filter(tenant=acme).exists()


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [("nothing", 200, "It is no XML"), ("x" * 1_100_000, 200, "1000000 bytes"), (METADATA, 404, "answers 404")],
    ids=["nothing", "too much", "404"],
)
def test_an_address_without_metadata_answers_with_a_sentence(acme, admin, content, status, sentence):
    with Publisher(content) as publisher:
        publisher.status = status
        answer = admin.post(ADD, {**COMMON, "metadata_url": publisher.url})
    assert sentence in answer.content.decode()


def test_private_addresses_are_the_operators_matter(acme, admin, idp, settings):
    with Publisher(idp.metadata) as publisher:
        settings.PRIVATE_PROVIDERS = False
        for url in (publisher.url, publisher.url.replace("http:", "https:"), "https://[::1]/", "https://localhost/"):
            answer = admin.post(ADD, {**COMMON, "metadata_url": url})
            told = answer.content.decode()
            assert "is no address" in told or "is not on the public Internet" in told
        settings.PRIVATE_PROVIDERS = True
        assert admin.post(ADD, {**COMMON, "metadata_url": publisher.url}).status_code == 302


def test_a_certificate_that_ends_soon_is_told_of(acme, admin):
    soon, gone = make_keys(days=10.5), make_keys(days=-2)
    provider = connect(acme, Company(soon), certificates=[soon.certificate, gone.certificate])
    for told in (page(admin, PAGES), page(admin, f"{PAGES}{provider.pk}/change/")):
        assert "expires in 10 days" in told
        assert "has expired" in told
