"""Who signs out here signs out at the provider, and the other way round."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.test import Client

from accounts.saml import redirect
from tests.accounts.saml.company import SLUG, Visit, connect, departing, is_in, led_to, unpacked
from tests.accounts.saml.idp import ENTITY, SLO, IdentityProvider, at, make_keys
from tests.conftest import at as at_host

if TYPE_CHECKING:
    from tests.accounts.saml.idp import Keys

OTHERS, EXPIRED = make_keys(), make_keys(days=-1)
REQUEST = """<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{issued}"
 Destination="{destination}" {more}><saml:Issuer>{issuer}</saml:Issuer><saml:NameID>{subject}</saml:NameID>{indexes}
</samlp:LogoutRequest>"""


@pytest.fixture
def inside(acme, idp):
    """Somebody who came in by the provider, in a browser of their own."""

    def come(subject: str = "dora", session: str = "session-1", tenant: Any = acme) -> Visit:
        visit = departing(tenant, idp)
        visit.bring(visit.respond(subject=subject, session=session))
        assert is_in(visit.browser)
        return visit

    return come


def request_of(idp: IdentityProvider, *, keys: Keys | None = None, indexes: tuple[str, ...] = (), **wishes: Any) -> str:
    """Where the provider leads some browser to end sessions; the path and the query."""
    told = {
        "id": "_logout",
        "issued": at(0),
        "destination": f"http://acme.localhost/account/saml/{SLUG}/sls/",
        "issuer": ENTITY,
        "subject": "dora",
        "more": "",
        "indexes": "".join(f"<samlp:SessionIndex>{one}</samlp:SessionIndex>" for one in indexes),
        **wishes,
    }
    key = (keys or idp.keys).private
    url = redirect.url(told["destination"], "SAMLRequest", REQUEST.format(**told).encode(), relay_state="r", key=key)
    return f"/account/saml/{SLUG}/sls/?{urlsplit(url).query}"


def ask(url: str, host: str = "acme.localhost") -> Any:
    return Client(SERVER_NAME=host).get(url)


def test_who_signs_out_here_is_led_to_the_provider(acme, idp, inside):
    provider = connect(acme, idp)
    dora = inside()
    answer = dora.browser.post("/account/logout/")
    assert not is_in(dora.browser)
    url = led_to(dora.browser.get(answer["Location"]))
    assert url.startswith(f"{SLO}?SAMLRequest=")
    redirect.read_signed(urlsplit(url).query, "SAMLRequest", [provider.settings["certificate"]])
    request = unpacked(parse_qs(urlsplit(url).query)["SAMLRequest"][0])
    assert (request.findtext("{*}NameID"), request.findtext("{*}SessionIndex")) == ("dora", "session-1")
    back = dora.browser.get(f"/account/saml/{SLUG}/sls/?SAMLResponse=x", follow=True)
    assert "You have signed out." in back.content.decode()


def test_who_did_not_come_from_the_provider_is_not_led_there(acme, idp, alice):
    connect(acme, idp)
    assert at_host(acme, alice).post("/account/logout/")["Location"] == "/"


def test_a_provider_without_single_logout_is_not_told(acme, idp, inside):
    connect(acme, idp, slo_url="")
    dora = inside()
    assert dora.browser.post("/account/logout/")["Location"] == "/"


def test_a_provider_may_sign_with_an_elliptic_curve(acme, idp, inside):
    keys = make_keys(curve=True)
    connect(acme, idp, certificates=[idp.keys.certificate, keys.certificate])
    dora = inside()
    sha256 = quote("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", safe="")
    query = urlsplit(request_of(idp)).query.partition("&SigAlg")[0] + f"&SigAlg={sha256}"
    key: Any = load_pem_private_key(keys.private.encode(), None)
    signature = base64.b64encode(key.sign(query.encode(), ec.ECDSA(hashes.SHA256()))).decode()
    assert ask(f"/account/saml/{SLUG}/sls/?{query}&Signature={quote(signature, safe='')}").status_code == 302
    assert not is_in(dora.browser)


@pytest.mark.parametrize("to", ["", "https://evil.example/", "Imh0dHBzOi8vZXZpbC5leGFtcGxlLyI:1x:y"])
def test_the_page_leads_nowhere_else(acme, idp, to):
    connect(acme, idp)
    assert at_host(acme).get(f"/account/saml/{SLUG}/leave/", {"to": to}).status_code == 400


def test_the_provider_ends_all_sessions_of_a_name(acme, idp, inside):
    provider = connect(acme, idp)
    first, second, other = inside(session="one"), inside(session="two"), inside("emil")
    answer = ask(request_of(idp))
    assert not is_in(first.browser)
    assert not is_in(second.browser)
    assert is_in(other.browser)
    url = answer["Location"]
    assert url.startswith(f"{SLO}?SAMLResponse=")
    redirect.read_signed(urlsplit(url).query, "SAMLResponse", [provider.settings["certificate"]])
    query = parse_qs(urlsplit(url).query)
    assert unpacked(query["SAMLResponse"][0]).get("InResponseTo") == "_logout"
    assert query["RelayState"] == ["r"]


def test_the_provider_ends_one_session(acme, idp, inside):
    connect(acme, idp)
    first, second = inside(session="one"), inside(session="two")
    ask(request_of(idp, indexes=("one",)))
    assert not is_in(first.browser)
    assert is_in(second.browser)


def unsigned(idp):
    return request_of(idp).partition("&SigAlg")[0]


def signed_by_another(idp):
    return request_of(idp, keys=OTHERS)


def signed_by_one_expired(idp):
    return request_of(idp, keys=EXPIRED)


def of_another_issuer(idp):
    return request_of(idp, issuer="https://evil.example/")


def for_another(idp):
    return request_of(idp, destination=f"http://globex.localhost/account/saml/{SLUG}/sls/")


def too_old(idp):
    return request_of(idp, issued=at(-400))


def over(idp):
    return request_of(idp, more=f'NotOnOrAfter="{at(-70)}"')


def too_early(idp):
    return request_of(idp, issued=at(120))


def with_a_weak_algorithm(idp):
    return request_of(idp).replace("rsa-sha256", "rsa-sha1")


def with_another_message(idp):
    """The one that is signed stays, and another of the same name, written differently, stands behind it."""
    other = parse_qs(urlsplit(request_of(idp, subject="dora")).query)["SAMLRequest"][0]
    return f"{request_of(idp, subject='nobody')}&SAML%52equest={other.replace('+', '%2B')}"


def with_two_messages(idp):
    return f"{request_of(idp, subject='nobody')}&SAMLRequest=x"


def with_more_than_it_says(idp):
    """What unpacks to far more than it is."""
    return request_of(idp, more=f'Consent="{"x" * 1_000_000}"')


def with_a_document_type(idp):
    return request_of(idp, id='_logout"/><!DOCTYPE x><x a="')


FORGERIES = [
    *(unsigned, signed_by_another, signed_by_one_expired, of_another_issuer, for_another, too_old, over, too_early),
    *(with_a_weak_algorithm, with_two_messages, with_more_than_it_says, with_a_document_type),
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_nobody_else_ends_a_session(acme, idp, inside, forge):
    connect(acme, idp, certificates=[idp.keys.certificate, EXPIRED.certificate])
    dora = inside()
    assert ask(forge(idp)).status_code == 401
    assert is_in(dora.browser)
    assert ask(request_of(idp)).status_code == 302
    assert not is_in(dora.browser)


def test_only_what_is_signed_is_read(acme, idp, inside):
    connect(acme, idp)
    dora = inside()
    assert ask(with_another_message(idp)).status_code == 302
    assert is_in(dora.browser)


def test_a_request_counts_once(acme, idp, inside):
    connect(acme, idp)
    url = request_of(idp)
    assert ask(url).status_code == 302
    dora = inside()
    assert ask(url).status_code == 401
    assert is_in(dora.browser)


def test_another_tenants_people_stay_in(acme, globex, idp, inside):
    for tenant in (acme, globex):
        connect(tenant, idp)
    here, there = inside(), inside(tenant=globex)
    assert ask(request_of(idp), "globex.localhost").status_code == 401
    assert ask(request_of(idp)).status_code == 302
    assert is_in(there.browser)
    assert not is_in(here.browser)
