from __future__ import annotations

import time
from typing import Any

import pytest

from tests.localaws.cloud import eventually

OFF: dict[str, Any] = {"ChannelRetentionSettings": {}}
ONE_DAY = {"ChannelRetentionSettings": {"RetentionDays": 1}}


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.fixture
def channel(cloud, acme) -> dict[str, str]:
    made = cloud.messaging().create_channel(AppInstanceArn=acme.arn, Name="lobby", ChimeBearer=acme["alice"])
    return {"ChannelArn": made["ChannelArn"], "ChimeBearer": acme["alice"]}


@pytest.fixture
def keep(cloud, acme):
    """Puts the settings of acme."""

    def put(settings):
        return cloud.identity().put_app_instance_retention_settings(
            AppInstanceArn=acme.arn, AppInstanceRetentionSettings=settings
        )

    return put


def send(cloud, channel, content: str) -> dict[str, str]:
    sent = cloud.messaging().send_channel_message(**channel, Content=content, Type="STANDARD", Persistence="PERSISTENT")
    return {**channel, "MessageId": sent["MessageId"]}


def contents(cloud, channel) -> list[str]:
    return [each["Content"] for each in cloud.messaging().list_channel_messages(**channel)["ChannelMessages"]]


def test_settings_are_put_told_and_taken_back(cloud, acme, keep):
    get = cloud.identity().get_app_instance_retention_settings
    assert get(AppInstanceArn=acme.arn)["AppInstanceRetentionSettings"] == OFF
    put = keep({"ChannelRetentionSettings": {"RetentionDays": 5475}})
    told = get(AppInstanceArn=acme.arn)
    assert told["AppInstanceRetentionSettings"]["ChannelRetentionSettings"]["RetentionDays"] == 5475
    assert told["InitiateDeletionTimestamp"] == put["InitiateDeletionTimestamp"]
    assert put["InitiateDeletionTimestamp"].timestamp() == pytest.approx(time.time() + 30 * 86400, abs=10)
    assert keep(OFF)["AppInstanceRetentionSettings"] == OFF
    assert "InitiateDeletionTimestamp" not in get(AppInstanceArn=acme.arn)


def test_old_messages_are_not_shown_and_come_back(cloud, channel, keep, code):
    old = send(cloud, channel, "old")
    keep(ONE_DAY)
    assert contents(cloud, channel) == ["old"]
    cloud.control("PUT", "behaviour", {"DayLength": 0.2})
    eventually(lambda: not contents(cloud, channel))
    assert code(cloud.messaging().get_channel_message, **old) == "NotFoundException"
    assert code(cloud.messaging().redact_channel_message, **old) == "ForbiddenException"
    send(cloud, channel, "new")
    assert contents(cloud, channel) == ["new"]
    keep(OFF)
    assert contents(cloud, channel) == ["new", "old"]
    assert cloud.messaging().get_channel_message(**old)["ChannelMessage"]["Content"] == "old"


def test_after_thirty_days_they_do_not_come_back(cloud, channel, keep):
    send(cloud, channel, "old")
    short = {"DayLength": 0.02}
    cloud.control("PUT", "behaviour", short)
    until = keep(ONE_DAY)["InitiateDeletionTimestamp"].timestamp()
    eventually(lambda: time.time() > until)
    cloud.control("DELETE", "behaviour")
    assert contents(cloud, channel) == ["old"]
    cloud.control("PUT", "behaviour", {**short, "ExpirationJobInterval": 0.02})
    time.sleep(0.3)
    cloud.control("DELETE", "behaviour")
    assert contents(cloud, channel) == []


def test_a_period_has_a_limit(keep, code):
    assert code(lambda: keep({"ChannelRetentionSettings": {"RetentionDays": 5476}})) == "BadRequestException"


def test_nobody_keeps_what_is_not_there(cloud, acme, code):
    identity = cloud.identity()
    nowhere = {"AppInstanceArn": f"{acme.arn}0"}
    assert code(identity.get_app_instance_retention_settings, **nowhere) == "ForbiddenException"
    refusal = code(identity.put_app_instance_retention_settings, **nowhere, AppInstanceRetentionSettings=OFF)
    assert refusal == "ForbiddenException"
