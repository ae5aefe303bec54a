"""One sign-in page per tenant, with its own ways in and no others."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdentityProvider
from accounts.providers import add_provider, note_test, switch
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import at

PAGE = "/account/login/"


def provided(tenant, name, *, kind="oidc", position=0, on=True) -> IdentityProvider:
    with scope(tenant):
        provider = add_provider(tenant, kind=kind, slug=name.lower(), name=name, position=position)
        note_test(provider, now=provider.created_at)
        switch(provider, on=on)
    return provider


def buttons(tenant, **asked) -> list[str]:
    shown = at(tenant).get(PAGE, asked).content.decode()
    return re.findall(r"<bdi>([^<]*)</bdi>", shown)


def test_it_shows_this_tenants_ways_in_their_order(acme, globex):
    provided(acme, "Partners", position=2)
    provided(acme, "Staff", position=1)
    provided(acme, "Later", on=False)
    provided(globex, "Theirs")
    assert buttons(acme) == ["Staff", "Partners"]
    assert buttons(globex) == ["Theirs"]
    assert b'name="password"' in at(acme).get(PAGE).content


def test_the_operators_host_has_passwords_only(acme, root):
    provided(acme, "Staff")
    assert buttons(None) == []
    assert b'name="password"' in at(None).get(PAGE).content


def test_a_button_knows_where_to_go_next(acme):
    provided(acme, "Staff")
    assert '<input type="hidden" name="next" value="/chat/">' in at(acme).get(PAGE, {"next": "/chat/"}).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_no_other_host_is_next(acme, elsewhere):
    provided(acme, "Staff")
    assert "evil" not in re.sub(r"<link[^>]*>", "", at(acme).get(PAGE, {"next": elsewhere}).content.decode())
    assert "javascript:" not in at(acme).get(PAGE, {"next": elsewhere}).content.decode()


def test_without_portal_passwords_there_is_no_form_for_one(acme):
    change_tenant(acme, local_passwords=False)
    provided(acme, "Staff")
    shown = at(acme).get(PAGE).content.decode()
    assert 'name="password"' not in shown
    assert buttons(acme) == ["Staff"]


def test_a_directory_takes_passwords(acme):
    change_tenant(acme, local_passwords=False)
    provided(acme, "Company", kind="ldap")
    assert 'name="password"' in at(acme).get(PAGE).content.decode()
    assert buttons(acme) == []


def test_a_tenant_without_any_way_says_so(acme):
    change_tenant(acme, local_passwords=False)
    assert "no way in is switched on" in at(acme).get(PAGE).content.decode()


def test_a_name_is_text(acme):
    provided(acme, "x")
    with scope(acme):
        IdentityProvider.objects.filter(slug="x").update(name="<script>alert(1)</script>")
    assert "<script>alert" not in at(acme).get(PAGE).content.decode()


def test_twenty_ways_cost_no_more_questions_than_one(acme, django_assert_num_queries):
    provided(acme, "Way-0")
    with CaptureQueriesContext(connection) as one:
        at(acme).get(PAGE)
    for number in range(1, 20):
        provided(acme, f"Way-{number}")
    with django_assert_num_queries(len(one)):
        assert len(buttons(acme)) == 20
