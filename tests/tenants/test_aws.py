"""AWS's failures are sorted once, at the door."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from tenants import aws
from tenants.failures import Exists, Misconfigured, Missing, Rejected, Unavailable
from tests.conftest import at


def answered(code, status, **headers):
    metadata: Any = {"HTTPStatusCode": status, "HTTPHeaders": headers}
    return ClientError({"Error": {"Code": code, "Message": "…"}, "ResponseMetadata": metadata}, "Op")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answered("ConflictException", 409), Exists),
        (answered("ForbiddenException", 403), Missing),
        (answered("NotFoundException", 404), Missing),
        (answered("AccessDeniedException", 403), Misconfigured),
        (answered("ExpiredToken", 403), Misconfigured),
        (answered("BadRequestException", 400), Rejected),
        (answered("ResourceLimitExceededException", 400), Rejected),
        (answered("ValidationError", 400), Rejected),
        (answered("Throttling", 400), Unavailable),
        (answered("ThrottledClientException", 429), Unavailable),
        (answered("ServiceFailureException", 500), Unavailable),
        (answered("Whatever", 503), Unavailable),
        (boto.ReadTimeoutError(endpoint_url="x"), Unavailable),
        (boto.EndpointConnectionError(endpoint_url="x"), Unavailable),
        (ResponseParserError("a page of some proxy"), Unavailable),
        (boto.NoCredentialsError(), Misconfigured),
        (boto.ProfileNotFound(profile="x"), Misconfigured),
        (boto.ParamValidationError(report="x"), Rejected),
    ],
    ids=repr,
)
def test_each_failure_is_of_one_kind(error, kind):
    with pytest.raises(kind), aws.sorted_failures():
        raise error


@pytest.mark.parametrize(("given", "seconds"), [("7", 7), ("0", 1), ("99999", 300), ("soon", 1), ("-5", 1), ("", 1)])
def test_aws_says_how_long_to_wait_within_reason(given, seconds):
    with pytest.raises(Unavailable) as failure, aws.sorted_failures():
        raise answered("ThrottledClientException", 429, **{"retry-after": given})
    assert failure.value.after == seconds


def test_a_page_that_needs_aws_says_when_the_portal_has_no_access(linked, alice, monkeypatch):
    aws._client.cache_clear()
    monkeypatch.setenv("AWS_PROFILE", "of-nobody")
    page = at(linked, alice).get("/chat/")
    assert page.status_code == 502
    assert "Traceback" not in page.content.decode()
