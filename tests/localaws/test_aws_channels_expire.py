from __future__ import annotations

import time

import pytest

from tests.localaws.cloud import eventually
from tests.localaws.listening import listening

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
ONE_DAY = {"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"}
ONE_QUIET_DAY = {"ExpirationDays": 1, "ExpirationCriterion": "LAST_MESSAGE_TIMESTAMP"}


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def open_room(messaging, acme):
    def open_room(**wishes) -> dict[str, str]:
        wish = {"AppInstanceArn": acme.arn, "Name": "room", "ChimeBearer": acme["alice"], **wishes}
        return {"ChannelArn": messaging.create_channel(**wish)["ChannelArn"], "ChimeBearer": acme["alice"]}

    return open_room


@pytest.fixture
def is_there(messaging):
    def is_there(room: dict[str, str]) -> bool:
        try:
            messaging.describe_channel(**room)
        except messaging.exceptions.ForbiddenException:
            return False
        return True

    return is_there


def let_days_pass(cloud, seconds: float) -> None:
    cloud.control("PUT", "behaviour", {"DayLength": seconds, "ExpirationJobInterval": 0.05})


def test_settings_are_put_and_taken_back(messaging, open_room):
    room = open_room(ExpirationSettings=ONE_DAY)
    assert messaging.describe_channel(**room)["Channel"]["ExpirationSettings"] == ONE_DAY
    put = messaging.put_channel_expiration_settings(**room, ExpirationSettings=ONE_QUIET_DAY)
    assert (put["ChannelArn"], put["ExpirationSettings"]) == (room["ChannelArn"], ONE_QUIET_DAY)
    assert "ExpirationSettings" not in messaging.put_channel_expiration_settings(**room)
    assert "ExpirationSettings" not in messaging.describe_channel(**room)["Channel"]


def test_settings_are_put_in_somebodys_name(messaging, open_room, code):
    room = {"ChannelArn": open_room()["ChannelArn"]}
    assert code(messaging.put_channel_expiration_settings, **room, ExpirationSettings=ONE_DAY) == "BadRequestException"


def test_a_channel_ends_after_its_days_and_no_other_does(cloud, open_room, is_there):
    ending, staying = open_room(ExpirationSettings=ONE_DAY), open_room()
    assert is_there(ending)
    let_days_pass(cloud, 0.1)
    eventually(lambda: not is_there(ending))
    assert is_there(staying)


def test_who_goes_on_talking_keeps_a_channel(cloud, messaging, open_room, is_there):
    lively, quiet = open_room(ExpirationSettings=ONE_QUIET_DAY), open_room(ExpirationSettings=ONE_QUIET_DAY)
    created = time.monotonic()
    while time.monotonic() < created + 1:
        messaging.send_channel_message(**lively, **HELLO)
        time.sleep(0.1)
    messaging.send_channel_message(**lively, **HELLO)
    let_days_pass(cloud, 1)
    eventually(lambda: not is_there(quiet))
    assert is_there(lively)


def test_members_are_told_of_the_end(cloud, acme, open_room):
    open_room(ExpirationSettings=ONE_DAY)
    with listening(cloud, acme["alice"]) as alice:
        let_days_pass(cloud, 0.1)
        assert alice.hear().type == "DELETE_CHANNEL"
