from __future__ import annotations

import json
from uuid import UUID

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from accounts.models import Kind, User
from chimeusers.naming import appearance

SHAPES = (
    ServiceModel(Loader().load_service_model("chime-sdk-identity", "service-2"))
    .operation_model("CreateAppInstanceUser")
    .input_shape.members
)
SOMEBODY = UUID(int=7)


def looks(display_name="", username="alice", kind=Kind.PERSON):
    return appearance(User(id=SOMEBODY, kind=kind, username=username, display_name=display_name), guest_days=2)


@pytest.mark.parametrize(
    "name", ["Alice Ångström", "", "👩‍👩‍👧‍👦" * 12, "🎉" * 100, "مرحبا بالعالم", "x" * 100, "ж" * 100], ids=len
)
def test_every_name_fits_chime(name):
    """Botocore's client checks neither pattern nor maximum, so its service model is read here."""
    sent = looks(name, username="u" * 150)
    limits = SHAPES["Name"].metadata
    assert limits["min"] <= len(sent.name) <= limits["max"]
    assert len(sent.name.encode("utf-16-le")) / 2 <= limits["max"]
    assert sent.name.strip()
    assert len(sent.metadata) <= SHAPES["Metadata"].metadata["max"]


def test_a_user_without_a_display_name_goes_by_the_user_name():
    assert looks().name == "alice"
    assert json.loads(looks().metadata) == {"username": "alice"}


def test_a_guest_is_marked_and_expires():
    guest = looks(kind=Kind.GUEST)
    assert guest.app_instance_user_id == f"anon_{SOMEBODY}"
    assert guest.expiration_days == 2
    assert looks().expiration_days is None


def test_the_request_token_tells_tries_from_lives():
    token = looks("Alice").request_token("arn", life=1)
    assert token == looks("Alice").request_token("arn", life=1)
    others = [looks("Bob").request_token("arn", life=1), looks("Alice").request_token("arn", life=2)]
    assert token not in others
    assert len(token) <= SHAPES["ClientRequestToken"].metadata["max"]
