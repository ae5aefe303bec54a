"""The Lambda function of deploy/post_confirmation, called as Cognito documents it, tells a portal that is served."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Identity, User
from accounts.providers import add_provider
from accounts.scim.tokens import revoke_scim_token
from tenants.scope import scope
from tests.accounts.scim.conftest import directory_of
from tests.house.source import ROOT

FOLDER = ROOT / "deploy" / "post_confirmation"
HOST = "127.0.0.1"
POOL = "us-east-1_Acme00001"
SUB = "7e0f1c52-3c1b-4d0e-9a53-0d3f4a1f7c11"


class SecretsManager(ThreadingHTTPServer):
    """Answers GetSecretValue alone, of its one secret."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), Secrets)
        self.secret, self.asked = "", 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Secrets(BaseHTTPRequestHandler):
    server: SecretsManager

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
        assert asked == {"SecretId": "scim-token"}
        self.server.asked += 1
        body = json.dumps({"SecretString": self.server.secret}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(acme):
    settings, secrets = {"user_pool_id": POOL, "client_id": "app"}, {"client_secret": "secret"}
    with scope(acme):
        return add_provider(acme, kind="cognito", slug="pool", name="Pool", settings=settings, secrets=secrets)


@pytest.fixture
def secrets(provider, acme, monkeypatch):
    server = SecretsManager()
    server.secret = directory_of(acme, provider=provider).secret.reveal()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://{HOST}:{server.server_port}")
    for name, value in (
        ("ACCESS_KEY_ID", "of-the-function"),
        ("SECRET_ACCESS_KEY", "x"),
        ("DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def portal(transactional_db, acme, settings, monkeypatch):
    settings.OPERATOR_HOSTS = ["localhost"]
    with scope(acme):
        acme.domains.create(host=HOST)
    server = LiveServer(HOST)
    monkeypatch.setenv("PORTAL", server.url)
    yield server
    server.stop()


@pytest.fixture
def trigger(portal, secrets, monkeypatch):
    """The function, as a new instance of Lambda's runtime has it."""
    monkeypatch.setenv("TOKEN_SECRET", "scim-token")
    spec = importlib.util.spec_from_file_location("post_confirmation", FOLDER / "post_confirmation.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler


def event(source="PostConfirmation_ConfirmSignUp", **attributes):
    told = {"sub": SUB, "cognito:user_status": "CONFIRMED", "email_verified": "true", "email": "alice@acme.example"}
    return {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": POOL,
        "userName": "alice-of-pool",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "app"},
        "triggerSource": source,
        "request": {"userAttributes": told | attributes},
        "response": {},
    }


def users(acme):
    with scope(acme):
        return set(User.objects.values_list("username", flat=True))


def test_who_is_confirmed_is_a_user_before_the_first_sign_in(trigger, acme, provider):
    given = event(name="Alice of the Pool")
    assert trigger(given, None) == given
    with scope(acme):
        made = User.objects.get(username="alice-of-pool")
        assert Identity.objects.get(provider=provider, subject=SUB).user == made
    assert (made.display_name, made.email) == ("Alice of the Pool", "alice@acme.example")


def test_who_is_told_of_twice_is_one_user(trigger, acme, caplog):
    for _ in range(2):
        trigger(event(), None)
    assert users(acme) == {"alice-of-pool"}
    assert "NOT TOLD" not in caplog.text


def test_who_has_somebody_elses_name_is_not_told_of(trigger, acme, caplog):
    trigger(event(), None)
    trigger(event(sub="another", email="other@acme.example"), None)
    assert users(acme) == {"alice-of-pool"}
    assert f"NOT TOLD: another of {POOL}" in caplog.text


def test_a_new_password_is_no_new_user(trigger, acme):
    given = event(source="PostConfirmation_ConfirmForgotPassword")
    assert trigger(given, None) == given
    assert users(acme) == set()


def test_a_token_is_asked_for_once_and_again_when_it_is_another(trigger, acme, provider, secrets):
    trigger(event(), None)
    trigger(event(), None)
    assert secrets.asked == 1
    with scope(acme):
        revoke_scim_token(acme.scimtoken_set.get())
    secrets.secret = directory_of(acme, provider=provider).secret.reveal()
    trigger(event(sub="another", email="bob@acme.example") | {"userName": "bob-of-pool"}, None)
    assert users(acme) == {"alice-of-pool", "bob-of-pool"}
    assert secrets.asked == 2


@pytest.mark.parametrize("trouble", ["away", "refused"])
def test_no_sign_up_fails_of_it(trigger, acme, secrets, portal, caplog, trouble, monkeypatch):
    if trouble == "away":
        monkeypatch.setenv("PORTAL", f"http://{HOST}:1")
    else:
        secrets.secret = "no-token"
    given = event()
    assert trigger(given, None) == given
    assert users(acme) == set()
    assert f"NOT TOLD: {SUB} of {POOL}" in caplog.text
    assert secrets.secret not in caplog.text


def test_cfn_lint_finds_nothing():
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "eu-central-1", "--"]
    done = subprocess.run([*command, str(FOLDER / "template.json")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
