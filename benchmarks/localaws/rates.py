"""How many calls one core serves, every signature verified and every change kept."""

from __future__ import annotations

import json
import uuid
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.localaws.ground import name_user
from benchmarks.localaws.load import drive
from benchmarks.localaws.signing import Wish, sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.localaws.ground import Ground
    from benchmarks.localaws.server import Server

ROUNDS, CALLS = 5, 5_000
CHANNELS, WARM_UP = 10, 500


class Rate(NamedTuple):
    calls_per_second: float
    cpu_seconds_per_call: float


def measure(server: Server, write: Callable[[int], list[bytes]]) -> Rate:
    """The median of some rounds. Nothing is signed while it is measured."""
    drive(server.url, write(WARM_UP))
    return Rate(*(median(column) for column in zip(*(measure_once(server, write) for _ in range(ROUNDS)), strict=True)))


def measure_once(server: Server, write: Callable[[int], list[bytes]]) -> Rate:
    requests = write(CALLS)
    before = server.cpu_seconds
    seconds = drive(server.url, requests)
    return Rate(CALLS / seconds, (server.cpu_seconds - before) / CALLS)


def measure_assume_role(server: Server, ground: Ground) -> Rate:
    return measure(server, lambda count: [assume_role(ground, number) for number in range(count)])


def assume_role(ground: Ground, number: int) -> bytes:
    parameters = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": ground.role_arn,
        "RoleSessionName": name_user(number),
        "Tags.member.1.Key": "UserUUID",
        "Tags.member.1.Value": name_user(number),
        "Tags.member.2.Key": "AppInstanceId",
        "Tags.member.2.Value": ground.app_instance_arn.rpartition("/")[2],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return sign(Wish("sts", "POST", "/", headers, urlencode(parameters).encode()), ground.url, ground.portal)


def measure_send_channel_message(server: Server, ground: Ground) -> Rate:
    """A user in each of some channels; every message is kept, and has a token of its own."""
    sessions = ground.become_many(CHANNELS)
    channels = [
        ground.client("chime-sdk-messaging", session).create_channel(
            AppInstanceArn=ground.app_instance_arn, Name="bench", ChimeBearer=ground.user_arn(number)
        )["ChannelArn"]
        for number, session in enumerate(sessions)
    ]

    def send(number: int) -> bytes:
        speaker = number % CHANNELS
        wish = send_channel_message(channels[speaker], ground.user_arn(speaker))
        return sign(wish, ground.url, sessions[speaker])

    return measure(server, lambda count: [send(number) for number in range(count)])


def send_channel_message(channel_arn: str, bearer: str) -> Wish:
    members = {
        "Content": "Good morning, everybody. The meeting begins in ten minutes.",
        "Type": "STANDARD",
        "Persistence": "PERSISTENT",
        "ClientRequestToken": str(uuid.uuid4()),
    }
    headers = {"Content-Type": "application/json", "x-amz-chime-bearer": bearer}
    path = f"/channels/{quote(channel_arn, safe='')}/messages"
    return Wish("chime", "POST", path, headers, json.dumps(members).encode())
