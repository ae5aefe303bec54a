"""A passkey alone lets in whom a portal password would, and nobody else."""

from __future__ import annotations

import pytest

from accounts import arrivals, standing
from accounts.claims import Claims
from accounts.providers import add_provider
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.factors.passkey import add_passkey, sign_in_by
from tests.conftest import at, person

HOST = "acme.localhost"


@pytest.fixture
def key(acme, alice):
    return add_passkey(at(acme, alice), HOST)


def test_a_passkey_lets_its_owner_in(acme, key):
    assert sign_in_by(key, at(acme))


def test_not_at_another_tenant(globex, key):
    assert not sign_in_by(key, at(globex))


def test_not_who_is_disabled(acme, alice, key):
    with scope(acme):
        standing.disable(acme, [alice.pk])
    assert not sign_in_by(key, at(acme))


def test_not_where_passwords_are_off(acme, key):
    change_tenant(acme, local_passwords=False)
    assert not sign_in_by(key, at(acme))


@pytest.mark.parametrize(("ties", "let"), [(True, False), (False, True)])
def test_not_who_comes_by_a_provider_and_has_no_password(acme, ties, let):
    """Their company may have put them out meanwhile; as a second factor beside the company's word it goes on."""
    dora = person(acme, "dora")
    key = add_passkey(at(acme, dora), HOST)
    with scope(acme):
        dora.set_unusable_password()
        dora.save()
        if ties:
            staff = add_provider(acme, kind="oidc", slug="staff", name="Staff")
            arrivals.link(dora, staff, Claims(subject="dora-1"))
    assert sign_in_by(key, at(acme)) is let
