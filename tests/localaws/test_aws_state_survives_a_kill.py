from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest

from tests.localaws.cloud import ROOT, Cloud, build_house

HELLO = {"Content": "hello 👋", "Type": "STANDARD", "Persistence": "PERSISTENT"}
LONGER_THAN_THE_DEBOUNCE = 1.0


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
    path = tmp_path / "snapshot.db"
    path.write_text('{"format": 1, "app_inst')
    assert_stops("--snapshot", str(path), sentence="The snapshot .* can't be read")
    assert path.read_text() == '{"format": 1, "app_inst'


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
