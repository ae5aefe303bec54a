"""Every operation of the models that is not served, called by boto3 with just what its model requires."""

from __future__ import annotations

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StructureShape

from localaws.served import SERVED
from localaws.wire.catalogue import Catalogue

UNSERVED = [operation for operation in Catalogue().operations if operation.name not in SERVED[operation.service]]
SAMPLES = {"boolean": True, "blob": b"x", "timestamp": 0, "float": 1.0, "double": 1.0}


def sample(shape):
    """The least that the client's own checks let pass."""
    least = int(shape.metadata.get("min", 1))
    if isinstance(shape, StructureShape):
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [sample(shape.member)] * least
    if isinstance(shape, MapShape):
        return {"x": sample(shape.value)}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "x" * max(least, 1)
    return SAMPLES.get(shape.type_name, least)


@pytest.mark.parametrize("operation", UNSERVED, ids=lambda operation: f"{operation.service}-{operation.name}")
def test_what_is_not_served_is_never_a_success(cloud, operation):
    call = getattr(cloud.client(operation.service), xform_name(operation.name))
    with pytest.raises(ClientError, match=f"The operation {operation.name} of .* is not served here") as caught:
        call(**(sample(operation.input) if operation.input else {}))
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["Error"]["Code"] in ("NotServedHere", "NotServedHereException")


def test_there_are_such_operations_of_every_service_but_cognito():
    assert {operation.service for operation in UNSERVED} == SERVED.keys() - {"cognito-identity"}
