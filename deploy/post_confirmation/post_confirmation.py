"""Tell the portal of people whom a Cognito user pool has just confirmed: a Lambda function for the pool's trigger.

They are then in the portal, and on their way to Chime, before their first sign-in. The portal's import of the pool
finds whoever this could not tell of, so it never fails a sign-up: what went wrong is in its log, beside NOT TOLD.

    PORTAL          https://chat.acme.example
    TOKEN_SECRET    the name or the ARN of the secret at Secrets Manager that holds a SCIM token of the portal

Nothing but Lambda's own Python is needed. Amazon Cognito Developer Guide, "Post confirmation Lambda trigger"; RFC 7644,
section 3.3.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.error
import urllib.request
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config

# Cognito gives a trigger five seconds.
PATIENCE = 2
SHORT = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
SIGN_UP = "PostConfirmation_ConfirmSignUp"

log = logging.getLogger()


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Cognito wants the event back; it takes any error for a refusal of the sign-up."""
    if event["triggerSource"] == SIGN_UP:
        try:
            tell(person(event))
        except Exception:
            log.exception("NOT TOLD: %s of %s", event["request"]["userAttributes"].get("sub"), event["userPoolId"])
    return event


def person(event: dict[str, Any]) -> dict[str, Any]:
    """As a SCIM user, known by the subject that the pool's tokens will have."""
    attributes = event["request"]["userAttributes"]
    email = attributes.get("email", "")
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": attributes["sub"],
        "userName": event["userName"],
        "displayName": attributes.get("name", ""),
        "emails": [{"value": email, "primary": True}] if email else [],
        "active": True,
    }


def tell(user: dict[str, Any]) -> None:
    """Raises an error when the portal does not take the user, and did not before."""
    status, _ = ask("/Users", user)
    if status == HTTPStatus.UNAUTHORIZED:  # The token may be another one by now.
        token.cache_clear()
        status, _ = ask("/Users", user)
    if status == HTTPStatus.CONFLICT and is_there(user["externalId"]):
        return
    if status != HTTPStatus.CREATED:
        raise RuntimeError(f"The portal answers {status}.")


def is_there(external_id: str) -> bool:
    query = urlencode({"filter": f'externalId eq "{external_id}"', "count": 1})
    return bool(ask(f"/Users?{query}")[1].get("totalResults"))


def ask(path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/scim+json"}
    request = urllib.request.Request(  # noqa: S310 - whoever sets the function up says where
        f"{os.environ['PORTAL'].rstrip('/')}/scim/v2{path}", json.dumps(body).encode() if body else None, headers
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, {}


@cache
def token() -> str:
    """Kept for as long as this instance of the function lives."""
    client = boto3.client("secretsmanager", config=SHORT)
    return str(client.get_secret_value(SecretId=os.environ["TOKEN_SECRET"])["SecretString"]).strip()
