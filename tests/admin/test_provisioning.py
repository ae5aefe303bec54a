"""Provisioning by a page: the operator sees what would be done, and only then it is done."""

from __future__ import annotations

import pytest

from tenants import aws
from tenants.models import AWSLink
from tests.admin.pages import page
from tests.conftest import at
from tests.exchange.test_provisioning import _nothing_stays, made_roles, operator

__all__ = ["_nothing_stays", "made_roles", "operator"]
pytestmark = pytest.mark.django_db(transaction=True)
PAGES = "/admin/exchange/provisionedtenant/"
WISH = {"region": "us-east-1", "way": "assume_role"}


def test_it_is_shown_made_and_then_there(root, acme, operator):
    browser, url = at(None, root), f"{PAGES}{acme.pk}/change/"
    assert "Acme" in page(browser, PAGES)
    assert "Make it so" not in page(browser, url)
    shown = browser.post(url, WISH | {"look": "1"}).content.decode()
    assert "create the app instance chime-portal-acme" in shown
    assert "Make it so" in shown
    assert not AWSLink.objects.exists()
    assert "Everything is there" in browser.post(url, WISH | {"make": "1"}).content.decode()
    assert AWSLink.objects.get().tenant == acme
    assert "Nothing is missing" in browser.post(url, WISH | {"look": "1"}).content.decode()


def test_what_aws_refuses_is_told(root, acme, at_aws):
    """The portal of the demo may not make anything."""
    aws._client.cache_clear()
    shown = at(None, root).post(f"{PAGES}{acme.pk}/change/", WISH | {"look": "1"}).content.decode()
    assert "AccessDenied" in shown
    assert "Make it so" not in shown


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"way": "by_magic"}, "Select a valid choice"),
        ({"region": ""}, "This field is required"),
        ({"way": "web_identity", "issuer": "https://another.example", "make": "1"}, "one of the tenant&#x27;s hosts"),
    ],
)
def test_mistakes_are_told(root, acme, operator, wish, told):
    answer = at(None, root).post(f"{PAGES}{acme.pk}/change/", {**WISH, "look": "1", **wish})
    assert (answer.status_code, told in answer.content.decode()) == (200, True)
