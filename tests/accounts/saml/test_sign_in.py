"""People sign in by their company's SAML provider."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from accounts.models import Identity, User
from accounts.providers import change_provider, note_test, switch
from accounts.saml import redirect
from tenants.scope import scope
from tests.accounts.saml.company import SLUG, connect, departing, is_in, led_to, unpacked, users
from tests.accounts.saml.idp import MAIL, NAME, SSO, IdentityProvider, attributes, encode, make_keys, xmlsec
from tests.conftest import at


def test_somebody_becomes_a_user(acme, idp, visit):
    connect(acme, idp)
    dora = visit(next="/account/tokens/")
    answer = dora.bring(dora.respond(sign="both"))
    assert answer.status_code == 302
    assert answer["Location"] == "/account/tokens/"
    assert is_in(dora.browser)
    with scope(acme):
        user = User.objects.get(tenant=acme)
        assert (user.username, user.display_name, user.email) == ("dora", "Dora of Acme", "dora@acme.example")
        assert Identity.objects.get(user=user).subject == "dora"


def test_somebody_stays_the_same_user(acme, idp, visit):
    connect(acme, idp)
    for told in ({MAIL: ["dora@acme.example"]}, {MAIL: ["elsewhere@acme.example"], NAME: ["Dora Dee"]}):
        dora = visit()
        dora.bring(dora.respond(attributes=attributes(told)))
    assert users(acme) == {"dora": "dora@acme.example"}
    with scope(acme):
        assert User.objects.get(tenant=acme).display_name == "Dora Dee"


def test_all_values_of_the_groups_are_read(acme, idp, visit):
    provider = connect(acme, idp)
    with scope(acme):
        change_provider(provider, attribute_map={"groups": "groups"})
        note_test(provider, now=provider.created_at)
        switch(provider, on=True)
    dora = visit()
    dora.bring(dora.respond(attributes=attributes({"groups": ["one", "two", "three"]})))
    with scope(acme):
        assert User.objects.get(tenant=acme).groups == ["one", "three", "two"]


def test_a_name_for_this_once_names_nobody(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    answer = dora.bring(dora.respond(format=transient))
    assert answer.status_code == 403
    assert "NameID" in answer.content.decode()
    assert users(acme) == {}


def test_either_of_two_certificates_signs(acme, idp, visit):
    connect(acme, idp, certificates=[make_keys().certificate, idp.keys.certificate])
    dora = visit()
    dora.bring(dora.respond())
    assert is_in(dora.browser)


def test_an_elliptic_curve_signs(acme):
    idp = IdentityProvider(make_keys(curve=True))
    connect(acme, idp)
    dora = departing(acme, idp)
    response = dora.respond(sign="nothing")
    idp.sign(response.find("{*}Assertion"), method=xmlsec.Transform.ECDSA_SHA256)
    dora.bring(response)
    assert is_in(dora.browser)


def test_an_encrypted_assertion_is_opened(acme, idp, visit):
    provider = connect(acme, idp)
    dora = visit()
    dora.bring(idp.encrypt(dora.respond(), provider.settings["certificate"]))
    assert is_in(dora.browser)


def test_a_weakly_encrypted_assertion_is_not_opened(acme, idp, visit):
    provider = connect(acme, idp)
    dora = visit()
    answer = dora.bring(idp.encrypt(dora.respond(), provider.settings["certificate"], oaep=False))
    assert answer.status_code == 401


@pytest.mark.parametrize("signs", [True, False])
def test_a_request_is_signed_where_the_provider_wants_it(acme, idp, signs):
    provider = connect(acme, idp, sign_requests=signs)
    url = led_to(at(acme).post(f"/account/by/{SLUG}/"))
    assert url.startswith(f"{SSO}?SAMLRequest=")
    request = unpacked(parse_qs(urlsplit(url).query)["SAMLRequest"][0])
    assert request.get("AssertionConsumerServiceURL") == f"http://acme.localhost/account/saml/{SLUG}/acs/"
    assert ("Signature=" in url) == signs
    if signs:
        redirect.read_signed(urlsplit(url).query, "SAMLRequest", [provider.settings["certificate"]])


def test_the_portal_tells_of_itself(acme, idp):
    provider = connect(acme, idp, on=False)
    answer = at(acme).get(f"/account/saml/{SLUG}/metadata/")
    root = etree.fromstring(answer.content)
    assert root.get("entityID") == f"http://acme.localhost/account/saml/{SLUG}/metadata/"
    assert root.find("{*}SPSSODescriptor").get("WantAssertionsSigned") == "true"
    assert root.find(".//{*}AssertionConsumerService").get("Location").endswith("/acs/")
    assert "".join(provider.settings["certificate"].splitlines()[1:-1]) in answer.content.decode()
    assert provider.secrets["private_key"].splitlines()[3] not in answer.content.decode()


def test_what_begins_at_the_provider_is_let_in_where_the_tenant_says_so(acme, idp, visit):
    connect(acme, idp, allow_unsolicited=True)
    dora = visit()
    dora.request_id = ""
    dora.bring(dora.respond(), relay_state="https://evil.example/")
    assert is_in(dora.browser)


def test_the_response_may_be_written_in_lines(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    written = encode(dora.respond())
    dora.bring("\r\n".join(written[start : start + 76] for start in range(0, len(written), 76)))
    assert is_in(dora.browser)
