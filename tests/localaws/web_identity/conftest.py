from __future__ import annotations

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.localaws.cloud import REGION, SESSION
from tests.localaws.issuer import Issuer
from tests.localaws.web_identity.trust import arn_of, drop_role, make_role


@pytest.fixture(scope="module")
def nobody(cloud):
    """A client without credentials."""
    client = SESSION.client(
        "sts",
        region_name=REGION,
        endpoint_url=cloud.url,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()


@pytest.fixture
def issuer(cloud):
    """Registered with IAM, with the client ids portal and app."""
    running = Issuer()
    running.use(k1="RS256")
    cloud.iam().create_open_id_connect_provider(Url=running.url, ClientIDList=["portal", "app"])
    yield running
    cloud.iam().delete_open_id_connect_provider(OpenIDConnectProviderArn=arn_of(running))
    running.stop()


@pytest.fixture
def role(cloud, issuer):
    """Trusts the issuer for the client portal."""
    yield make_role(cloud, "FromOutside", issuer, {"StringEquals": {f"{issuer.name}:aud": "portal"}})
    drop_role(cloud, "FromOutside")
