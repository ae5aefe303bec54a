"""A provider that publishes its metadata changes its certificate, and nobody has to do anything."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from accounts.models import IdentityProvider
from accounts.tasks import refresh_metadata
from audit.models import Event
from tenants.scope import scope
from tests.accounts.saml.company import connect, departing, is_in
from tests.accounts.saml.idp import IdentityProvider as Company
from tests.accounts.saml.idp import make_keys
from tests.accounts.saml.publisher import Publisher

NEW, EXPIRED = make_keys(), make_keys(days=-1)


@pytest.fixture(autouse=True)
def _providers_on_loopback(settings) -> None:
    settings.PRIVATE_PROVIDERS = True


def certificates(tenant) -> list[str]:
    with scope(tenant):
        return [one.strip() for one in IdentityProvider.objects.get(tenant=tenant).settings["certificates"]]


def refresh() -> list[str]:
    """Return what the log was told."""
    with capture_logs() as logs:
        refresh_metadata()
    return [entry["event"] for entry in logs if entry["event"].startswith("saml")]


def test_a_new_certificate_counts_beside_the_old(acme, idp):
    with Publisher(idp.metadata_with(NEW)) as publisher:
        connect(acme, idp, metadata_url=publisher.url)
        assert refresh() == []
    assert certificates(acme) == [NEW.certificate.strip(), idp.keys.certificate.strip()]
    for company in (idp, Company(NEW)):
        dora = departing(acme, company)
        dora.bring(dora.respond())
        assert is_in(dora.browser)
    with scope(acme):
        assert Event.objects.filter(name="provider.changed", detail={"changed": "settings"}).count() == 1


def test_what_has_expired_makes_room(acme, idp):
    with Publisher(idp.metadata_with(idp.keys, NEW)) as publisher:
        connect(acme, idp, metadata_url=publisher.url, certificates=[idp.keys.certificate, EXPIRED.certificate])
        refresh()
    assert certificates(acme) == [idp.keys.certificate.strip(), NEW.certificate.strip()]


def test_another_providers_metadata_changes_nothing(acme, idp):
    with Publisher(Company(NEW, "https://evil.example/").metadata) as publisher:
        connect(acme, idp, metadata_url=publisher.url)
        assert refresh() == ["saml_metadata_of_another"]
    assert certificates(acme) == [idp.keys.certificate.strip()]


@pytest.mark.parametrize("trouble", ["away", "nonsense", "an error"])
def test_what_can_t_be_read_changes_nothing(acme, globex, idp, trouble):
    with Publisher("nonsense" if trouble == "nonsense" else idp.metadata_with(NEW)) as publisher:
        publisher.status = 500 if trouble == "an error" else 200
        connect(acme, idp, metadata_url="http://127.0.0.1:1/" if trouble == "away" else publisher.url)
        with Publisher(idp.metadata_with(NEW)) as other:
            connect(globex, idp, metadata_url=other.url)
            assert refresh() == ["saml_metadata_unread"]
    assert certificates(acme) == [idp.keys.certificate.strip()]
    assert len(certificates(globex)) == 2


def test_who_publishes_nothing_is_not_asked(acme, idp):
    connect(acme, idp)
    assert refresh() == []
