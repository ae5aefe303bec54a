"""Secrets at rest: what the database holds tells nothing, and keys can rotate."""

from __future__ import annotations

import secrets

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import IdentityProvider
from accounts.providers import add_provider
from tenants.encryption import Undecipherable, decrypt, encrypt
from tenants.scope import scope


@pytest.fixture
def provider(acme) -> IdentityProvider:
    with scope(acme):
        return add_provider(acme, kind="oidc", slug="okta", name="Okta", secrets={"client_secret": "hush"})


def kept(provider: IdentityProvider) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM accounts_identityprovider")
        text: str = cursor.fetchone()[0]
        return text


def read(provider: IdentityProvider) -> dict[str, str]:
    with scope(provider.tenant):
        return IdentityProvider.objects.get(tenant=provider.tenant, pk=provider.pk).secrets


def put_new_key_first(settings) -> None:
    settings.ENCRYPTION_KEYS = {"second": secrets.token_bytes(32), **settings.ENCRYPTION_KEYS}


def test_the_database_holds_no_secret_in_clear(provider):
    assert "hush" not in kept(provider)
    assert read(provider) == {"client_secret": "hush"}


def test_no_secrets_are_kept_as_nothing(acme):
    with scope(acme):
        provider = add_provider(acme, kind="oidc", slug="bare", name="Bare")
    assert (kept(provider), read(provider)) == ("", {})


def test_the_same_secret_is_never_kept_the_same():
    assert encrypt("hush", context="a") != encrypt("hush", context="a")
    assert decrypt(encrypt("hush", context="a"), context="a") == "hush"


@pytest.mark.parametrize("spoil", [str.upper, lambda text: text[:-4], lambda text: text.replace(":", ";", 1)])
def test_what_was_tampered_with_opens_nothing(spoil):
    whole = encrypt("hush", context="table.column")
    with pytest.raises(Undecipherable, match="ENCRYPTION_KEYS"):
        decrypt(spoil(whole), context="table.column")


def test_a_value_moved_to_another_column_opens_nothing():
    with pytest.raises(Undecipherable):
        decrypt(encrypt("hush", context="table.one"), context="table.other")


def test_rotated_keys_may_go(provider, settings):
    put_new_key_first(settings)
    before = kept(provider)
    assert read(provider) == {"client_secret": "hush"}
    call_command("rotate_keys", verbosity=0)
    assert kept(provider) != before
    rotated = kept(provider)
    call_command("rotate_keys", verbosity=0)
    assert kept(provider) == rotated
    del settings.ENCRYPTION_KEYS[before.partition(":")[0]]
    assert read(provider) == {"client_secret": "hush"}


def test_a_key_that_went_too_early_is_told(provider, settings):
    settings.ENCRYPTION_KEYS = {"other": secrets.token_bytes(32)}
    with pytest.raises(CommandError, match="add the key"):
        call_command("rotate_keys")
