"""Each way in, set up by a tenant's admin and taken by somebody of the company, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accounts.directories.company import GROUPS, PASSWORD, PEOPLE, READER, READER_PASSWORD, ldif
from tests.journeys.visitors import members, signed_in
from tests.servers.slapd import Slapd

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_a_directory_lets_its_people_into_the_chat(demo, browser):
    with Slapd(ldif()) as slapd:
        bob = signed_in(browser, demo, "acme", "bob", "/admin/")
        set_up(bob, demo, slapd)
        expect(bob.get_by_role("status")).to_contain_text("They would become the new user dora")
        switch_on(bob, demo)
        dora = signed_in(browser, demo, "acme", "dora", "/account/tokens/", password=PASSWORD)
        with dora.expect_response("**/api/v1/exchange") as answer:
            dora.goto(f"http://acme.localhost:{demo.port}/chat/")
        assert "Dora of Acme" in members(demo, answer.value.json())
        expect(dora.locator("body")).to_contain_text("Signed in as Dora of Acme")


def set_up(page, demo, slapd) -> None:
    """Fill in the form, and look dora up."""
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/add/?kind=ldap")
    entries = {"name": "Staff", "slug": "staff", "servers": slapd.url, "ca": slapd.authority.pem, "base": PEOPLE}
    more = {"bind_dn": READER, "bind_password": READER_PASSWORD, "group_base": GROUPS}
    for name, value in (entries | more).items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#result_list").get_by_role("link", name="Staff").click()
    page.get_by_role("link", name="Test").click()
    page.get_by_label("User name").fill("dora")
    page.get_by_role("button", name="Look up").click()


def switch_on(page, demo) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/")
    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Switch on")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("Switched on.")
