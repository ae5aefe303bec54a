"""alice and bob (an admin) live in acme, carol in globex, root is the operator: the same in every test."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from botocore.client import BaseClient
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.tokens import issue_token
from exchange.services import set_rule
from portal.demo import aws_setup
from tenants import aws
from tenants.refusal import Secret
from tenants.scope import scope
from tenants.services import link_aws, open_tenant
from tests.servers import LocalAWS
from tests.servers import localaws as aws_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from tenants.models import Tenant

PASSWORD = "chime-demo-1"
stagehand = aws_server.stagehand


@pytest.fixture(autouse=True)
def _plain_settings(settings, monkeypatch, tmp_path) -> Iterator[None]:
    """Pages find their static files without a manifest, hashing passwords is cheap, counters start at nought."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr("accounts.hashers.Argon2id.memory_cost", 64)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _no_network_in_transactions(monkeypatch) -> None:
    """AWS is never called while a transaction is open, but for the one that a test itself runs in."""
    call = vars(BaseClient)["_make_api_call"]

    def guarded(client, operation, request):
        assert all(vars(block)["_from_testcase"] for block in connection.atomic_blocks), f"{operation} in a transaction"
        return call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", guarded)


@pytest.fixture
def acme(db) -> Tenant:
    return open_tenant(slug="acme", name="Acme", hosts=["acme.localhost"])


@pytest.fixture
def globex(db) -> Tenant:
    return open_tenant(slug="globex", name="Globex", hosts=["globex.localhost"])


@pytest.fixture
def alice(acme) -> User:
    return person(acme, "alice", display_name="Alice Ångström", email="alice@acme.example")


@pytest.fixture
def bob(acme) -> User:
    return person(acme, "bob", display_name="Bob", email="bob@acme.example", is_staff=True)


@pytest.fixture
def carol(globex) -> User:
    return person(globex, "carol", display_name="Carol", email="carol@globex.example")


@pytest.fixture
def root(db) -> User:
    return person(None, "root", is_staff=True)


def person(tenant: Tenant | None, username: str, **rest: object) -> User:
    with scope(tenant):
        return accounts.register(tenant=tenant, username=username, password=Secret(PASSWORD), **rest)


def at(tenant: Tenant | None, user: User | None = None) -> Client:
    """Return a browser at the tenant's host (None: the operator's), signed in by the page when a user is given."""
    client = Client(SERVER_NAME=f"{tenant.slug}.localhost" if tenant else "localhost")
    if user is not None:
        answer = client.post("/account/login/", {"login": user.username, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
    return client


def token_of(user: User, *, days: int = 1) -> Secret:
    with scope(user.tenant):
        return issue_token(user, name="test", days=days, now=timezone.now())[1]


# --- AWS on this machine ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def localaws(tmp_path_factory) -> Iterator[LocalAWS]:
    setup = tmp_path_factory.mktemp("aws") / "setup.json"
    setup.write_text(json.dumps(aws_setup.setup()))
    with LocalAWS(setup) as server:
        yield server


@pytest.fixture
def at_aws(localaws, monkeypatch) -> Iterator[LocalAWS]:
    """Let the portal's own AWS clients speak to localaws, as the portal's user there."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in aws_setup.environment(aws_setup.PORTAL, localaws.port).items():
        monkeypatch.setenv(name, value)
    aws._client.cache_clear()
    aws.runs_on_role.cache_clear()
    yield localaws
    aws._client.cache_clear()
    aws.runs_on_role.cache_clear()


@pytest.fixture
def linked(at_aws, acme) -> Tenant:
    """Acme with an app instance of its own and the demo's two roles."""
    return link(acme, at_aws)


def link(tenant: Tenant, server: LocalAWS) -> Tenant:
    arn = stagehand(server, "chime-sdk-identity").create_app_instance(Name=tenant.name, ClientRequestToken=str(uuid4()))
    with scope(tenant):
        link_aws(tenant, app_instance_arn=arn["AppInstanceArn"])
        for profile, role_arn in aws_setup.ROLES.items():
            set_rule(tenant, profile=profile, role_arn=role_arn, max_seconds=3600)
    return tenant
