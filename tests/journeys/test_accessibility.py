"""axe (WCAG 2.1, A and AA) finds nothing on the pages by which people come in, in light and dark, wide and narrow."""

from __future__ import annotations

import pytest

from portal.demo.cast import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

AXE = "tests/accounts/clients/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
FOR_ALL = ["/account/login/", "/account/signup/", "/account/password/reset/", "/nowhere"]
FOR_MEMBERS = [
    *(
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/2fa/recovery-codes/generate/",
        "/account/ways-in/",
    ),
    *("/account/tokens/", "/account/sessions/", "/account/email/", "/account/password/change/"),
]


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1200), ("dark", 1200), ("light", 390)], ids=["light", "dark", "narrow"]
)
def test_axe_finds_nothing(demo, browser, scheme, width):
    page = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    ).new_page()
    portal = f"http://acme.localhost:{demo.port}"
    found = [complaint for path in FOR_ALL for complaint in complaints(page, portal, path)]
    page.goto(f"{portal}/account/login/?next=/account/tokens/")
    page.get_by_label("Username or email").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/tokens/")
    found += [complaint for path in FOR_MEMBERS for complaint in complaints(page, portal, path)]
    assert found == []


def complaints(page, portal, path) -> list[str]:
    page.goto(f"{portal}{path}")
    page.add_script_tag(path=AXE)
    told = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert len(told["passes"]) > 10, "axe looked at nothing"
    return [f"{path}: {one['id']}: {node['html'][:200]}" for one in told["violations"] for node in one["nodes"]]
