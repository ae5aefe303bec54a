"""People who sign in, each as a browser does: look at the page, send the form, and be led on as who they are."""

from __future__ import annotations

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.portal import PASSWORD
from benchmarks.process import HOST

if TYPE_CHECKING:
    from benchmarks.portal import Portal

TENANT = "t0.localhost"
_AT_ONCE = 2
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_BEHIND = "/account/tokens/"


@dataclass(frozen=True)
class Rate:
    per_second: float
    per_cpu_second: float


def sign_in_all(portal: Portal, users: int) -> Rate:
    """Let each of them sign in once. Raises RuntimeError when somebody can't."""
    spent, began = portal.cpu_seconds, time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as people:
        browsers = list(people.map(lambda number: sign_in(portal.port, number), range(users)))
    seconds, spent = time.perf_counter() - began, portal.cpu_seconds - spent
    for browser in browsers:
        browser.ask("GET", _BEHIND, HTTPStatus.OK)
        browser.connection.close()
    return Rate(users / seconds, users / spent)


def sign_in(port: int, number: int) -> Browser:
    """Return the browser of somebody who is signed in."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    browser = Browser(connection, address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
    page = browser.ask("GET", f"/account/login/?next={_BEHIND}", HTTPStatus.OK)
    token = _TOKEN.search(page)
    if token is None:
        raise RuntimeError("The sign-in page has no form.")
    form = {"csrfmiddlewaretoken": token[1], "login": f"user{number}", "password": PASSWORD, "next": _BEHIND}
    browser.ask("POST", "/account/login/", HTTPStatus.FOUND, urlencode(form))
    connection.close()
    return browser


@dataclass
class Browser:
    """What keeps cookies, and comes from an address that the proxy in front of the portal would tell."""

    connection: http.client.HTTPConnection
    address: str
    cookies: str = ""

    def ask(self, method: str, path: str, expected: HTTPStatus, form: str | None = None) -> str:
        headers = {"Host": TENANT, "X-Forwarded-For": self.address, "Cookie": self.cookies}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        self.connection.request(method, path, body=form, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status != expected:
            raise RuntimeError(f"{method} {path} answers {answer.status}.")
        given = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        self.cookies = "; ".join([*filter(None, [self.cookies]), *given])
        return body
