"""An app shows a SAML response, without a browser: every check of the browser's way holds, but for its cookies."""

from __future__ import annotations

import pytest

from accounts.models import User
from audit.models import Event
from exchange.models import Issuance
from tenants.scope import scope
from tests.accounts.saml.company import SLUG, Visit, connect
from tests.accounts.saml.idp import IdentityProvider, at, encode, make_keys
from tests.conftest import at as browser_at
from tests.conftest import link
from tests.exchange.doors import assert_refused, by_body, credentials_in, speaks_as


@pytest.fixture(scope="session")
def keys():
    return make_keys()


@pytest.fixture
def idp(keys) -> IdentityProvider:
    return IdentityProvider(keys)


@pytest.fixture
def company(linked, idp):
    return connect(linked, idp, allow_unsolicited=True)


def response_for(tenant, idp, **changes) -> str:
    return encode(Visit(tenant, idp, browser_at(tenant)).respond(**changes))


def shown(tenant, response):
    return by_body(tenant, kind="assertion", value=response)


def test_it_becomes_credentials_of_that_one_person(linked, company, idp, alice, at_aws):
    credentials = credentials_in(shown(linked, response_for(linked, idp)))
    with scope(linked):
        dora, issuance = User.objects.get(email="dora@acme.example"), Issuance.objects.get()
    assert speaks_as(at_aws, linked, credentials, str(dora.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)).startswith("Access")
    assert (issuance.proof_kind, issuance.proof_reference) == ("assertion", SLUG)


def test_once_and_never_again_by_whichever_door(linked, company, idp):
    response = response_for(linked, idp)
    assert shown(linked, response).status_code == 200
    assert_refused(shown(linked, response), 401, "proof_replayed")
    browser = Visit(linked, idp, browser_at(linked))
    assert browser.bring(response, relay_state="").status_code == 401
    fresh = response_for(linked, idp)
    assert browser.bring(fresh, relay_state="").status_code == 302
    assert_refused(shown(linked, fresh), 401, "proof_replayed")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sign": "nothing"}, "ign"),
        ({"audience": "https://elsewhere.example"}, "Audience"),
        ({"recipient": "https://elsewhere.example"}, "Recipient"),
        ({"destination": "https://elsewhere.example"}, "Destination"),
        ({"issuer": "https://elsewhere.example"}, "Issuer"),
        ({"ends": at(-300), "confirmed_until": at(-300)}, "expired"),
        ({"begins": at(86_400)}, "clock"),
        ({"request_id": "_an-answer-to-somebody-else"}, "does not answer"),
    ],
)
def test_what_does_not_hold_is_refused_and_the_admin_reads_why(linked, company, idp, changes, why):
    assert_refused(shown(linked, response_for(linked, idp, **changes)), 401, "invalid_proof")
    assert why in Event.objects.get(name="exchange.refused").detail["cause"]


def test_where_sign_in_never_begins_at_the_provider_it_counts_for_nothing(linked, idp):
    connect(linked, idp)
    assert_refused(shown(linked, response_for(linked, idp)), 401, "invalid_proof")


def test_that_of_another_tenant_opens_nothing(linked, globex, idp, at_aws):
    connect(globex, idp, allow_unsolicited=True)
    link(globex, at_aws)
    response = response_for(globex, idp)
    assert_refused(shown(linked, response), 401, "invalid_proof")
    assert shown(globex, response).status_code == 200


@pytest.mark.parametrize("value", ["", "nonsense", "PHg+", "PCFET0NUWVBFIHg+PHgvPg==", "%%%"])
def test_nonsense_is_refused(linked, company, value):
    assert shown(linked, value).status_code in (400, 401)
