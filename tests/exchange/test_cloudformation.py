"""The templates under deploy/aws: what the command prints, valid, and the same as what provisioning makes."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.vouching import AUDIENCE
from exchange.abilities import USUAL, Place
from exchange.provisioning import keeper
from exchange.provisioning.cloudformation import WAYS
from exchange.provisioning.wanted import Ground, Powers, Wish, permissions, trust
from tests.house.source import ROOT

TENANT = "4f3f1f0e-2f6b-4a52-9d6c-acacacacacac"
GIVEN = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AppInstanceId": "6f0a",
    "PortalPrincipal": "arn:aws:iam::444455556666:role/portal",
    "ExternalId": "drawn-by-the-portal",
    "Host": "acme.example.com",
    "MemberRole.Arn": "arn:aws:iam::111122223333:role/stack-MemberRole",
    "GuestRole.Arn": "arn:aws:iam::111122223333:role/stack-GuestRole",
    "Pool": "us-east-1:5f0d1f0e-2f6b-4a52-9d6c-acacacacacac",
}


def printed(way):
    out = io.StringIO()
    call_command("cloudformation", way, stdout=out)
    return json.loads(out.getvalue())


def resolved(value):
    """What CloudFormation makes of Fn::Sub."""
    if isinstance(value, dict) and set(value) == {"Fn::Sub"}:
        text = re.sub(r"\$\{(?!!)([\w:.]+)\}", lambda found: GIVEN[found[1]], value["Fn::Sub"]).replace("${!", "${")
        return json.loads(text) if text.startswith("{") else text
    if isinstance(value, dict):
        return {key: resolved(one) for key, one in value.items()}
    return [resolved(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("way", WAYS)
def test_the_file_is_what_the_command_prints(way):
    assert json.loads((ROOT / f"deploy/aws/{way}.json").read_text(encoding="utf-8")) == printed(way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("profile", USUAL)
def test_the_roles_are_those_that_provisioning_makes(way, profile):
    wish = Wish(
        TENANT, "acme", "us-east-1", way, GIVEN["PortalPrincipal"], "https://acme.example.com", own_account=True
    )
    arn = f"arn:aws:chime:us-east-1:111122223333:app-instance/{GIVEN['AppInstanceId']}"
    ground = Ground("111122223333", "aws", arn, pool_id=GIVEN["Pool"], external_id=GIVEN["ExternalId"])
    role = printed(way)["Resources"][f"{profile.capitalize()}Role"]["Properties"]
    assert resolved(role["AssumeRolePolicyDocument"]) == trust(wish, ground, AUDIENCE)
    assert resolved(role["Policies"][0]["PolicyDocument"]) == permissions(wish, ground, Powers(profile, USUAL[profile]))


def test_the_portal_s_own_role_is_that_which_provisioning_makes():
    arn = f"arn:aws:iam::111122223333:oidc-provider/{GIVEN['Host']}"
    role = printed("web_identity")["Resources"]["PortalRole"]["Properties"]
    place = Place("aws", "us-east-1", "111122223333", GIVEN["AppInstanceId"])
    wanted = keeper.policy(place, [GIVEN["MemberRole.Arn"], GIVEN["GuestRole.Arn"]])
    assert resolved(role["Policies"][0]["PolicyDocument"]) == wanted
    assert resolved(role["AssumeRolePolicyDocument"]) == keeper.trust(arn, AUDIENCE)


def test_cfn_lint_finds_nothing():
    files = [str(ROOT / f"deploy/aws/{way}.json") for way in WAYS]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "eu-central-1", "--", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_cfn_lint_would_find_something(tmp_path):
    broken = printed("assume_role")
    broken["Resources"]["MemberRole"]["Properties"]["MaxSessionDuration"] = {"Ref": "Nothing"}
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(tmp_path / "broken.json")]
    assert "E1020" in subprocess.run(command, capture_output=True, text=True, check=False).stdout
