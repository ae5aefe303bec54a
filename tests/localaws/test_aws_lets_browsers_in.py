from __future__ import annotations

import pytest

ORIGIN = "http://acme.localhost:8000"
SDK_HEADERS = (
    "amz-sdk-invocation-id,amz-sdk-request,authorization,content-type,x-amz-chime-bearer,"
    "x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-user-agent"
)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_preflight_needs_no_signature(cloud, method):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": SDK_HEADERS}
    reply = cloud.send("OPTIONS", "/channels/arn%3Aaws%3Achime/messages", {"Origin": ORIGIN, **asked})
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert method in reply.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in reply.headers["access-control-allow-headers"].split(",")}
    assert set(SDK_HEADERS.split(",")) <= allowed


def test_a_page_may_read_why_it_was_refused(cloud):
    reply = cloud.send("GET", "/app-instances", {"Origin": ORIGIN})
    assert reply.status == 403
    assert reply.headers["access-control-allow-origin"] == "*"
    exposed = {name.strip() for name in reply.headers["access-control-expose-headers"].split(",")}
    assert {"x-amzn-errortype", "x-amzn-requestid"} <= exposed
    assert reply.headers["x-amzn-requestid"]


def test_a_preflight_for_a_foreign_header_is_refused(cloud):
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-smuggled"}
    assert cloud.send("OPTIONS", "/channels", {"Origin": ORIGIN, **asked}).status == 400
