"""Each way in, set up by a tenant's admin and taken by somebody of the company, in a real browser."""

from __future__ import annotations

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.accounts.directories.company import GROUPS, PASSWORD, PEOPLE, READER, READER_PASSWORD, ldif
from tests.journeys.visitors import members, signed_in
from tests.servers.oidc_provider import OIDCProvider
from tests.servers.simplesamlphp import PASSWORD as COMPANY_PASSWORD
from tests.servers.simplesamlphp import SimpleSAMLphp
from tests.servers.slapd import Slapd

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_a_directory_lets_its_people_into_the_chat(demo, browser):
    with Slapd(ldif()) as slapd:
        bob = signed_in(browser, demo, "acme", "bob", "/admin/")
        set_up(bob, demo, slapd)
        expect(bob.get_by_role("status")).to_contain_text("They would become the new user dora")
        switch_on(bob, demo, "Staff")
        dora = signed_in(browser, demo, "acme", "dora", "/account/tokens/", password=PASSWORD)
        with dora.expect_response("**/api/v1/exchange") as answer:
            dora.goto(f"http://acme.localhost:{demo.port}/chat/")
        assert "Dora of Acme" in members(demo, answer.value.json())
        expect(dora.locator("body")).to_contain_text("Signed in as Dora of Acme")


def test_an_openid_provider_lets_its_people_into_the_chat(demo, browser):
    portal = f"http://acme.localhost:{demo.port}"
    with OIDCProvider(portal) as provider:
        bob = signed_in(browser, demo, "acme", "bob", "/admin/accounts/identityprovider/add/?kind=oidc")
        entries = {"name": "Company", "slug": "company", "issuer": provider.url, "client_id": "portal"}
        fill_in(bob, entries | {"client_secret": "a-secret-of-the-portals"})
        bob.locator("#result_list").get_by_role("link", name="Company").click()
        bob.get_by_role("link", name="Test").click()
        bob.get_by_role("button", name="Sign in there").click()
        sign_in_there(bob, "erin")
        expect(bob.get_by_role("status")).to_contain_text("They would become the new user erin")
        switch_on(bob, demo, "Company")
        erin = browser.new_context().new_page()
        erin.goto(f"{portal}/account/login/?next=/account/tokens/")
        erin.get_by_role("button", name="Company").click()
        sign_in_there(erin, "erin")
        expect(erin.get_by_role("heading", name="API tokens")).to_be_visible()
        with erin.expect_response("**/api/v1/exchange") as answer:
            erin.goto(f"{portal}/chat/")
        assert "Erin of Acme" in members(demo, answer.value.json())
        expect(erin.locator("body")).to_contain_text("Signed in as Erin of Acme")
        sign_out_there(erin, provider)
        erin.goto(f"{portal}/account/tokens/")
        expect(erin.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_saml_provider_lets_its_people_into_the_chat_and_out_of_it(demo, browser):
    portal = f"http://acme.localhost:{demo.port}"
    with SimpleSAMLphp() as company:
        bob = signed_in(browser, demo, "acme", "bob", "/admin/accounts/identityprovider/add/?kind=saml")
        bob.locator("[name=sign_requests]").check()
        fill_in(bob, {"name": "Single sign-on", "slug": "sso", "metadata_url": company.metadata_url})
        bob.locator("#result_list").get_by_role("link", name="Single sign-on").click()
        introduce(bob, company)
        bob.get_by_role("link", name="Test").click()
        bob.get_by_role("button", name="Sign in there").click()
        sign_in_at(company, bob)
        expect(bob.get_by_role("status")).to_contain_text("They would become the new user frida")
        switch_on(bob, demo, "Single sign-on")

        frida = browser.new_context().new_page()
        take(frida, portal, "Single sign-on")
        sign_in_at(company, frida)
        expect(frida.get_by_role("heading", name="API tokens")).to_be_visible()
        with frida.expect_response("**/api/v1/exchange") as answer:
            frida.goto(f"{portal}/chat/")
        assert "Frida of Acme" in members(demo, answer.value.json())
        expect(frida.locator("body")).to_contain_text("Signed in as Frida of Acme")

        frida.goto(f"{portal}/account/logout/")
        frida.locator("main").get_by_role("button", name="Sign out").click()
        expect(frida.locator("body")).to_contain_text("You have signed out.")
        take(frida, portal, "Single sign-on")
        sign_in_at(company, frida)  # She is asked again, so she was out there, too.
        expect(frida.get_by_role("heading", name="API tokens")).to_be_visible()
        frida.goto(f"{company.url}/saml2/idp/initSLO.php?RelayState=/")
        frida.goto(f"{portal}/account/tokens/")
        expect(frida.get_by_role("heading", name="Sign in")).to_be_visible()


def take(page, portal, name) -> None:
    """Choose a way in on the sign-in page."""
    page.goto(f"{portal}/account/login/?next=/account/tokens/")
    page.get_by_role("button", name=name).click()


def introduce(page, company) -> None:
    """Tell the provider what the portal says it has to be told."""
    expect(page.locator("body")).to_contain_text("/account/saml/sso/acs/")
    told = page.evaluate("() => fetch('/account/saml/sso/metadata/').then(answer => answer.text())")
    company.know(etree.fromstring(told.encode()))


def sign_in_at(company, page) -> None:
    page.wait_for_url(f"{company.url}/**")
    page.get_by_label("Username").fill("frida")
    page.get_by_label("Password").fill(COMPANY_PASSWORD)
    page.get_by_role("button", name="Login").click()


def sign_in_there(page, name) -> None:
    """At the provider's own pages, which ask once who it is and whether the portal may know."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def sign_out_there(page, provider) -> None:
    page.goto(f"{provider.url}/session/end")
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.locator("body")).to_contain_text("Sign-out Success")


def set_up(page, demo, slapd) -> None:
    """Fill in the form, and look dora up."""
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/add/?kind=ldap")
    entries = {"name": "Staff", "slug": "staff", "servers": slapd.url, "ca": slapd.authority.pem, "base": PEOPLE}
    more = {"bind_dn": READER, "bind_password": READER_PASSWORD, "group_base": GROUPS}
    fill_in(page, entries | more)
    page.locator("#result_list").get_by_role("link", name="Staff").click()
    page.get_by_role("link", name="Test").click()
    page.get_by_label("User name").fill("dora")
    page.get_by_role("button", name="Look up").click()


def fill_in(page, entries) -> None:
    for name, value in entries.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save", exact=True).click()


def switch_on(page, demo, name) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/")
    page.locator("#result_list").get_by_role("row", name=name).locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Switch on")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("Switched on.")
