"""One exchange in the shapes its callers read."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from exchange.token_request import AWS_CREDENTIALS
from tenants import aws

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.authorization.access_tokens import Issued
    from exchange.services import Exchanged, PoolPlace
    from exchange.sts import Credentials


def full(done: Exchanged) -> dict[str, Any]:
    """The answer of POST /api/v1/exchange."""
    return {
        "exchange_id": str(done.exchange_id),
        "tenant": done.tenant.slug,
        "user": {"id": done.place.user_id, "username": done.user.username, "display_name": done.user.shown_name},
        "app_instance_arn": done.place.app_instance_arn,
        "app_instance_user_arn": done.place.user_arn,
        "region": done.place.region,
        "endpoints": aws.endpoints(done.place.region),
        "credentials": _credentials(done.credentials),
        "renew_after": iso(done.renew_after),
    }


def sample(done: Exchanged) -> dict[str, Any]:
    """The answer of the AWS sample's POST /creds, on which its web, Android and iOS clients rely."""
    return {
        "ChimeAppInstanceUserArn": done.place.user_arn,
        "ChimeUserId": done.place.user_id,
        "ChimeCredentials": _credentials(done.credentials),
        "ChimeDisplayName": done.user.shown_name,
    }


def container(done: Exchanged) -> dict[str, str]:
    """The answer of GET /api/v1/credentials, in which AWS SDKs call the session token otherwise than AWS does."""
    told = _credentials(done.credentials)
    return {**{name: told[name] for name in told if name != "SessionToken"}, "Token": told["SessionToken"]}


def pool(found: PoolPlace) -> dict[str, Any]:
    """The answer of GET /api/v1/identity-pool: what Cognito's GetId and GetCredentialsForIdentity want to know."""
    return {
        "region": found.place.region,
        "identity_pool_id": found.identity_pool_id,
        "login_key": found.login_key,
        "app_instance_arn": found.place.app_instance_arn,
        "app_instance_user_arn": found.place.user_arn,
        "endpoints": aws.endpoints(found.place.region) | {"cognito": aws.cognito_endpoint(found.place.region)},
    }


def token(issued: Issued, of_type: str) -> dict[str, Any]:
    """A successful response of the token exchange (RFC 8693, section 2.2.1)."""
    return {
        "access_token": issued.token.reveal(),
        "issued_token_type": of_type,
        "token_type": "Bearer",
        "expires_in": issued.seconds,
        "scope": " ".join(issued.scopes),
    }


def token_of_credentials(done: Exchanged) -> dict[str, Any]:
    """The same for AWS credentials: the "token" is their JSON in the container form, and no bearer token anywhere."""
    told = full(done)
    left = done.credentials.expires_at - timezone.now()
    return {
        "access_token": json.dumps(container(done)),
        "issued_token_type": AWS_CREDENTIALS,
        "token_type": "N_A",
        "expires_in": int(left.total_seconds()),
        **{name: told[name] for name in told if name != "credentials"},
    }


def iso(moment: datetime) -> str:
    """Write a moment as JavaScript's Date does in JSON: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _credentials(credentials: Credentials) -> dict[str, str]:
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "SessionToken": credentials.session_token.reveal(),
        "Expiration": iso(credentials.expires_at),
    }
