"""The one door to AWS: clients per region, time-outs, and their failures sorted in five.

Endpoints and credentials come to botocore by AWS's own standard variables and files; nothing here knows whose they are.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Literal, overload

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from tenants.failures import Exists, Failure, Misconfigured, Missing, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_chime_sdk_identity import ChimeSDKIdentityClient
    from mypy_boto3_chime_sdk_messaging import ChimeSDKMessagingClient
    from mypy_boto3_sts import STSClient

Service = Literal["sts", "chime-sdk-identity", "chime-sdk-messaging"]

# Seconds. Two tries end well before a worker's lease and before a person gives up on a page.
_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=50
)
_making = threading.Lock()  # boto3's sessions may not be used by two threads at once; the clients they make may.

_EXISTS = {"ConflictException"}
# Chime answers 403 ForbiddenException for a user that is not there; a missing right is AccessDeniedException.
_MISSING = {"NotFoundException", "ForbiddenException"}
_MISCONFIGURED = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IDPRejectedClaim",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidIdentityToken",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "RegionDisabledException",
    "SignatureDoesNotMatch",
    "UnauthorizedClientException",
    "UnrecognizedClientException",
}
# STS could not fetch the keys of an OpenID issuer: it says to try again.
_AWAY = {"IDPCommunicationError"}
_THROTTLED = {"Throttling", "ThrottlingException", "ThrottledClientException", "TooManyRequestsException"}


@overload
def client(service: Literal["sts"], region: str) -> STSClient: ...
@overload
def client(service: Literal["chime-sdk-identity"], region: str) -> ChimeSDKIdentityClient: ...
@overload
def client(service: Literal["chime-sdk-messaging"], region: str) -> ChimeSDKMessagingClient: ...
def client(service: Service, region: str) -> STSClient | ChimeSDKIdentityClient | ChimeSDKMessagingClient:
    """Return the process's one client for a service in a region."""
    with _making:
        return _client(service, region)


@cache
def unsigned_sts(region: str) -> STSClient:
    """STS for whoever has no access to AWS, and shows a token instead."""
    with _making:
        config = _CONFIG.merge(Config(signature_version=UNSIGNED))
        made: STSClient = boto3.session.Session().client("sts", region_name=region, config=config)
        return made


@cache
def _client(service: Service, region: str) -> STSClient | ChimeSDKIdentityClient | ChimeSDKMessagingClient:
    made: STSClient | ChimeSDKIdentityClient | ChimeSDKMessagingClient
    made = boto3.session.Session().client(service, region_name=region, config=_CONFIG)
    return made


def endpoints(region: str) -> dict[str, str]:
    """Return the addresses of the services in a region, as AWS's own settings resolve them. Raises a Failure."""
    with sorted_failures():
        return {
            "identity": client("chime-sdk-identity", region).meta.endpoint_url,
            "messaging": client("chime-sdk-messaging", region).meta.endpoint_url,
            "sts": client("sts", region).meta.endpoint_url,
        }


@cache
def runs_on_role(region: str) -> bool:
    """Tell whether the portal itself acts as a role: STS then gives sessions of one hour at most (role chaining).

    AWS IAM User Guide, "Methods to assume a role". Raises a Failure when STS can't say.
    """
    with sorted_failures():
        return ":assumed-role/" in client("sts", region).get_caller_identity()["Arn"]


@contextmanager
def sorted_failures() -> Iterator[None]:
    """Let AWS's own exceptions out as one of our five kinds."""
    try:
        yield
    except ClientError as error:
        raise _sorted(error) from error
    except ParamValidationError as error:  # What botocore itself refuses to send.
        raise Rejected(str(error)) from error
    except (BotoConnectionError, HTTPClientError, ResponseParserError) as error:
        raise Unavailable(f"AWS can't be reached: {error}") from error
    except BotoCoreError as error:  # No credentials, no such profile, no region.
        raise Misconfigured(f"The portal's own access to AWS is not set up: {error}") from error


def _sorted(error: ClientError) -> Failure:
    code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    message = f"{error.operation_name}: {code}: {error.response['Error'].get('Message', '')}"
    if code in _THROTTLED | _AWAY or status in {429, 408} or status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        return Unavailable(message, after=_retry_after(error))
    for codes, kind in ((_EXISTS, Exists), (_MISSING, Missing), (_MISCONFIGURED, Misconfigured)):
        if code in codes:
            return kind(message)
    return Rejected(message)


def _retry_after(error: ClientError) -> float:
    """Return Retry-After in seconds (RFC 9110, section 10.2.3), kept between one second and five minutes."""
    given = error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("retry-after", "")
    return min(max(float(given), 1.0), 300.0) if given.isdecimal() else 1.0
