from __future__ import annotations

import pytest

from tests.localaws.cloud import eventually

AFTER_A_DAY = {"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"}
LONG_AFTER = {"ExpirationDays": 5475, "ExpirationCriterion": "CREATED_TIMESTAMP"}
# Days that end soon, and a job that does not run by itself in a test.
SHORT_DAYS = {"DayLength": 0.01, "ExpirationJobInterval": 3600}


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.fixture
def exists(cloud, acme):
    def ask(user: str) -> bool:
        listed = cloud.identity().list_app_instance_users(AppInstanceArn=acme.arn)["AppInstanceUsers"]
        return f"{acme.arn}/user/{user}" in [each["AppInstanceUserArn"] for each in listed]

    return ask


def create(cloud, house, user: str, expiration) -> str:
    made = cloud.identity().create_app_instance_user(
        AppInstanceArn=house.arn, AppInstanceUserId=user, Name=user, ExpirationSettings=expiration
    )
    return str(made["AppInstanceUserArn"])


def test_guests_are_deleted_when_their_time_is_over_and_the_others_stay(cloud, acme, exists, code):
    guest = create(cloud, acme, "guest", AFTER_A_DAY)
    create(cloud, acme, "tenant", LONG_AFTER)
    cloud.messaging().create_channel(AppInstanceArn=acme.arn, Name="lobby", ChimeBearer=guest)
    cloud.control("PUT", "behaviour", {"DayLength": 0.2, "ExpirationJobInterval": 0.02})
    eventually(lambda: not exists("guest"))
    assert exists("tenant")
    assert exists("alice")
    refusal = code(cloud.messaging().list_channels, AppInstanceArn=acme.arn, ChimeBearer=guest)
    assert refusal == "UnauthorizedClientException"


def test_who_has_expired_works_until_the_job_comes_and_can_be_kept(cloud, acme, exists):
    cloud.control("PUT", "behaviour", SHORT_DAYS)
    guest = create(cloud, acme, "guest", AFTER_A_DAY)
    create(cloud, acme, "late", AFTER_A_DAY)
    assert cloud.messaging().list_channels(AppInstanceArn=acme.arn, ChimeBearer=guest)["Channels"] == []
    put = cloud.identity().put_app_instance_user_expiration_settings
    assert put(AppInstanceUserArn=guest)["AppInstanceUserArn"] == guest
    cloud.control("PUT", "behaviour", {"ExpirationJobInterval": 0.02})
    eventually(lambda: not exists("late"))
    assert exists("guest")


def test_settings_that_are_put_later_count_from_the_creation(cloud, acme, exists):
    cloud.control("PUT", "behaviour", SHORT_DAYS)
    put = cloud.identity().put_app_instance_user_expiration_settings
    put(AppInstanceUserArn=acme["bob"], ExpirationSettings=AFTER_A_DAY)
    assert exists("bob")
    cloud.control("PUT", "behaviour", {"ExpirationJobInterval": 0.02})
    eventually(lambda: not exists("bob"))
