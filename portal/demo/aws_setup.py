"""The demo's AWS account: what localaws is told at its start, and how its clients reach it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from exchange.abilities import trust_in_portal
from portal.demo import policies
from portal.demo.policies import ACCOUNT, REGION

if TYPE_CHECKING:
    from pathlib import Path

ROLES = {
    "member": f"arn:aws:iam::{ACCOUNT}:role/ChimeMember",
    "guest": f"arn:aws:iam::{ACCOUNT}:role/ChimeGuest",
}


class Key(NamedTuple):
    """An access key that opens nothing but localaws on this machine."""

    user: str
    access_key_id: str
    secret: str


PORTAL = Key("portal", "AKIALOCALPORTAL00001", "opens-localaws-only-as-the-portal-000001")
STAGEHAND = Key("stagehand", "AKIALOCALSTAGE000001", "opens-localaws-only-as-stagehand-0000001")


def write_setup(path: Path) -> None:
    path.write_text(json.dumps(setup(), indent=1), encoding="utf-8")


def setup() -> dict[str, Any]:
    """Return the account in the form that localaws/README.md describes."""
    users = [_user(PORTAL, policies.portal()), _user(STAGEHAND, policies.stagehand())]
    roles = [_role("ChimeMember", policies.member(), hours=12), _role("ChimeGuest", policies.guest(), hours=1)]
    return {"Accounts": [{"AccountId": ACCOUNT, "Users": users, "Roles": roles}]}


def environment(key: Key, port: int) -> dict[str, str]:
    """Return this process's environment with AWS being localaws, whatever AWS set-up its owner has."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | {
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _user(key: Key, policy: dict[str, Any]) -> dict[str, Any]:
    return {
        "UserName": key.user,
        "AccessKeys": [{"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret}],
        "Policies": [{"PolicyName": key.user, "PolicyDocument": policy}],
    }


def _role(name: str, policy: dict[str, Any], *, hours: int) -> dict[str, Any]:
    return {
        "RoleName": name,
        "MaxSessionDuration": hours * 3600,
        "AssumeRolePolicyDocument": trust_in_portal(f"arn:aws:iam::{ACCOUNT}:user/{PORTAL.user}"),
        "Policies": [{"PolicyName": name, "PolicyDocument": policy}],
    }
