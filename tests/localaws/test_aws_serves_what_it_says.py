from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localaws.served import SERVED
from localaws.wire.catalogue import Catalogue


@pytest.fixture(scope="module")
def modelled() -> dict[str, set[str]]:
    """All operations of the models, by service."""
    found: dict[str, set[str]] = {}
    for operation in Catalogue().operations:
        found.setdefault(operation.service, set()).add(operation.name)
    return found


def test_every_served_operation_is_one_of_the_models(modelled):
    for service, operations in SERVED.items():
        assert operations.keys() <= modelled[service]


def test_the_rest_says_that_it_is_not_served(cloud, acme):
    assert_unserved(cloud.sts().get_session_token)
    assert_unserved(cloud.identity().list_app_instance_bots, AppInstanceArn=acme.arn)
    assert_unserved(cloud.messaging().get_messaging_streaming_configurations, AppInstanceArn=acme.arn)


def assert_unserved(call, **members) -> None:
    with pytest.raises(ClientError, match="is not served here") as caught:
        call(**members)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
