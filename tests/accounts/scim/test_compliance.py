"""An independent client (scim2-tester) looks at all that RFC 7643 and RFC 7644 ask for."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

# Nobody is neither in nor out: with “active” removed they are what they were (RFC 7644, 3.5.2.2, leaves that open).
KNOWN = "check_remove_attribute: PATCH modify() did not remove attribute 'active'"


@pytest.fixture
def client(directory):
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    headers = {"Authorization": f"Bearer {directory.secret.reveal()}"}
    yield WSGISCIMClient(WSGIHandler(), "http://acme.localhost/scim/v2", headers)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_it_keeps_to_the_standard(client):
    results = check_server(client)
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert wrong == [KNOWN], "\n".join(wrong)
    assert sum(one.status is Status.SUCCESS for one in results) > 60
