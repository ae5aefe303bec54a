from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services, standing
from accounts.models import APIToken
from accounts.proofs import Presented, verify
from accounts.tokens import issue_token, revoke_token
from tenants.refusal import Refusal, Secret
from tenants.scope import scope
from tests.conftest import at, token_of


def proved(tenant, secret):
    with scope(tenant):
        return verify("token", Presented(tenant, secret), timezone.now())


def refused(tenant, secret):
    with pytest.raises(Refusal) as refusal:
        proved(tenant, secret)
    assert refusal.value.status == 401
    return refusal.value.code


def test_a_token_proves_its_user_in_its_tenant_only(alice, globex):
    secret = token_of(alice)
    proof = proved(alice.tenant, secret)
    assert proof.subject_id == alice.pk
    assert proof.reference == secret.reveal()[:12]
    assert refused(globex, secret) == "invalid_token"


@pytest.mark.parametrize("text", ["", "cip_", "cip_00000000_x", "x" * 5000, "cip_ünïcode", "cip_00000000_\x00"])
def test_garbage_is_no_token(acme, text):
    assert refused(acme, Secret(text)) == "invalid_token"


def test_one_wrong_character_is_enough(alice):
    secret = token_of(alice).reveal()
    other = "A" if secret[-1] != "A" else "B"
    assert refused(alice.tenant, Secret(secret[:-1] + other)) == "invalid_token"


def test_revoked_and_expired_tokens_say_so_to_who_holds_them(alice, time_machine):
    with scope(alice.tenant):
        token, secret = issue_token(alice, name="one", days=1, now=timezone.now())
        revoke_token(alice.tenant, token.pk)
    assert refused(alice.tenant, secret) == "token_revoked"

    secret = token_of(alice, days=1)
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))
    assert refused(alice.tenant, secret) == "token_expired"


def test_only_a_digest_is_kept(alice):
    secret = token_of(alice).reveal()
    with scope(alice.tenant):
        stored = APIToken.objects.values().get()
    assert not any(secret[12:] in str(value) for value in stored.values())


def test_the_last_use_is_noted_once_a_minute(alice, time_machine):
    secret = token_of(alice)
    with scope(alice.tenant):
        for seconds, expected in ((0, 0), (30, 0), (61, 61)):
            now = APIToken.objects.get().created_at + timedelta(seconds=seconds)
            services.find(verify("token", Presented(alice.tenant, secret), now), tenant=alice.tenant, now=now)
            used = APIToken.objects.get()
            assert (used.last_used_at - used.created_at).total_seconds() == expected


def test_a_disabled_users_token_opens_nothing(alice):
    proof = proved(alice.tenant, token_of(alice))
    with scope(alice.tenant):
        standing.disable(alice.tenant, [alice.pk])
        with pytest.raises(Refusal) as refusal:
            services.find(proof, tenant=alice.tenant, now=timezone.now())
        assert refusal.value.code == "account_disabled"
        alice.refresh_from_db()
        with pytest.raises(Refusal):
            issue_token(alice, name="late", days=1, now=timezone.now())


@pytest.mark.parametrize(("name", "days", "error"), [("", 1, ValidationError), ("x", 0, Refusal), ("x", 366, Refusal)])
def test_a_token_has_a_name_and_a_bounded_life(alice, name, days, error):
    with scope(alice.tenant), pytest.raises(error):
        issue_token(alice, name=name, days=days, now=timezone.now())


def test_users_make_and_revoke_their_own_on_a_page_and_see_the_secret_once(alice, bob):
    browser = at(alice.tenant, alice)
    page = browser.post("/account/tokens/", {"name": "laptop", "days": 30}).content.decode()
    with scope(alice.tenant):
        token = APIToken.objects.get()
    secret = page.split(token.prefix + "_")[1][:43]
    assert proved(alice.tenant, Secret(f"{token.prefix}_{secret}")).subject_id == alice.pk
    again = browser.get("/account/tokens/").content.decode()
    assert token.prefix in again
    assert secret not in again

    assert at(alice.tenant, bob).post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert browser.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at
