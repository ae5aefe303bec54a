"""People set up a second factor, and are asked for it from then on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.utils import timezone

from accounts.mfa import MFAAdapter
from audit.models import Event
from tests.accounts.factors.codes import code_of, give_password, set_up
from tests.accounts.factors.passkey import add_passkey
from tests.admin.pages import choose
from tests.conftest import at

AUTHENTICATE = "/account/2fa/authenticate/"


def test_who_has_an_app_is_asked_for_its_code(acme, alice):
    secret = set_up(at(acme, alice))
    browser = at(acme)
    assert give_password(browser, "alice") == AUTHENTICATE
    assert browser.get("/account/tokens/").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        answer = browser.post(AUTHENTICATE, {"code": code_of(secret)})
        assert (answer.status_code, browser.get("/account/tokens/").status_code) == (302, 200)


def test_a_code_is_good_once(acme, alice):
    secret = set_up(at(acme, alice))
    first, second = at(acme), at(acme)
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        for browser, status in ((first, 302), (second, 200)):
            give_password(browser, "alice")
            assert browser.post(AUTHENTICATE, {"code": code_of(secret)}).status_code == status
        assert second.get("/account/tokens/").status_code == 302


@pytest.mark.parametrize("code", ["", "000000", "nonsense", "\x00", "9" * 1000])
def test_a_wrong_code_is_refused(acme, alice, code):
    set_up(at(acme, alice))
    browser = at(acme)
    give_password(browser, "alice")
    assert browser.post(AUTHENTICATE, {"code": code}).status_code == 200
    assert browser.get("/account/tokens/").status_code == 302


def test_guessing_codes_comes_to_an_end(acme, alice):
    """Even the right one is not taken any more after too many wrong ones."""
    secret = set_up(at(acme, alice))
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        browser = at(acme)
        give_password(browser, "alice")
        for _ in range(15):
            browser.post(AUTHENTICATE, {"code": "123456"})
        browser.post(AUTHENTICATE, {"code": code_of(secret)})
        assert browser.get("/account/tokens/").status_code == 302


def test_secrets_are_kept_encrypted_and_their_keys_rotate(acme, alice, settings):
    secret = set_up(at(acme, alice))
    kept = Authenticator.objects.get(user=alice, type="totp")
    assert secret not in str(kept.data)
    assert MFAAdapter().decrypt(kept.data["secret"]) == secret
    settings.ENCRYPTION_KEYS = {"second": b"2" * 32, **settings.ENCRYPTION_KEYS}
    call_command("rotate_keys")
    settings.ENCRYPTION_KEYS = {"second": b"2" * 32}
    assert MFAAdapter().decrypt(Authenticator.objects.get(pk=kept.pk).data["secret"]) == secret


def test_an_admin_helps_whoever_lost_theirs(acme, alice, bob):
    browser = at(acme, alice)
    set_up(browser)
    shown = choose(at(acme, bob), "remove_factors", alice, bob).content.decode()
    assert "Second factors of 1 removed" in shown
    assert browser.get("/account/tokens/").status_code == 302
    assert at(acme, alice).get("/account/tokens/").status_code == 200
    assert Event.objects.filter(name="user.factor_removed", subject_id=alice.pk, actor_id=bob.pk).exists()


def test_an_admin_of_another_tenant_helps_nobody(acme, globex, alice, carol):
    set_up(at(acme, alice))
    carol.is_staff = True
    carol.save()
    choose(at(globex, carol), "remove_factors", alice)
    assert Authenticator.objects.filter(user=alice).exists()


def test_setting_up_is_on_record(acme, alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_up(at(acme, alice))
    assert Event.objects.filter(name="user.factor_added", subject_id=alice.pk).exists()


def test_recovery_codes_are_shown_and_each_lets_in_once(acme, alice):
    browser = at(acme, alice)
    set_up(browser)
    shown = browser.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"^(?:.*>)?([0-9a-f]{8,})$", shown, re.MULTILINE)
    assert len(codes) == 10, shown
    first, second = at(acme), at(acme)
    for other, status in ((first, 302), (second, 200)):
        give_password(other, "alice")
        assert other.post(AUTHENTICATE, {"code": codes[0]}).status_code == status


def test_a_passkey_or_key_is_offered_to_whoever_has_one_only(acme, alice):
    browser = at(acme, alice)
    set_up(browser)
    other = at(acme)
    give_password(other, "alice")
    assert "security key" not in other.get(AUTHENTICATE).content.decode()
    add_passkey(browser, "acme.localhost")
    assert "security key" in other.get(AUTHENTICATE).content.decode()
