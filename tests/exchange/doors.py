"""The doors of the exchange, and what is done with what comes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.conftest import at

if TYPE_CHECKING:
    from tenants.models import Tenant

PROBLEM = "application/problem+json"


def by_body(tenant: Tenant, **proof: str) -> Any:
    body = json.dumps({"proof": proof})
    return at(tenant).post("/api/v1/exchange", body, content_type="application/json")


def by_bearer(tenant: Tenant, value: str) -> Any:
    headers = {"Authorization": f"Bearer {value}"}
    return at(tenant).post("/api/v1/exchange", "{}", content_type="application/json", headers=headers)


def by_sample(tenant: Tenant, value: str) -> Any:
    return at(tenant).post("/creds", headers={"Authorization": f"Bearer {value}"})


def by_sdk(tenant: Tenant, value: str) -> Any:
    return at(tenant).get("/api/v1/credentials", headers={"Authorization": f"Bearer {value}"})


def credentials_in(answer: Any) -> dict[str, str]:
    """The same four texts, whatever they are called at the door."""
    assert answer.status_code == 200, answer.content
    body = answer.json()
    found: dict[str, str] = body.get("credentials") or body.get("ChimeCredentials") or body
    return {**found, "SessionToken": found.get("SessionToken") or found["Token"]}


def speaks_as(server: Any, tenant: Tenant, credentials: dict[str, str], user_id: str) -> str:
    """Use the credentials under a user's name; return what became of it: "ok" or the error's code."""
    app_instance = tenant.aws_link.app_instance_arn
    messaging = boto3.client(
        "chime-sdk-messaging",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    try:
        messaging.list_channels(AppInstanceArn=app_instance, ChimeBearer=f"{app_instance}/user/{user_id}")
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"


def assert_refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.content
    assert answer["Content-Type"] == PROBLEM
    if not answer.json().get("exchange_id"):
        pytest.fail("a refused exchange has an id, too")
