from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from localaws.state.behaviour import Behaviour, SwitchError, show, turn
from localaws.state.setup import read_setup
from localaws.state.setup_entry import SetupError
from localaws.state.store import Store
from tests.localaws.cloud import ROOT, Cloud


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


def test_all_switches_are_told_with_their_positions(cloud):
    assert cloud.control("GET", "behaviour") == show(Behaviour())
    assert cloud.control("GET", "behaviour")["CreateExistingUser"] == "same-name"


def test_every_switch_is_documented_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \| `?([^`|,]+)`?[^|]* \|", (ROOT / "localaws/README.md").read_text(), re.MULTILINE)
    documented = {name: position.strip() for name, position in rows}
    defaults = {
        name: f"{position:g}" if isinstance(position, float) else str(position).lower()
        for name, position in show(Behaviour()).items()
    }
    assert {name: documented.get(name) for name in defaults} == defaults


def test_a_switch_is_turned_and_all_are_turned_back(cloud):
    turned = cloud.control("PUT", "behaviour", {"MissingUser": 404, "PropagationDelay": 0.5})
    assert (turned["MissingUser"], turned["PropagationDelay"]) == (404, 0.5)
    assert cloud.control("PUT", "behaviour", {"DayLength": 1}) == {**turned, "DayLength": 1}
    assert cloud.control("DELETE", "behaviour") == show(Behaviour())


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"MissingUsers": 404}, "There is no switch MissingUsers; there are "),
        ({"missing_user": 404}, "There is no switch missing_user"),
        ({"MissingUser": 405}, "MissingUser must be one of 403, 404, not 405."),
        ({"MissingUser": True}, "MissingUser must be one of 403, 404, not true."),
        ({"CreateExistingUser": None}, "CreateExistingUser must be one of same-name, no-op, conflict, not None."),
        ({"ConnectionsPerUser": 1.5}, "ConnectionsPerUser must be a whole number that is not negative, not 1.5."),
        ({"DayLength": -1}, "DayLength must be a number that is not negative, not -1."),
        ({"DayLength": "soon"}, "DayLength must be a number that is not negative, not soon."),
        ({"DayLength": "inf"}, "DayLength must be a number"),
        ({"DayLength": True}, "DayLength must be a number"),
        ({"DayLength": [1]}, "DayLength must be a number"),
        ({"DayLength": 10**400}, "DayLength must be a number"),
        (["DayLength"], "Switches must be an object of names and positions."),
    ],
)
def test_what_can_not_be_turned_is_refused_and_nothing_else_is_turned(cloud, wishes, sentence):
    given = {"CreateExistingAdmin": "no-op", **wishes} if isinstance(wishes, dict) else wishes
    refusal = cloud.send("PUT", "/_localaws/behaviour", {}, json.dumps(given).encode())
    assert (refusal.status, json.loads(refusal.body)["message"][: len(sentence)]) == (400, sentence)
    assert cloud.control("GET", "behaviour")["CreateExistingAdmin"] == "conflict"


def test_what_is_no_json_is_refused(cloud):
    assert cloud.send("PUT", "/_localaws/behaviour", {}, b"{").status == 400


def test_positions_may_be_texts_as_on_a_command_line():
    behaviour = Behaviour()
    turn(behaviour, {"MissingUser": "404", "PropagationDelay": "0.25"})
    assert (behaviour.missing_user, behaviour.propagation_delay) == (404, 0.25)
    with pytest.raises(SwitchError):
        turn(behaviour, {"MissingUser": ""})


def test_the_setup_file_turns_switches():
    behaviour = Behaviour()
    read_setup(json.dumps({"Behaviour": {"CreateExistingUser": "conflict"}}), Store(), 0.0, behaviour)
    assert behaviour.create_existing_user == "conflict"
    with pytest.raises(SetupError, match=r"setup\.Behaviour: There is no switch Create;"):
        read_setup(json.dumps({"Behaviour": {"Create": "conflict"}}), Store(), 0.0, behaviour)


def test_the_command_line_wins_over_the_setup_file_and_is_what_delete_goes_back_to(tmp_path):
    setup = tmp_path / "setup.json"
    setup.write_text(json.dumps({"Behaviour": {"MissingUser": 404, "DayLength": 60}}))
    cloud = Cloud("--setup", str(setup), "--behaviour", "DayLength=5", "--behaviour", "MissingUser=404", "--control")
    try:
        cloud.control("PUT", "behaviour", {"DayLength": 7, "MissingUser": 403})
        at_start = cloud.control("DELETE", "behaviour")
        assert (at_start["DayLength"], at_start["MissingUser"]) == (5, 404)
    finally:
        cloud.stop()


def test_a_wrong_switch_stops_the_start_with_a_sentence():
    failed = subprocess.run(
        [sys.executable, "-m", "localaws", "--port", "0", "--behaviour", "DayLength"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 1
    assert failed.stderr == "localaws: DayLength must be a number that is not negative, not .\n"


def test_without_control_there_is_no_switchboard(tmp_path):
    cloud = Cloud()
    try:
        assert cloud.send("PUT", "/_localaws/behaviour", {}, b"{}").status == 404
    finally:
        cloud.stop()
