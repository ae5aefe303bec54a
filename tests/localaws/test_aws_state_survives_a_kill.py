from __future__ import annotations

import contextlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from localaws.state.snapshot_file import SnapshotError, open_snapshot
from tests.localaws.cloud import ROOT, Cloud, build_house, turn_pages

HELLO = {"Content": "hello 👋", "Type": "STANDARD", "Persistence": "PERSISTENT"}
LONGER_THAN_THE_DEBOUNCE = 1.0
LONGER_THAN_THE_WAIT_FOR_A_LOCK = 1.5


@pytest.fixture
def start(setup_file, tmp_path):
    running = []

    def start(*arguments: str) -> Cloud:
        cloud = Cloud("--setup", str(setup_file), "--snapshot", str(tmp_path / "snapshot.db"), *arguments)
        running.append(cloud)
        return cloud

    yield start
    for cloud in running:
        cloud.kill()


def talk(cloud: Cloud):
    """A channel in which alice says something, and her session."""
    house = build_house(cloud, "acme", ["alice", "bob"])
    session = cloud.become(house["alice"])
    wish = {"AppInstanceArn": house.arn, "Name": "lobby", "MemberArns": [house["bob"]], "ChimeBearer": house["alice"]}
    channel = cloud.messaging(session).create_channel(**wish)["ChannelArn"]
    sent = cloud.messaging(session).send_channel_message(
        ChannelArn=channel, ChimeBearer=house["alice"], ClientRequestToken="once", **HELLO
    )
    return house, session, channel, sent


def test_everything_is_there_after_a_kill_even_the_session(start):
    first = start()
    house, session, channel, sent = talk(first)
    time.sleep(LONGER_THAN_THE_DEBOUNCE)
    first.kill()

    second = start()
    messaging = second.messaging(session)
    here = {"ChannelArn": channel, "ChimeBearer": house["alice"]}
    [message] = messaging.list_channel_messages(**here)["ChannelMessages"]
    assert (message["Content"], message["MessageId"]) == (HELLO["Content"], sent["MessageId"])
    members = messaging.list_channel_memberships(**here)["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in members] == ["Alice", "Bob"]
    own = messaging.list_channel_memberships_for_app_instance_user(ChimeBearer=house["alice"])
    assert own["ChannelMemberships"][0]["ChannelSummary"]["ChannelArn"] == channel
    again = messaging.send_channel_message(**here, ClientRequestToken="once", **HELLO)
    assert again["MessageId"] == sent["MessageId"]


def test_a_kill_while_it_is_writing_loses_the_last_moment_and_nothing_before(start):
    """What is there afterwards is what was made up to some moment, whole, and that moment was just before the kill."""
    first = start()
    house = build_house(first, "acme", [])
    wish = {"AppInstanceArn": house.arn, "Name": "Somebody"}
    made: list[tuple[str, float]] = []
    end = time.monotonic() + random.uniform(1.5, 2.5)  # noqa: S311 - no secret hangs on it
    while time.monotonic() < end:
        arn = first.identity().create_app_instance_user(AppInstanceUserId=f"u{len(made)}", **wish)["AppInstanceUserArn"]
        made.append((arn, time.monotonic()))
    first.kill()

    pages = turn_pages(start().identity().list_app_instance_users, "AppInstanceUsers", AppInstanceArn=house.arn)
    found = {each["AppInstanceUserArn"] for page in pages for each in page}
    assert found == {arn for arn, _ in made[: len(found)]}
    assert found >= {arn for arn, at in made if at < end - LONGER_THAN_THE_DEBOUNCE}


def test_an_orderly_end_writes_at_once(start):
    first = start()
    house, session, channel, _ = talk(first)
    first.stop()
    second = start()
    here = {"ChannelArn": channel, "ChimeBearer": house["alice"]}
    assert len(second.messaging(session).list_channel_messages(**here)["ChannelMessages"]) == 1


def test_the_setup_adds_to_a_snapshot_and_takes_nothing_back(start):
    first = start()
    arn = documented_app_instance(first)
    first.identity().update_app_instance(AppInstanceArn=arn, Name="renamed", Metadata="")
    first.stop()
    second = start()
    assert second.identity().describe_app_instance(AppInstanceArn=arn)["AppInstance"]["Name"] == "renamed"


def documented_app_instance(cloud: Cloud):
    [only] = cloud.identity().list_app_instances()["AppInstances"]
    assert only["Name"] == "acme"
    return only["AppInstanceArn"]


def test_sessions_end_with_the_process_when_nothing_is_kept(setup_file, code):
    first = Cloud("--setup", str(setup_file))
    session = first.assume("NoTags")
    first.stop()
    second = Cloud("--setup", str(setup_file))
    assert code(second.identity(session).list_app_instances) == "UnrecognizedClientException"
    second.stop()


def test_a_setup_that_is_not_understood_stops_the_start_with_one_sentence(tmp_path):
    path = tmp_path / "setup.json"
    path.write_text('{"Accounts": [{"AccountId": "1234"}]}')
    assert_stops(
        "--setup", str(path), sentence=r"The setup file .* setup.Accounts\[0\].AccountId must be twelve digits"
    )


def test_a_broken_snapshot_stops_the_start_and_is_left_as_it_is(tmp_path):
    path = tmp_path / "snapshot.json"
    path.write_text('{"format": 1, "app_inst')
    assert_stops("--snapshot", str(path), sentence="can't be read: it is JSON, as the first version of localaws kept")
    assert path.read_text() == '{"format": 1, "app_inst'


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\xff" * 5000, b"something else"])
def test_what_is_no_database_is_no_snapshot(tmp_path, content):
    path = tmp_path / "snapshot.db"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"file is not a database|malformed|unsupported"):
        open_snapshot(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("PRAGMA application_id = 7", "it is a database, but none of localaws"),
        ("PRAGMA user_version = 1", "it was written by another version of localaws"),
        ("UPDATE rows SET value = '{\"Name\": 1}'", "unexpected keyword argument"),
        ("UPDATE rows SET value = '{'", "Expecting property name"),
        ("DELETE FROM rows", "it has no beginning"),
        ("DROP TABLE rows", "no such table"),
    ],
)
def test_a_database_of_somebody_else_is_no_snapshot(tmp_path, change, sentence):
    path = tmp_path / "snapshot.db"
    open_snapshot(path).database.close()
    other = tmp_path / "other.db"
    shutil.copy(path, other)
    with contextlib.closing(sqlite3.connect(other)) as database:
        database.execute(change)
        database.commit()
    with pytest.raises(SnapshotError, match=sentence):
        open_snapshot(other)


def test_a_snapshot_is_kept_by_one_process_and_read_by_its_owner(start, tmp_path):
    path = tmp_path / "snapshot.db"
    path.touch(0o644)
    start()
    assert_stops("--snapshot", str(path), sentence="another localaws keeps it")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_left_unwritten_for_want_of_room_is_written_later(start, tmp_path):
    first = start()
    with contextlib.closing(sqlite3.connect(tmp_path / "snapshot.db", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        lost = first.identity().create_app_instance(Name="one")["AppInstanceArn"]
        time.sleep(LONGER_THAN_THE_WAIT_FOR_A_LOCK)
    kept = first.identity().create_app_instance(Name="two")["AppInstanceArn"]
    first.stop()
    second = start()
    found = {each["AppInstanceArn"] for each in second.identity().list_app_instances()["AppInstances"]}
    assert {lost, kept} <= found


def test_a_taken_port_is_one_sentence(cloud):
    assert_stops("--port", cloud.url.rpartition(":")[2], sentence="Port .* can't be used: .*in use")


def assert_stops(*arguments: str, sentence: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "localaws", "--port", "0", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode != 0
    [said] = ended.stderr.splitlines()
    assert re.search(sentence, said), said
