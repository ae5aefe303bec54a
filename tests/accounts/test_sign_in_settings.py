"""A tenant's admin says how people sign in, without the operator, and about the own tenant only."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.providers import add_provider, note_test, switch
from tenants.models import Tenant
from tenants.scope import scope
from tenants.services import change_tenant
from tests.admin.pages import complaints
from tests.conftest import at
from tests.tenants.test_brand import png

PAGES = "/admin/accounts/signinsettings/"
ENTRIES = {
    "signup": "open",
    "signup_domains": "acme.example\nacme.test",
    "local_passwords": "on",
    "mfa": "admins",
    "login_seconds": "3600",
    "colour": "#0f62fe",
}


def change(tenant, user, **changes):
    return at(tenant, user).post(f"{PAGES}{tenant.pk}/change/", ENTRIES | changes)


def now(tenant) -> Tenant:
    return Tenant.objects.get(pk=tenant.pk)


def test_an_admin_changes_them(acme, bob):
    browser = at(acme, bob)
    assert browser.get(PAGES)["Location"] == f"{PAGES}{acme.pk}/change/"
    answer = change(acme, bob, logo=SimpleUploadedFile("logo.png", png()))
    assert answer.status_code == 302, complaints(answer)
    after = now(acme)
    assert (after.signup, after.mfa, after.login_seconds, after.colour) == ("open", "admins", 3600, "#0f62fe")
    assert after.signup_domains == ["acme.example", "acme.test"]
    assert browser.get("/brand/logo").content == png()
    change_tenant(acme, mfa="optional")  # Or bob would be led to the set-up of a second factor.
    change(acme, bob, mfa="optional")
    assert browser.get("/brand/logo").status_code == 200
    change(acme, bob, remove_logo="on")
    assert browser.get("/brand/logo").status_code == 404


def test_no_colour_stays_no_colour(acme, bob):
    """A field of the type color would always send one."""
    assert b'type="color"' not in at(acme, bob).get(f"{PAGES}{acme.pk}/change/").content
    change(acme, bob, colour="")
    assert now(acme).colour == ""


def test_what_is_the_operators_can_not_be_changed_here(acme, bob):
    change(acme, bob, name="Mine", slug="mine", is_active="", hosts="evil.example", guests="on")
    after = now(acme)
    assert (after.name, after.slug, after.is_active, after.guests) == ("Acme", "acme", True, False)


def test_nobody_is_locked_out(acme, bob):
    answer = change(acme, bob, local_passwords="")
    assert "Switch on an identity provider first" in str(complaints(answer))
    with scope(acme):
        provider = add_provider(acme, kind="oidc", slug="staff", name="Staff")
        note_test(provider, now=provider.created_at)
        switch(provider, on=True)
    assert change(acme, bob, local_passwords="").status_code == 302
    assert now(acme).local_passwords is False


def test_another_tenants_are_not_there(acme, globex, bob):
    before = Tenant.objects.filter(pk=globex.pk).values().get()
    browser = at(acme, bob)
    browser.post(f"{PAGES}{globex.pk}/change/", ENTRIES)
    assert Tenant.objects.filter(pk=globex.pk).values().get() == before


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("signup", "perhaps"),
        ("signup_domains", "@acme.example"),
        ("signup_domains", "*"),
        ("mfa", "never"),
        ("login_seconds", "1"),
        ("login_seconds", "x"),
        ("colour", "red"),
        ("logo", SimpleUploadedFile("logo.svg", b"<svg/>")),
        ("logo", SimpleUploadedFile("logo.png", png() + b"x" * 100_000)),
    ],
    ids=str,
)
def test_nonsense_is_answered_with_a_sentence(acme, bob, field, nonsense):
    assert complaints(change(acme, bob, **{field: nonsense}))[field]
