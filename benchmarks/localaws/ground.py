"""What stands when the measuring begins: the sample set-up of localaws' README, with people in its app instance."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.credentials import Credentials

from benchmarks.localaws.server import ROOT
from benchmarks.localaws.signing import REGION

if TYPE_CHECKING:
    from pathlib import Path


def write_setup(path: Path, users: int) -> None:
    readme = (ROOT / "localaws/README.md").read_text(encoding="utf-8")
    sample = re.search(r"```json\n(.*?)```", readme, re.DOTALL)
    if sample is None:
        raise SystemExit("The README of localaws shows no set-up any more.")
    document = json.loads(sample[1])
    [app_instance] = document["Accounts"][0]["AppInstances"]
    app_instance["Users"] += [
        {"AppInstanceUserId": name_user(number), "Name": f"User Number {number}"} for number in range(users)
    ]
    path.write_text(json.dumps(document), encoding="utf-8")


def name_user(number: int) -> str:
    return f"user-{number:06}"


@dataclass(frozen=True)
class Ground:
    url: str
    portal: Credentials
    role_arn: str
    app_instance_arn: str

    def user_arn(self, number: int) -> str:
        return f"{self.app_instance_arn}/user/{name_user(number)}"

    def client(self, service: str, credentials: Credentials) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
        )

    def become_many(self, count: int) -> list[Credentials]:
        """Sessions of the first users, as the portal hands them out."""
        sts = self.client("sts", self.portal)
        return [self.become(sts, number) for number in range(count)]

    def become(self, sts: Any, number: int) -> Credentials:
        app_instance_id = self.app_instance_arn.rpartition("/")[2]
        tags = {"UserUUID": name_user(number), "AppInstanceId": app_instance_id}
        answer = sts.assume_role(
            RoleArn=self.role_arn,
            RoleSessionName=name_user(number),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )["Credentials"]
        return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])


def find_ground(url: str, setup: Path) -> Ground:
    [account] = json.loads(setup.read_text(encoding="utf-8"))["Accounts"]
    [key] = account["Users"][0]["AccessKeys"]
    [app_instance] = account["AppInstances"]
    arn = f"arn:aws:chime:{REGION}:{account['AccountId']}:app-instance/{app_instance['AppInstanceId']}"
    return Ground(
        url=url,
        portal=Credentials(key["AccessKeyId"], key["SecretAccessKey"]),
        role_arn=f"arn:aws:iam::{account['AccountId']}:role/ChimeMember",
        app_instance_arn=arn,
    )
