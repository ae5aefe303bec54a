"""Probes ask on any host whether the process lives and the portal is ready."""

from __future__ import annotations

import http.client
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chimeusers.models import Change
from tenants.models import AWSLink
from tenants.scope import scope
from tests.servers import Web

NOWHERE = "127.0.0.1:1"
ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/acme"


def ask(web: Web, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", web.port)
    try:
        connection.request("GET", path, headers={"Host": "acme.localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["acme.localhost", "10.0.0.7", "nobody.example"])
def test_a_healthy_portal_is_live_and_ready_on_any_host(db, host):
    client = Client(SERVER_NAME=host)
    assert client.get("/healthz").json() == {"status": "live"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": dict.fromkeys(("database", "cache", "broker", "chime"), True)}


def test_a_change_that_waits_too_long_is_told(acme):
    with scope(acme):
        AWSLink.objects.create(tenant=acme, app_instance_arn=ARN)
        Change.objects.create(tenant=acme, user_id=acme.pk, waiting_since=timezone.now() - timedelta(hours=1))
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "cache": True, "broker": True, "chime": False}


def test_a_portal_that_stands_on_nothing_lives_and_says_what_it_misses(tmp_path):
    gone = {
        "DATABASE_URL": f"postgresql://portal@{NOWHERE}/portal",
        "CACHE_URL": f"redis://{NOWHERE}/0",
        "CELERY_BROKER_URL": f"amqp://guest@{NOWHERE}//",
        "DATA_DIR": str(tmp_path),
    }
    with Web(gone) as web:
        assert ask(web, "/healthz")[0] == 200
        status, text = ask(web, "/readyz")
        assert status == 503
        assert json.loads(text)["checks"] == dict.fromkeys(("database", "cache", "broker", "chime"), False)

        status, text = ask(web, "/creds")
        assert (status, json.loads(text)["code"]) == (500, "server_error")
        status, text = ask(web, "/account/login/")
        assert status == 500
        assert "Something went wrong on our side" in text


def test_a_portal_before_its_first_migration_is_not_ready(tmp_path):
    with Web({"DATA_DIR": str(tmp_path)}) as web:
        status, text = ask(web, "/readyz")
        assert status == 503
        assert json.loads(text)["checks"]["chime"] is False
