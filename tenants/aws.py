"""The one door to AWS: clients per region, time-outs, and their failures sorted in five.

Endpoints and credentials come to botocore by AWS's own standard variables and files; nothing here knows whose they are.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import AssumeRoleWithWebIdentityCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from tenants.failures import Exists, Failure, Misconfigured, Missing, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from mypy_boto3_chime_sdk_identity import ChimeSDKIdentityClient
    from mypy_boto3_chime_sdk_messaging import ChimeSDKMessagingClient
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient

    from tenants.models import AWSLink

Service = Literal["sts", "chime-sdk-identity", "chime-sdk-messaging", "cognito-identity", "cognito-idp", "iam"]
AnyClient: TypeAlias = (
    "STSClient | ChimeSDKIdentityClient | ChimeSDKMessagingClient | CognitoIdentityClient"
    " | CognitoIdentityProviderClient | IAMClient"
)

# Seconds. Two tries end well before a worker's lease and before a person gives up on a page.
_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=50
)
_UNSIGNED = _CONFIG.merge(Config(signature_version=UNSIGNED))
# Clients are large; those of tenants that are not heard of any more may go.
_CLIENTS_MAX = 500
_vouching: dict[str, Callable[[UUID, str], str]] = {}
_making = threading.Lock()  # boto3's sessions may not be used by two threads at once; the clients they make may.

_EXISTS = {"ConflictException"}
# Chime answers 403 ForbiddenException for a user that is not there; a missing right is AccessDeniedException.
_MISSING = {"NotFoundException", "ForbiddenException", "NoSuchEntity"}
_MISCONFIGURED = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IDPRejectedClaim",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidIdentityPoolConfigurationException",
    "InvalidIdentityToken",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorizedException",
    "RegionDisabledException",
    "ResourceNotFoundException",
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
@overload
def client(service: Literal["cognito-identity"], region: str) -> CognitoIdentityClient: ...
@overload
def client(service: Literal["cognito-idp"], region: str) -> CognitoIdentityProviderClient: ...
@overload
def client(service: Literal["iam"], region: str) -> IAMClient: ...
def client(service: Service, region: str) -> AnyClient:
    """Return the process's one client for a service in a region."""
    return _shared(service, region)


def _shared(service: Service, region: str) -> AnyClient:
    with _making:
        return _client(service, region)


@overload
def client_of(link: AWSLink, service: Literal["sts"]) -> STSClient: ...
@overload
def client_of(link: AWSLink, service: Literal["chime-sdk-identity"]) -> ChimeSDKIdentityClient: ...
@overload
def client_of(link: AWSLink, service: Literal["chime-sdk-messaging"]) -> ChimeSDKMessagingClient: ...
@overload
def client_of(link: AWSLink, service: Literal["cognito-idp"], region: str) -> CognitoIdentityProviderClient: ...
@overload
def client_of(link: AWSLink, service: Literal["iam"], region: str) -> IAMClient: ...
def client_of(link: AWSLink, service: Service, region: str = "") -> AnyClient:
    """Return a client for the portal's own work for a tenant: by its access to AWS, or by a token about itself."""
    region = region or link.region
    if not link.portal_role_arn:
        return _shared(service, region)
    with _making:
        return _client_by_token(service, region, link.portal_role_arn, link.issuer, link.tenant_id)


def vouch_by(token_of_portal: Callable[[UUID, str], str]) -> None:
    """Say who signs a tenant's token about the portal, for its issuer; called once, when the portal starts."""
    _vouching["token"] = token_of_portal


@lru_cache(maxsize=_CLIENTS_MAX)
def _client_by_token(service: Service, region: str, role_arn: str, issuer: str, tenant_id: UUID) -> AnyClient:
    session = boto3.session.Session(botocore_session=_session_by_token(region, role_arn, issuer, tenant_id))
    made: AnyClient = session.client(service, region_name=region, config=_CONFIG)
    return made


@lru_cache(maxsize=_CLIENTS_MAX)
def _session_by_token(region: str, role_arn: str, issuer: str, tenant_id: UUID) -> Any:
    """A session whose credentials botocore renews by itself, each time by a new token."""
    made = botocore.session.get_session()
    fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
        partial(made.create_client, region_name=region),
        lambda: _vouching["token"](tenant_id, issuer),
        role_arn,
        extra_args={"RoleSessionName": "portal"},
    )
    # botocore has no other door for credentials that renew themselves.
    made._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined] # noqa: SLF001
        method="assume-role-with-web-identity", refresh_using=fetcher.fetch_credentials
    )
    return made


@cache
def unsigned_sts(region: str) -> STSClient:
    """STS for whoever has no access to AWS, and shows a token instead."""
    with _making:
        made: STSClient = boto3.session.Session().client("sts", region_name=region, config=_UNSIGNED)
        return made


@cache
def unsigned_cognito(region: str) -> CognitoIdentityClient:
    """Cognito's identity pools for the same."""
    with _making:
        made: CognitoIdentityClient
        made = boto3.session.Session().client("cognito-identity", region_name=region, config=_UNSIGNED)
        return made


@cache
def _client(service: Service, region: str) -> AnyClient:
    made: AnyClient = boto3.session.Session().client(service, region_name=region, config=_CONFIG)
    return made


def as_somebody(service: Service, region: str, access_key_id: str, secret: str, token: str) -> Any:
    """Return a client that acts by temporary credentials, got to see what somebody can do."""
    with _making:
        session = boto3.session.Session(access_key_id, secret, token)
        return session.client(service, region_name=region, config=_CONFIG)


def endpoints(region: str) -> dict[str, str]:
    """Return the addresses of the services in a region, as AWS's own settings resolve them. Raises a Failure."""
    with sorted_failures():
        return {
            "identity": client("chime-sdk-identity", region).meta.endpoint_url,
            "messaging": client("chime-sdk-messaging", region).meta.endpoint_url,
            "sts": client("sts", region).meta.endpoint_url,
        }


def cognito_endpoint(region: str) -> str:
    """Where a page finds Cognito's identity pools. Raises a Failure."""
    with sorted_failures():
        return unsigned_cognito(region).meta.endpoint_url


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
    failure = _kind(error)
    failure.code = error.response["Error"]["Code"]
    return failure


def _kind(error: ClientError) -> Failure:
    code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    message = f"{error.operation_name}: {code}: {error.response['Error'].get('Message', '')}"
    if code in _THROTTLED | _AWAY or status in {429, 408} or status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        unavailable = Unavailable(message, after=_retry_after(error))
        unavailable.is_throttling = code in _THROTTLED or status == 429  # noqa: PLR2004 - the same
        return unavailable
    for codes, kind in ((_EXISTS, Exists), (_MISSING, Missing), (_MISCONFIGURED, Misconfigured)):
        if code in codes:
            return kind(message)
    return Rejected(message)


def _retry_after(error: ClientError) -> float:
    """Return Retry-After in seconds (RFC 9110, section 10.2.3), kept between one second and five minutes."""
    given = error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("retry-after", "")
    return min(max(float(given), 1.0), 300.0) if given.isdecimal() else 1.0
