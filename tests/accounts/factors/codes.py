"""An authenticator app, as a test has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import TYPE_CHECKING

from tests.conftest import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

ACTIVATE = "/account/2fa/totp/activate/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """The code that an app shows now, or so many half minutes from now (RFC 6238)."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def set_up(browser: Client) -> str:
    """Set an app up; return its secret."""
    page = browser.get(ACTIVATE).content.decode()
    found = re.search(r'value="([A-Z2-7]{32,})"', page)
    assert found, page
    answer = browser.post(ACTIVATE, {"code": code_of(found[1])})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]


def give_password(browser: Client, username: str, **more: str) -> str:
    """Sign in with the password; return where that leads."""
    answer = browser.post("/account/login/", {"login": username, "password": PASSWORD, **more})
    return str(answer["Location"])
