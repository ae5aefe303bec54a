from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tenants import aws
from tenants.scope import scope
from tests.exchange.ways import Pool, make_pool, trust_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.models import Tenant
    from tests.servers import LocalAWS

# AWS SDKs send tokens, and localaws asks issuers, over http on this machine's own address only; so acme lives here.
HOST = "127.0.0.1"


@pytest.fixture
def served(transactional_db, linked, settings) -> Iterator[str]:
    """Acme's portal on a port, as an origin."""
    settings.OPERATOR_HOSTS = ["localhost"]
    with scope(linked):
        linked.domains.create(host=HOST)
    server = LiveServer(HOST)
    yield server.url
    server.stop()


@pytest.fixture(autouse=True)
def _no_clients_of_another_server():
    for clients in (aws.unsigned_sts, aws.unsigned_cognito, aws._client_by_token, aws._session_by_token):
        clients.cache_clear()


@pytest.fixture
def pool(linked, at_aws) -> Pool:
    return make_pool(linked, at_aws)


@pytest.fixture
def trusting(served: str, linked: Tenant, at_aws: LocalAWS) -> Tenant:
    """Acme by web identity: IAM knows its issuer, and a role trusts it."""
    return trust_tokens(linked, at_aws, served)


@pytest.fixture(params=["assume_role", "web_identity", "cognito", "cognito_enhanced"])
def each_way(request: pytest.FixtureRequest, transactional_db: None, linked: Tenant) -> Tenant:
    """Acme, whose people's credentials come by each of the ways. STS asks its portal, which sees what is committed."""
    if request.param == "assume_role":
        return linked
    if request.param == "web_identity":
        request.getfixturevalue("trusting")
    else:
        request.getfixturevalue("pool").choose(request.param)
    return linked
