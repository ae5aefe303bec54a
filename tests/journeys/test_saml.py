"""A company's SAML provider, set up by a tenant's admin and taken by somebody of the company, in a real browser."""

from __future__ import annotations

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.journeys.visitors import members, signed_in
from tests.servers.simplesamlphp import PASSWORD, SimpleSAMLphp

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_a_saml_provider_lets_its_people_into_the_chat_and_out_of_it(demo, browser):
    with SimpleSAMLphp() as company:
        bob = signed_in(browser, demo, "acme", "bob", "/admin/")
        set_up(bob, demo, company)
        introduce(bob, demo, company)
        bob.get_by_role("link", name="Test").click()
        bob.get_by_role("button", name="Sign in there").click()
        sign_in_at(bob, company)
        expect(bob.get_by_role("status")).to_contain_text("They would become the new user frida")
        switch_on(bob, demo)

        frida = browser.new_context().new_page()
        leave_for(frida, demo)
        sign_in_at(frida, company)
        frida.wait_for_url("**/account/tokens/")
        with frida.expect_response("**/api/v1/exchange") as answer:
            frida.goto(f"http://acme.localhost:{demo.port}/chat/")
        assert "Frida of Acme" in members(demo, answer.value.json())
        expect(frida.locator("body")).to_contain_text("Signed in as Frida of Acme")

        sign_out(frida, demo)
        expect(frida.locator("body")).to_contain_text("You have signed out.")
        leave_for(frida, demo)
        expect(frida.get_by_label("Password")).to_be_visible()
        assert frida.url.startswith(company.url), "signed out there, too"
        # And the other way round.
        sign_in_at(frida, company)
        frida.wait_for_url("**/account/tokens/")
        frida.goto(f"{company.url}/saml2/idp/initSLO.php?RelayState=/")
        frida.goto(f"http://acme.localhost:{demo.port}/account/tokens/")
        assert "/account/login/" in frida.url


def set_up(page, demo, company) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/add/?kind=saml")
    for name, value in {"name": "Acme staff", "slug": "acme-staff", "metadata_url": company.metadata_url}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=sign_requests]").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#result_list").get_by_role("link", name="Acme staff").click()


def introduce(page, demo, company) -> None:
    """Tell the provider what the portal says it has to be told."""
    expect(page.locator("body")).to_contain_text(f"http://acme.localhost:{demo.port}/account/saml/acme-staff/acs/")
    told = page.evaluate("() => fetch('/account/saml/acme-staff/metadata/').then(answer => answer.text())")
    company.know(etree.fromstring(told.encode()))


def sign_in_at(page, company) -> None:
    page.wait_for_url(f"{company.url}/**")
    page.get_by_label("Username").fill("frida")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Login").click()


def switch_on(page, demo) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/identityprovider/")
    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Switch on")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("Switched on.")


def leave_for(page, demo) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/account/login/?next=/account/tokens/")
    page.locator("main form").evaluate(
        "form => { form.action = '/account/by/acme-staff/'; form.noValidate = true; form.submit() }"
    )


def sign_out(page, demo) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
