"""Passwords known from break-ins, by a server of our own that answers as Have I Been Pwned does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from pwned_passwords_django.api import PwnedPasswords

from portal import signing_in
from tenants.models import Signup
from tenants.services import change_tenant
from tests.accounts.local.test_registration import FORM
from tests.conftest import at
from tests.servers.openid import OpenIDProvider

KNOWN = "hunter2-hunter2-hunter2"
DIGEST = hashlib.sha1(KNOWN.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def opened(acme, mail, settings, monkeypatch):
    """Sign-up at a tenant, while the list of break-ins is at a server of ours."""
    settings.AUTH_PASSWORD_VALIDATORS = [*signing_in.AUTH_PASSWORD_VALIDATORS, signing_in.never_breached]
    change_tenant(acme, signup=Signup.OPEN)
    with OpenIDProvider() as server:
        monkeypatch.setattr(PwnedPasswords, "api_endpoint", f"{server.url}/range/")
        server.pages[f"/range/{DIGEST[:5]}"] = f"{'0' * 35}:2\r\n{DIGEST[5:]}:17".encode()
        server.pages[f"/range/{other_digest()[:5]}"] = f"{'0' * 35}:2\r\n".encode()
        yield server


def other_digest() -> str:
    return hashlib.sha1(FORM["password1"].encode(), usedforsecurity=False).hexdigest().upper()


def sign_up(tenant, password: str):
    return at(tenant).post("/account/signup/", FORM | {"password1": password, "password2": password})


def test_a_known_password_is_refused_and_another_one_taken(acme, opened):
    refused = sign_up(acme, KNOWN)
    assert "This password is known from break-ins elsewhere." in refused.content.decode()
    assert sign_up(acme, FORM["password1"]).status_code == 302
    assert opened.looked == [f"/range/{DIGEST[:5]}", f"/range/{other_digest()[:5]}"]


def test_when_nobody_answers_the_short_list_decides(acme, opened):
    opened.pages.clear()
    assert sign_up(acme, KNOWN).status_code == 302
    assert sign_up(acme, "password1234").status_code == 200


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_only_where_the_operator_wants_it(tmp_path, wanted):
    asked = "from portal import settings; print('Pwned' in str(settings.AUTH_PASSWORD_VALIDATORS))"
    environment = os.environ | {"BREACHED_PASSWORDS": wanted, "DATA_DIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(wanted == "true")
