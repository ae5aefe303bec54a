"""People at the demo, each in a browser of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.demo.cast import PASSWORD
from tenants.names import PORTALS_ADMIN
from tests.conftest import stagehand

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.servers.demo import Demo


def signed_in(
    browser: Browser, demo: Demo, tenant: str, username: str, path: str = "/chat/", *, password: str = PASSWORD
) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"http://{tenant}.localhost:{demo.port}/account/login/?next={path}")
    page.get_by_label("Username or email").fill(username)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation(url=f"**{path}"):
        page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def members(demo: Demo, holder) -> set[str]:
    """Return the names that Chime holds in the app instance of `holder`."""
    return set(told(demo, holder))


def told(demo: Demo, holder) -> dict[str, str]:
    """Return what Chime holds there beside each name of a person."""
    identity = stagehand(demo.aws, "chime-sdk-identity")
    listed = identity.list_app_instance_users(AppInstanceArn=holder["app_instance_arn"])
    return {user["Name"]: user["Metadata"] for user in listed["AppInstanceUsers"] if user["Name"] != PORTALS_ADMIN}
