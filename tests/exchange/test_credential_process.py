"""AWS SDKs that run a program for credentials: the one under deploy/, by a profile of the AWS configuration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts import standing
from tenants.scope import scope
from tests.conftest import token_of
from tests.house.source import ROOT
from tests.servers.openid import OpenIDProvider

PROGRAM = ROOT / "deploy" / "credential_process" / "chime_credentials.py"


@pytest.fixture
def token_file(tmp_path, alice):
    path = tmp_path / "token"
    path.write_text(token_of(alice).reveal() + "\n")
    path.chmod(0o600)
    return path


def run(portal, token_file):
    return subprocess.run(
        [sys.executable, PROGRAM, portal, token_file], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_aws_cli_runs_it(served, alice, at_aws, token_file, tmp_path):
    config = tmp_path / "config"
    config.write_text(f"[profile chat]\ncredential_process = {sys.executable} {PROGRAM} {served} {token_file}\n")
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    told = {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "chat", "AWS_DEFAULT_REGION": "us-east-1"}
    more = {"AWS_ENDPOINT_URL": at_aws.url, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    command = [sys.executable, "-m", "awscli", "sts", "get-caller-identity"]
    done = subprocess.run(command, env=own | told | more, capture_output=True, text=True, timeout=60, check=False)
    assert json.loads(done.stdout or "{}").get("Arn", "").endswith(f"/chime_{alice.pk}"), done.stderr


def test_what_it_prints_is_what_sdks_read(served, token_file):
    done = run(served, token_file)
    told = json.loads(done.stdout)
    assert set(told) == {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert told["Version"] == 1


def test_the_portal_s_no_is_passed_on(served, alice, token_file):
    with scope(alice.tenant):
        standing.disable(alice.tenant, [alice.pk])
    done = run(served, token_file)
    assert (done.returncode, done.stdout) == (1, "")
    assert "This API token was revoked" in done.stderr
    assert token_file.read_text().strip() not in done.stderr


@pytest.mark.parametrize(
    ("portal", "complaint"),
    [
        ("http://acme.example", "https://"),
        ("ftp://acme.example", "https://"),
        ("http://127.0.0.1.acme.example", "https://"),
        ("", "https://"),
        ("http://127.0.0.1:1", "reached"),
    ],
)
def test_a_portal_that_can_not_be_asked_is_named(token_file, portal, complaint):
    done = run(portal, token_file)
    assert done.returncode == 1
    assert complaint in done.stderr


def test_the_token_is_not_taken_elsewhere(token_file):
    """An address that leads on to another one is asked, and the other one is not."""
    with OpenIDProvider() as other:
        leading = ThreadingHTTPServer(("127.0.0.1", 0), leading_to(other.url))
        threading.Thread(target=leading.handle_request, daemon=True).start()
        done = run(f"http://127.0.0.1:{leading.server_port}", token_file)
        leading.server_close()
        assert (done.returncode, other.looked) == (1, [])
    assert "302" in done.stderr


def leading_to(url: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    return Handler


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [("cip_x", 0o644, "chmod 600"), ("", 0o600, "no API token"), ("a\nb", 0o600, "no API token"), (None, 0, "read")],
)
def test_a_token_file_that_is_no_good_is_named(tmp_path, content, mode, complaint):
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    done = run("https://127.0.0.1:1", path)
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
