"""What people do, in a real browser and through real doors, in the demo as anybody starts it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Browser, Page, expect

from portal.demo.cast import PASSWORD
from tests.journeys.visitors import members, signed_in, told

if TYPE_CHECKING:
    from tests.servers.demo import Demo

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

DENIED = ("AccessDenied", "AccessDeniedException")


def say(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.locator("#messages")).to_contain_text(text)


def test_alice_says_hello_and_bob_reads_it_and_carol_does_not(demo, browser):
    alice = signed_in(browser, demo, "acme", "alice")
    alice.get_by_role("link", name="General").click()
    hello = f"hello at {time.time()}"
    say(alice, hello)
    alice.reload()
    expect(alice.locator("#messages")).to_contain_text(hello)

    bob = signed_in(browser, demo, "acme", "bob")
    bob.get_by_role("link", name="General").click()
    expect(bob.locator("#messages")).to_contain_text(hello)

    carol = signed_in(browser, demo, "globex", "carol")
    expect(carol.get_by_role("link", name="General")).to_be_visible()
    expect(carol.locator("#channels a")).to_have_count(1)
    carol.get_by_role("link", name="General").click()
    expect(carol.locator("#messages")).to_contain_text("It is quiet here")
    expect(carol.locator("body")).not_to_contain_text(hello)


def test_the_credentials_in_alices_browser_are_alices_alone(demo, browser):
    alice, bob, carol = (
        exchanged(browser, demo, *who) for who in (("acme", "alice"), ("acme", "bob"), ("globex", "carol"))
    )
    messaging = client(demo, alice, "chime-sdk-messaging")
    channel = f"{alice['app_instance_arn']}/channel/general"
    message = {"ChannelArn": channel, "Content": "from boto3", "Type": "STANDARD", "Persistence": "PERSISTENT"}
    mine, elsewhere = alice["app_instance_user_arn"], carol["app_instance_arn"]
    assert messaging.send_channel_message(**message, ChimeBearer=mine)["MessageId"]

    as_bob = {**message, "ChimeBearer": bob["app_instance_user_arn"]}
    in_globex = {**message, "ChannelArn": f"{elsewhere}/channel/general", "ChimeBearer": mine}
    as_carol = {**in_globex, "ChimeBearer": carol["app_instance_user_arn"]}
    for arguments in (as_bob, in_globex, as_carol):
        assert refused(messaging.send_channel_message, **arguments) in DENIED
    identity = client(demo, alice, "chime-sdk-identity")
    for app_instance in (alice["app_instance_arn"], elsewhere):
        assert refused(identity.list_app_instance_users, AppInstanceArn=app_instance) in DENIED
    assert refused(messaging.list_channels, AppInstanceArn=elsewhere, ChimeBearer=as_carol["ChimeBearer"]) in DENIED


def test_an_admin_makes_dave_and_disables_him(demo, browser):
    bob = signed_in(browser, demo, "acme", "bob", "/admin/")
    bob.goto(f"http://acme.localhost:{demo.port}/admin/accounts/user/add/")
    bob.get_by_label("User name").fill("dave")
    bob.get_by_label("Display name").fill("Dave Dee")
    bob.locator("[name=new_password]").fill(PASSWORD)
    bob.get_by_role("button", name="Save", exact=True).click()
    saved = time.monotonic()
    bobs = exchanged(browser, demo, "acme", "bob")
    while "Dave Dee" not in members(demo, bobs):
        assert time.monotonic() < saved + 2, "Chime knows a new user within two seconds"

    dave = signed_in(browser, demo, "acme", "dave")
    token = new_token(dave, demo)
    assert with_token(demo, token) == 200
    act_on(bob, demo, "dave", "Disable")
    assert with_token(demo, token) == 401
    dave.goto(f"http://acme.localhost:{demo.port}/chat/")
    assert "/account/login/" in dave.url
    gone = time.monotonic()
    while '"disabled":true' not in told(demo, bobs)["Dave Dee"]:
        assert time.monotonic() < gone + 2, "Chime shows a disabled user as such within two seconds"


def exchanged(browser: Browser, demo: Demo, tenant: str, username: str):
    """Return what the chat page got for this person's session, as their browser holds it."""
    page = signed_in(browser, demo, tenant, username, "/account/tokens/")
    with page.expect_response("**/api/v1/exchange") as answer:
        page.goto(f"http://{tenant}.localhost:{demo.port}/chat/")
    return answer.value.json()


def new_token(page: Page, demo: Demo) -> str:
    page.goto(f"http://acme.localhost:{demo.port}/account/tokens/")
    page.get_by_label("Name").fill("a script")
    page.locator("main form").filter(has=page.get_by_label("Name")).get_by_role("button").click()
    found = re.search(r"cip_[0-9a-f]{8}_[\w-]{43}", page.content())
    assert found
    return found.group()


def with_token(demo: Demo, token: str) -> int:
    return demo.status("acme.localhost", "/creds", method="POST", Authorization=f"Bearer {token}")


def act_on(page: Page, demo: Demo, username: str, action: str) -> None:
    page.goto(f"http://acme.localhost:{demo.port}/admin/accounts/user/?q={username}")
    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("1 disabled.")


def client(demo: Demo, holder, service: str):
    given = holder["credentials"]
    return boto3.client(
        service,
        region_name=holder["region"],
        endpoint_url=demo.aws.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def refused(call, **arguments) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]
