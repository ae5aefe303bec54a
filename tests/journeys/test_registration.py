"""Register, confirm, sign in, chat; and come back with a passkey or an app's code."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.accounts.factors.codes import code_of
from tests.journeys.visitors import members, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
WORD = "a-long-word-1"
_LINK = re.compile(r"http://acme\.localhost:\d+/account/confirm-email/\S+")


def test_somebody_new_registers_and_chats(demo, browser):
    portal = f"http://acme.localhost:{demo.port}"
    open_sign_up(signed_in(browser, demo, "acme", "bob", "/admin/"), portal)
    fred = browser.new_context().new_page()
    register(fred, portal)
    fred.goto(mailed_link(demo))
    fred.get_by_role("button", name="Yes, confirm").click()
    sign_in(fred, portal)
    with fred.expect_response("**/api/v1/exchange") as answer:
        fred.goto(f"{portal}/chat/")
    assert "fred" in members(demo, answer.value.json())
    with_a_passkey(fred, portal)
    with_an_app(fred, portal)


def open_sign_up(bob, portal) -> None:
    bob.goto(f"{portal}/admin/accounts/signinsettings/")
    bob.locator("[name=signup]").select_option("open")
    bob.get_by_role("button", name="Save", exact=True).click()
    expect(bob.locator("body")).to_contain_text("changed successfully")


def register(page, portal) -> None:
    page.goto(f"{portal}/account/login/")
    page.get_by_role("link", name="Sign up").click()
    entries = {"username": "fred", "email": "fred@acme.example", "password1": WORD, "password2": WORD}
    for name, value in entries.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Confirm your email address")).to_be_visible()


def mailed_link(demo) -> str:
    """Return the link in the latest letter, which lies in a file."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for letter in (demo.folder / "mail").glob("*"):
            found = re.search(
                r"http://acme\.localhost:\d+/account/confirm-email/\S+", letter.read_text(encoding="utf-8")
            )
            if found:
                return found[0]
        time.sleep(0.1)
    raise AssertionError("no letter came")


def sign_in(page, portal) -> None:
    give_password(page, portal)
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()


def give_password(page, portal) -> None:
    page.goto(f"{portal}/account/login/?next=/account/tokens/")
    page.get_by_label("Username or email").fill("fred")
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def with_a_passkey(page, portal) -> None:
    """Chromium has a virtual authenticator, which does all that a real one does but ask for a finger."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{portal}/account/2fa/webauthn/add/")
    page.locator("[name=passwordless]").check()
    page.locator("#key").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto(f"{portal}/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{portal}/account/login/?next=/account/tokens/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()


def with_an_app(page, portal) -> None:
    """The app shows a new code every half minute, and each counts once."""
    page.goto(f"{portal}/account/2fa/totp/activate/")
    secret = page.get_by_label("Or type this key into the app").input_value()
    used = code_of(secret)
    page.get_by_label("Code").fill(used)
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("main")).to_contain_text("Authenticator app activated")
    page.goto(f"{portal}/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    give_password(page, portal)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main")).to_contain_text("Incorrect code")
    while code_of(secret) == used:
        time.sleep(0.5)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()
